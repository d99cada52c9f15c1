package dev.arda.nix.flake;

import dev.arda.nix.flake.cache.SelectionCache;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.eval.EvaluatorStatus;
import dev.arda.nix.flake.watch.WatchStatus;
import dev.arda.nix.types.NixOptions;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is known about the flakes that were asked: to show it, and to forget it. */
final class FlakeLedger {

  private final FlakeUses uses;
  private final FlakeStates states;
  private final SelectionCache cache;
  private final Evaluator evaluator;

  FlakeLedger(Clock clock, FlakeStates states, SelectionCache cache, Evaluator evaluator) {
    this.uses = new FlakeUses(clock);
    this.states = states;
    this.cache = cache;
    this.evaluator = evaluator;
  }

  /** A question is asked; it is answered when the result is closed. */
  FlakeUses.Asking asking(LockedFlake flake, NixOptions options) {
    return uses.asking(flake, options);
  }

  /** The flakes that were asked, most recent first. */
  List<FlakeStatus> status() {
    List<EvaluatorStatus> evaluators = evaluator.status();
    return uses.list().stream().map(use -> status(use, evaluators)).toList();
  }

  private FlakeStatus status(FlakeUses.Use use, List<EvaluatorStatus> evaluators) {
    String identity = use.flake().identity();
    List<WatchStatus> sources = states.status(use.flake().state().flakeRef());
    return new FlakeStatus(
        use.flake().state(),
        identity,
        use.lastUsed(),
        use.hits(),
        use.evaluated(),
        use.running(),
        cache.bytes(identity),
        sources,
        sources.isEmpty() ? Optional.of(whyAsked(use.options())) : Optional.empty(),
        evaluators.stream().filter(one -> one.state().equals(identity)).toList(),
        use.whyNotWarm());
  }

  private static String whyAsked(NixOptions options) {
    if (options.refresh()) {
      return "it was asked with --refresh";
    }
    if (!options.inputOverrides().isEmpty()) {
      return "it was asked with other inputs";
    }
    if (options.impure()) {
      return "it was asked with --impure";
    }
    return "it is not a directory of this machine, or its watch was given up for others";
  }

  /**
   * Forgets a flake.
   *
   * @param ref as {@link FlakeState#flakeRef} names it
   * @param current its state now
   * @return how many of its states were forgotten
   */
  int forget(String ref, Optional<LockedFlake> current) {
    var identities = new LinkedHashSet<>(uses.identities(ref));
    current.map(LockedFlake::identity).ifPresent(identities::add);
    states.forget(Optional.of(ref));
    identities.forEach(evaluator::invalidate);
    cache.forget(identities);
    uses.forget(Optional.of(ref));
    return identities.size();
  }

  /** Whether a flake was asked since the start. */
  boolean knows(String ref) {
    return !uses.identities(ref).isEmpty();
  }

  /**
   * Forgets everything.
   *
   * @return how many states were forgotten that were asked since the start
   */
  int forgetAll() {
    Set<String> identities =
        uses.list().stream()
            .flatMap(use -> use.identities().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    evaluator.status().forEach(one -> evaluator.invalidate(one.state()));
    states.forget(Optional.empty());
    cache.forgetAll();
    uses.forget(Optional.empty());
    return identities.size();
  }
}
