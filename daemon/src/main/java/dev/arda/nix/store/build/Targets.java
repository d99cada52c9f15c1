package dev.arda.nix.store.build;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.LimitedFlakes;
import dev.arda.nix.flake.SelectionListener;
import dev.arda.nix.flake.SelectionRequest;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.store.build.Questions.Found;
import dev.arda.nix.store.build.Questions.Reply;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.TimeLimit;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Finds the derivations of targets, which are in the store afterwards. All targets of one flake are
 * asked for together; each fails on its own. Thread-safe.
 */
final class Targets {

  /** Outputs that flakes have by convention, and nobody calls a package. */
  private static final Set<String> OUTPUTS =
      Set.of(
          "packages",
          "legacyPackages",
          "checks",
          "devShells",
          "apps",
          "formatter",
          "nixosConfigurations",
          "darwinConfigurations",
          "homeConfigurations",
          "clanInternals");

  private final Flakes flakes;
  private final Function<CallContext, String> system;
  private final BiFunction<CallContext, String, Path> files;

  /**
   * Finds derivations.
   *
   * @param system the system of a caller's Nix
   * @param files where the files of a caller's store paths are
   */
  Targets(
      Flakes flakes,
      Function<CallContext, String> system,
      BiFunction<CallContext, String, Path> files) {
    this.flakes = flakes;
    this.system = system;
    this.files = files;
  }

  /** The same, in limited time. */
  Targets within(TimeLimit limit) {
    return new Targets(LimitedFlakes.of(flakes, limit), system, files);
  }

  /** A target that is looked up in a flake. */
  private record Lookup(int index, String label, Wanted.InFlake wanted) {}

  /**
   * What targets stand for, in their order. Blocks; interrupting the thread ends the evaluation.
   *
   * @param flake the flake of those that name none; empty: the caller's default
   * @throws NixException only with the reason {@code CANCELLED}
   */
  List<Target> find(
      CallContext context, String flake, List<BuildTarget> targets, ProgressListener progress) {
    var result = new ArrayList<Target>();
    var byFlake = new LinkedHashMap<String, List<Lookup>>();
    for (int i = 0; i < targets.size(); i++) {
      result.add(new Target.StoreObject(""));
      try {
        switch (Wanted.of(targets.get(i), context, () -> system.apply(context))) {
          case Wanted.InStore(String path, OutputChoice outputs) ->
              result.set(i, inStore(path, outputs));
          case Wanted.InFlake wanted ->
              byFlake
                  .computeIfAbsent(
                      wanted.flake().isEmpty() ? flake : wanted.flake(), _ -> new ArrayList<>())
                  .add(new Lookup(i, targets.get(i).label(), wanted));
        }
      } catch (NixException e) {
        result.set(i, unknown(e));
      }
    }
    byFlake.forEach((reference, lookups) ->
        new OneFlake(context, reference, lookups, progress).find().forEach(result::set));
    return List.copyOf(result);
  }

  private static Target inStore(String path, OutputChoice outputs) {
    if (!path.endsWith(".drv")) {
      return new Target.StoreObject(path);
    }
    // The derivation of that name is the user's wish only with nothing behind it in Nix 2.26.
    return new Target.Derivation(
        path, outputs instanceof OutputChoice.Default ? new OutputChoice.All() : outputs);
  }

  private static Target unknown(NixException failure) {
    if (failure.reason() == Reason.CANCELLED) {
      throw failure;
    }
    return new Target.Unknown(failure);
  }

  /** All targets of one flake. */
  private final class OneFlake {
    private final CallContext context;
    private final String reference;
    private final List<Lookup> lookups;
    private final ProgressListener progress;
    private final Map<Integer, Target> found = new LinkedHashMap<>();
    private volatile String shownFlake;

    OneFlake(
        CallContext context, String reference, List<Lookup> lookups, ProgressListener progress) {
      this.context = context;
      this.reference = reference;
      this.lookups = lookups;
      this.progress = progress;
      this.shownFlake = reference.isEmpty() ? "the flake" : reference;
    }

    Map<Integer, Target> find() {
      try {
        var left = lookups;
        for (int round = 0; !left.isEmpty(); round++) {
          left = round(left, round);
        }
        instantiateAnew(lookups.stream().filter(this::isMissing).toList());
      } catch (NixException e) {
        lookups.forEach(lookup -> found.putIfAbsent(lookup.index(), unknown(e)));
      }
      return found;
    }

    /** Asks for one candidate of each; returns those that are to be looked for elsewhere. */
    private List<Lookup> round(List<Lookup> left, int round) {
      var asked = new LinkedHashMap<Lookup, List<List<String>>>();
      for (var lookup : left) {
        asked.put(lookup, candidates(lookup, round));
      }
      var paths = asked.values().stream().flatMap(List::stream).distinct().toList();
      var answers = ask(context, paths, false);
      var next = new ArrayList<Lookup>();
      asked.forEach((lookup, candidates) -> {
        for (var path : candidates) {
          var answer = answers.getOrDefault(path, new Found.Nothing());
          if (settled(lookup, path, answer)) {
            return;
          }
        }
        if (candidates.getLast().equals(lookup.wanted().candidates().getLast())) {
          found.put(lookup.index(), new Target.Unknown(missing(lookup)));
        } else {
          next.add(lookup);
        }
      });
      return next;
    }

    /** One at a time, unless only the last can be meant. */
    private List<List<String>> candidates(Lookup lookup, int round) {
      var all = lookup.wanted().candidates();
      return round == 0 && OUTPUTS.contains(all.getLast().getFirst())
          ? all
          : List.of(all.get(round));
    }

