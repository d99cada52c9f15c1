package dev.arda.nix.store.build;

import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.store.build.BuildResult.Output;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells of a target as soon as its own derivation is built, while others are still being built.
 * Used as the listener it hands on to.
 */
final class EarlyResults extends ForwardingBuildListener {

  private final Map<String, List<Job>> expected = new HashMap<>();
  private final Set<Integer> told = new HashSet<>();

  EarlyResults(BuildListener listener) {
    super(listener);
  }

  /** These are being built from now on. */
  void expect(List<Job> jobs) {
    for (var job : jobs) {
      if (job.isDerivation() && job.isKnown()) {
        expected.merge(
            job.path(),
            List.of(job),
            (some, one) -> java.util.stream.Stream.concat(some.stream(), one.stream()).toList());
      }
    }
  }

  @Override
  public void build(BuildStep step) {
    super.build(step);
    if (step.state() == BuildStep.State.SUCCEEDED) {
      expected
          .getOrDefault(step.drvPath(), List.of())
          .forEach(job -> built(job.index(), job.outputs()));
    }
  }

  @Override
  public void built(int index, List<Output> outputs) {
    if (told.add(index)) {
      super.built(index, outputs);
    }
  }
}
