package dev.arda.nix.flake;

import dev.arda.nix.flake.Flakes.Candidate;
import dev.arda.nix.flake.Flakes.Completions;
import dev.arda.nix.flake.Flakes.Described;
import dev.arda.nix.flake.Glimpses.Glimpse;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.Question;
import dev.arda.nix.flake.selector.ParsedSelector;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.flake.selector.SelectorPrefix;
import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What editors and shells ask while somebody types: which names can follow, and what a value is.
 * Answers within a budget; builds nothing, writes no lock file, and does not import from
 * derivations, whatever the settings say: what needs that is unknown.
 */
final class CursorQuestions {

  /** Says what a flake reference means, and which state that is in. */
  interface Locking {
    /** The flake that a caller means. */
    FlakeRef resolve(CallContext context, String flake);

    /** Its present state; may block. */
    LockedFlake lock(CallContext context, FlakeRef ref);

    /** What else an evaluation depends on. */
    String evaluation(CallContext context);
  }

  private final Glimpses glimpses;
  private final Locking locking;

  CursorQuestions(Glimpses glimpses, Locking locking) {
    this.glimpses = glimpses;
    this.locking = locking;
  }

  /** See {@link Flakes#complete}. */
  Completions complete(CallContext context, String flake, String prefix, Duration budget) {
    Optional<SelectorPrefix> unfinished = SelectorPrefix.of(prefix);
    if (unfinished.isEmpty()) {
      return new Completions(
          List.of(),
          _ -> Optional.empty(),
          "",
          false,
          prefix.codePointCount(0, prefix.length()),
          Freshness.CURRENT);
    }
    SelectorPrefix open = unfinished.get();
    var question = new Question(open.parent(), Question.Ask.NAMES);
    return switch (look(context, flake, question, budget)) {
      case Glimpse.Seen seen ->
          completions(open, seen, seen.freshness(), revision(context, prefix, seen.flake()));
      case Glimpse.Broken(var _, var _, var earlier) ->
          earlier(context, prefix, open, earlier).orElseGet(() -> none(open, false));
      case Glimpse.Failed(var failure, var earlier) ->
          earlier(context, prefix, open, earlier)
              .orElseGet(() -> none(open, failure.reason() == Reason.CANCELLED));
      case Glimpse.Nothing() -> none(open, true);
    };
  }

  private Optional<Completions> earlier(
      CallContext context, String prefix, SelectorPrefix open, Optional<Glimpse.Seen> earlier) {
    return earlier.map(seen ->
        completions(open, seen, Freshness.EARLIER, revision(context, prefix, seen.flake())));
  }

  private static Completions none(SelectorPrefix open, boolean incomplete) {
    return new Completions(
        List.of(), _ -> Optional.empty(), "", incomplete, open.segmentOffset(), Freshness.UNKNOWN);
  }

  private static Completions completions(
      SelectorPrefix open, Glimpse.Seen seen, Freshness freshness, String revision) {
    AttributeKind kind = AttributeKind.below(open.parent());
    List<String> names =
        seen.answer() instanceof Answer.Names(var all)
            ? all.stream()
                .filter(name -> name.startsWith(open.partial()) && open.accepts(name))
                .toList()
            : List.of();
    return new Completions(
        names,
        name ->
            open.complete(name)
                .map(selector -> new Candidate(name, selector, open.segment(selector), kind)),
        revision,
        freshness == Freshness.EARLIER,
        open.segmentOffset(),
        freshness);
  }

