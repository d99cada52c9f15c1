package dev.arda.nix.flake;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.EvaluationSlots;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.eval.OneShotEvaluator;
import dev.arda.nix.flake.eval.Question;
import dev.arda.nix.flake.eval.WarmEvaluatorPool;
import dev.arda.nix.flake.selector.ParsedSelector;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.flake.selector.SelectorPrefix;
import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SelectorFault;
import dev.arda.nix.types.ValueEncoding;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers questions about flakes by asking Nix: for the state of the flake each time anew.
 *
 * <p>Safe for use by many threads. How many evaluations run at a time is limited; the others wait
 * their turn, first come, first served.
 */
public final class NixFlakes implements Flakes {

  private final NixCalls calls;
  private final Evaluator evaluator;
  private final Realiser realiser;
  private final FlakeUses uses;

  /**
   * Questions answered with these collaborators.
   *
   * @param calls runs Nix
   * @param evaluator evaluates
   * @param realiser builds what answers mention
   * @param clock tells when a flake was used
   */
  public NixFlakes(NixCalls calls, Evaluator evaluator, Realiser realiser, Clock clock) {
    this.calls = calls;
    this.evaluator = evaluator;
    this.realiser = realiser;
    this.uses = new FlakeUses(clock);
  }

  /**
   * Questions answered by the Nix programs of this machine.
   *
   * @param stateDirectory where garbage collector roots are put
   */
  public static NixFlakes create(Clock clock, Path stateDirectory) {
    var runner = SystemProcessRunner.create();
    var calls = new NixCalls(runner, NixFacts.using(runner));
    return new NixFlakes(
        calls,
        WarmEvaluatorPool.create(
            calls,
            new OneShotEvaluator(calls, EvaluationSlots.perProcessor()),
            stateDirectory.resolve("roots")),
        new Realiser(calls, stateDirectory.resolve("roots")),
        clock);
  }

  @Override
  public void select(CallContext context, SelectionRequest request, SelectionListener listener) {
    List<Asked> asked = parse(request, listener);
    if (asked.isEmpty()) {
      return;
    }
    LockedFlake flake = lock(context, request.flake(), listener);
    listener.state(flake.state());
    try (var _ = uses.evaluating(flake.state(), asked.size());
        var built = realiser.begin()) {
      listener.progress(
          new NixProgress(NixProgress.Phase.EVALUATING, "evaluating " + describe(asked), 0, 0));
      var questions =
          asked.stream()
              .map(one -> new Question(one.parsed().selector(), Question.Ask.VALUE))
              .toList();
      evaluator.evaluate(
          new Evaluator.Job(
              context,
              flake.bindingJson(),
              questions,
              request.encoding(),
              request.realise(),
              listener),
          (index, outcome) -> report(context, flake, built, asked.get(index), outcome, listener));
    }
  }

  @Override
  public FlakeMetadata metadata(CallContext context, String flake, ProgressListener listener) {
    return lock(context, flake, listener).metadata();
  }

  @Override
  public void show(
      CallContext context,
      String flake,
      boolean allSystems,
      OutputStream json,
      ProgressListener listener) {
    calls.show(context, resolve(context, flake), allSystems, json, listener);
  }

  @Override
  public Completions complete(CallContext context, String flake, String prefix, Duration budget) {
    Optional<SelectorPrefix> unfinished = SelectorPrefix.of(prefix);
    if (unfinished.isEmpty()) {
      return new Completions(List.of(), false);
    }
    CallContext harmless = withoutSideEffects(context);
    return Budget.within(
        budget,
        () -> names(harmless, lock(harmless, flake, ProgressListener.NONE), unfinished.get()),
        new Completions(List.of(), true));
  }

  @Override
  public List<FlakeUse> uses() {
    return uses.list();
  }

  /** A selector of a request that could be parsed. */
  private record Asked(int index, ParsedSelector parsed, String canonical) {}

  /** Parses the selectors; failures are told at once. */
  private static List<Asked> parse(SelectionRequest request, SelectionListener listener) {
    var result = new ArrayList<Asked>();
    for (int i = 0; i < request.selectors().size(); i++) {
      try {
        ParsedSelector parsed = SelectorParser.parse(request.selectors().get(i));
        String canonical = SelectorPrinter.print(parsed.selector());
        Optional<FlakeException> impossible = impossible(parsed);
        if (impossible.isPresent()) {
          listener.failure(i, canonical, impossible.get());
        } else {
          result.add(new Asked(i, parsed, canonical));
        }
      } catch (FlakeException e) {
        listener.failure(i, "", e);
      }
    }
    return result;
  }