    private boolean settled(Lookup lookup, List<String> path, Found answer) {
      return switch (answer) {
        case Found.Nothing _ -> false;
        case Found.Other _ -> {
          found.put(lookup.index(), new Target.Unknown(notBuildable(path)));
          yield true;
        }
        case Found.Broken(NixException failure) -> {
          found.put(lookup.index(), unknown(failure));
          yield true;
        }
        case Found.Derivation(String drvPath, List<String> outputs) -> {
          found.put(
              lookup.index(),
              new Target.Derivation(
                  drvPath,
                  lookup.wanted().outputs() instanceof OutputChoice.Default
                      ? new OutputChoice.Names(outputs)
                      : lookup.wanted().outputs()));
          yield true;
        }
      };
    }

    private boolean isMissing(Lookup lookup) {
      var target = found.get(lookup.index());
      if (target == null) {
        return false;
      }
      return switch (target) {
        case Target.Derivation(String drvPath, OutputChoice _) ->
            !Files.exists(files.apply(context, drvPath));
        // An evaluator that is kept writes a derivation once, and the store may have lost it since.
        case Target.Unknown(NixException failure) ->
            failure.reason() == Reason.EVALUATION_FAILED
                && failure.getMessage().contains(".drv' is not valid");
        case Target.StoreObject _ -> false;
      };
    }

    /**
     * What is known of a derivation says nothing about the store, which may have lost it. A new
     * process writes it again: the setting is what Nix has without it, and makes the question one
     * that nothing which is kept may answer.
     */
    private void instantiateAnew(List<Lookup> collected) {
      if (collected.isEmpty() || context.options().impure()) {
        return;
      }
      var settings = new ArrayList<>(context.options().settings());
      settings.add(new NixOptions.Setting("pure-eval", "true"));
      var anew = context.with(context.options().withSettings(settings));
      var paths =
          collected.stream().flatMap(l -> l.wanted().candidates().stream()).distinct().toList();
      var answers = ask(anew, paths, true);
      for (var lookup : collected) {
        for (var path : lookup.wanted().candidates()) {
          if (settled(lookup, path, answers.getOrDefault(path, new Found.Nothing()))) {
            break;
          }
        }
      }
    }

    private Map<List<String>, Found> ask(
        CallContext who, List<List<String>> paths, boolean realise) {
      var selectors = paths.stream().flatMap(path -> Questions.about(path).stream()).toList();
      var replies = new Replies(progress, state -> shownFlake = state.flakeRef());
      flakes.select(
          who, new SelectionRequest(reference, selectors, realise, ValueEncoding.JSON), replies);
      var result = new LinkedHashMap<List<String>, Found>();
      for (int i = 0; i < paths.size(); i++) {
        result.put(
            paths.get(i),
            Questions.found(paths.get(i), List.of(replies.reply(2 * i), replies.reply(2 * i + 1))));
      }
      return result;
    }

    private FlakeException missing(Lookup lookup) {
      var candidates =
          lookup.wanted().candidates().stream()
              .map(path -> Selector.path(path.toArray(String[]::new)).toString())
              .toList();
      var message = "%s has no %s".formatted(shownFlake, String.join(" and no ", candidates));
      var details = Details.NONE.with("flake", shownFlake).with("target", lookup.label());
      for (var candidate : candidates) {
        var suggestion = suggestion(candidate);
        if (!suggestion.isEmpty()) {
          return new FlakeException(
              Reason.ATTRIBUTE_MISSING,
              message + "; did you mean " + suggestion + "?",
              details.with("suggestion", suggestion));
        }
      }
      return new FlakeException(Reason.ATTRIBUTE_MISSING, message, details);
    }

    /** What was probably meant; the answer is known already, or costs one question. */
    private String suggestion(String selector) {
      var replies = new Replies(ProgressListener.NONE, _ -> {});
      flakes.select(
          context,
          new SelectionRequest(reference, List.of(selector), false, ValueEncoding.JSON),
          replies);
      return replies.reply(0) instanceof Reply.Failure(FlakeException failure)
          ? failure.selectorFault().map(fault -> fault.suggestion()).orElse("")
          : "";
    }

    private FlakeException notBuildable(List<String> path) {
      var selector = Selector.path(path.toArray(String[]::new)).toString();
      return new FlakeException(
          Reason.WRONG_TYPE,
          "%s of %s is no derivation, so it cannot be built; arda eval shows what it is"
              .formatted(selector, shownFlake),
          Details.NONE.with("flake", shownFlake).with("selector", selector));
    }
  }

  /** Collects the answers of one selection. */
  private static final class Replies implements SelectionListener {
    private final ProgressListener progress;
    private final java.util.function.Consumer<FlakeState> states;
    private final Map<Integer, Reply> replies = new LinkedHashMap<>();

    Replies(ProgressListener progress, java.util.function.Consumer<FlakeState> states) {
      this.progress = progress;
      this.states = states;
    }

    Reply reply(int index) {
      var reply = replies.get(index);
      if (reply == null) {
        throw new IllegalStateException("no answer to selector " + index);
      }
      return reply;
    }

    @Override
    public void progress(NixProgress now) {
      progress.progress(now);
    }

    @Override
    public void state(FlakeState state) {
      states.accept(state);
    }

    @Override
    public void value(int index, String canonical, JsonText json, List<String> realisedPaths) {
      replies.put(index, new Reply.Value(json.bytes()));
    }

    @Override
    public void failure(int index, String canonical, NixException failure) {
      replies.put(index, new Reply.Failure(failure));
    }
  }
}