  /** The same state, asked the same by an evaluation of the same kind, has the same names. */
  private String revision(CallContext context, String prefix, LockedFlake flake) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (String part :
          List.of(flake.identity(), locking.evaluation(withoutSideEffects(context)), prefix)) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** See {@link Flakes#describe}. */
  Described describe(CallContext context, String flake, String text, Duration budget) {
    long end = System.nanoTime() + budget.toNanos();
    ParsedSelector parsed = SelectorParser.parse(text);
    Selector selector = parsed.selector();
    Glimpse glimpse = look(context, flake, new Question(selector, Question.Ask.DESCRIBE), budget);
    return switch (glimpse) {
      case Glimpse.Seen(Answer.Value value, LockedFlake state, Freshness freshness) -> {
        Description description = read(selector, value, state);
        yield new Described(
            Optional.of(
                option(context, flake, selector, end).map(description::with).orElse(description)),
            Optional.empty(),
            freshness,
            Optional.of(state.state()));
      }
      case Glimpse.Seen(Answer.Mismatched(var mismatch), LockedFlake state, Freshness freshness) ->
          failed(
              SelectorMismatches.explain(parsed, mismatch),
              Optional.empty(),
              freshness,
              Optional.of(state));
      case Glimpse.Seen(var _, LockedFlake state, var _) ->
          new Described(
              Optional.empty(), Optional.empty(), Freshness.UNKNOWN, Optional.of(state.state()));
      case Glimpse.Broken(var outcome, var state, var earlier) -> {
        var before = earlier.flatMap(seen -> described(selector, seen));
        yield outcome.detail().message().contains("import-from-derivation")
            ? new Described(before, Optional.empty(), freshness(before), Optional.of(state.state()))
            : failed(
                FlakeErrors.evaluation(state, SelectorPrinter.print(selector), outcome.detail()),
                before,
                before.isPresent() ? Freshness.EARLIER : Freshness.CURRENT,
                Optional.of(state));
      }
      case Glimpse.Failed(var failure, var earlier) -> {
        var before = earlier.flatMap(seen -> described(selector, seen));
        yield failed(
            failure,
            before,
            before.isPresent() ? Freshness.EARLIER : Freshness.CURRENT,
            Optional.empty());
      }
      case Glimpse.Nothing() ->
          new Described(Optional.empty(), Optional.empty(), Freshness.UNKNOWN, Optional.empty());
    };
  }

  private static Optional<Description> described(Selector selector, Glimpse.Seen seen) {
    return seen.answer() instanceof Answer.Value value
        ? Optional.of(read(selector, value, seen.flake()))
        : Optional.empty();
  }

  private static Freshness freshness(Optional<Description> before) {
    return before.isPresent() ? Freshness.EARLIER : Freshness.UNKNOWN;
  }

  private static Described failed(
      NixException failure,
      Optional<Description> before,
      Freshness freshness,
      Optional<LockedFlake> state) {
    return new Described(before, Optional.of(failure), freshness, state.map(LockedFlake::state));
  }

  private static Description read(Selector selector, Answer.Value value, LockedFlake state) {
    Function<String, String> localised =
        file -> state.tree().map(tree -> FlakeErrors.localise(file, tree)).orElse(file);
    try {
      return new DescriptionReader(localised::apply).read(selector, value.json());
    } catch (IOException e) {
      throw new FlakeException(
          Reason.INTERNAL, "a description cannot be read: " + e.getMessage(), Details.NONE.with(e));
    }
  }

  /**
   * What the option may be set to whose value a selector finds: beside the {@code config} of a host
   * or user lie its {@code options}. Only in what is left of the budget.
   */
  private Optional<Description.OptionFacts> option(
      CallContext context, String flake, Selector selector, long end) {
    List<Step> steps = selector.steps();
    boolean configured =
        steps.size() > 3
            && steps.stream().allMatch(Step.Name.class::isInstance)
            && steps.get(0) instanceof Step.Name(String output)
            && output.endsWith("Configurations")
            && steps.get(2).equals(new Step.Name("config"));
    long left = end - System.nanoTime();
    if (!configured || left <= 0) {
      return Optional.empty();
    }
    var declared = new ArrayList<>(steps);
    declared.set(2, new Step.Name("options"));
    var question = new Question(new Selector(declared), Question.Ask.DESCRIBE);
    return look(context, flake, question, Duration.ofNanos(left))
            instanceof Glimpse.Seen(Answer.Value value, LockedFlake state, var _)
        ? read(question.selector(), value, state).option()
        : Optional.empty();
  }

  private Glimpse look(CallContext context, String flake, Question question, Duration budget) {
    CallContext harmless = withoutSideEffects(context);
    FlakeRef ref = locking.resolve(harmless, flake);
    try {
      return glimpses.look(
          new Glimpses.Asking(
              harmless,
              ref.text(),
              locking.evaluation(harmless),
              () -> locking.lock(harmless, ref),
              question),
          budget);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(
          Reason.CANCELLED, "the question was given up", Details.NONE.with(e));
    }
  }

  private static CallContext withoutSideEffects(CallContext context) {
    NixOptions options = context.options();
    var settings = new ArrayList<>(options.settings());
    settings.add(new NixOptions.Setting("allow-import-from-derivation", "false"));
    return context.with(options.withSettings(settings).withoutLockFile());
  }
}