  /** A name with NUL can be written in a selector, but no attribute can be called so. */
  private static Optional<FlakeException> impossible(ParsedSelector parsed) {
    for (int i = 0; i < parsed.selector().steps().size(); i++) {
      Stream<String> names =
          switch (parsed.selector().steps().get(i)) {
            case Step.All all -> Stream.empty();
            case Step.Name step -> Stream.of(step.name());
            case Step.Maybe step -> Stream.of(step.name());
            case Step.Names set -> set.entries().stream().map(Step.Entry::name);
          };
      if (names.anyMatch(name -> name.indexOf('\0') >= 0)) {
        var span = parsed.spans().get(i).span();
        return Optional.of(
            new FlakeException(
                Reason.SELECTOR_INVALID,
                "the name of an attribute cannot contain NUL",
                Details.NONE,
                new SelectorFault(parsed.text(), span.offset(), span.length(), "", List.of())));
      }
    }
    return Optional.empty();
  }

  private void report(
      CallContext context,
      LockedFlake flake,
      Realiser.Session built,
      Asked asked,
      Evaluator.Outcome outcome,
      SelectionListener listener) {
    try {
      switch (outcome) {
        case Evaluator.Outcome.Answered(Answer.Value value) -> {
          List<String> realised =
              built.realise(context, asked.canonical(), value.context(), listener);
          listener.value(asked.index(), asked.canonical(), value.json(), realised);
        }
        case Evaluator.Outcome.Answered(Answer.Mismatch mismatch) ->
            throw SelectorMismatches.explain(asked.parsed(), mismatch.mismatch());
        case Evaluator.Outcome.Answered(Answer.Names names) ->
            throw new FlakeException(Reason.INTERNAL, "names where a value was asked for");
        case Evaluator.Outcome.Answered(Answer.Failed failed) ->
            throw new FlakeException(Reason.INTERNAL, "an evaluation failed without saying why");
        case Evaluator.Outcome.Broken(var detail) ->
            throw FlakeErrors.evaluation(flake, asked.canonical(), detail);
        case Evaluator.Outcome.Refused(var failure) -> throw failure;
      }
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      listener.failure(asked.index(), asked.canonical(), e);
    }
  }

  private Completions names(CallContext context, LockedFlake flake, SelectorPrefix prefix) {
    var candidates = new ArrayList<Candidate>();
    evaluator.evaluate(
        new Evaluator.Job(
            context,
            flake.bindingJson(),
            List.of(new Question(prefix.parent(), Question.Ask.NAMES)),
            ValueEncoding.JSON,
            false,
            ProgressListener.NONE),
        (index, outcome) -> {
          if (outcome instanceof Evaluator.Outcome.Answered(Answer.Names names)) {
            for (String name : names.names()) {
              if (name.startsWith(prefix.partial())) {
                prefix
                    .complete(name)
                    .ifPresent(selector -> candidates.add(new Candidate(name, selector)));
              }
            }
          }
        });
    return new Completions(candidates, false);
  }

  private LockedFlake lock(CallContext context, String flake, ProgressListener listener) {
    FlakeRef ref = resolve(context, flake);
    listener.progress(new NixProgress(NixProgress.Phase.FETCHING, "reading " + ref, 0, 0));
    return calls.lock(context, ref, listener);
  }

  private FlakeRef resolve(CallContext context, String flake) {
    return FlakeRefs.resolve(context, flake, calls.defaultFlake(context));
  }

  /** A completion writes no lock file and builds nothing, whatever the flake wants. */
  private static CallContext withoutSideEffects(CallContext context) {
    NixOptions options = context.options();
    var settings = new ArrayList<>(options.settings());
    settings.add(new NixOptions.Setting("allow-import-from-derivation", "false"));
    return new CallContext(
        context.cwd(),
        context.nixProgram(),
        new NixOptions(
            settings,
            options.inputOverrides(),
            options.impure(),
            options.offline(),
            options.refresh(),
            options.showTrace(),
            options.system(),
            options.debug(),
            true),
        context.environment());
  }

  private static String describe(List<Asked> asked) {
    return asked.size() == 1 ? asked.getFirst().canonical() : asked.size() + " selectors";
  }
}
