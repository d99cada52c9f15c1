package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.v1.BuildTargetOutcome;
import dev.arda.v1.Operation;
import java.util.List;

/** Tells which targets failed and why. */
final class BuildFailures {

  private final Session session;
  private final FailedBuilds builds;

  BuildFailures(Session session, Operation operation) {
    this.session = session;
    this.builds = new FailedBuilds(session, operation);
  }

  /** Prints all that failed of these, and how many of them did. */
  void print(List<BuildTargetOutcome> targets) {
    var failed = targets.stream().filter(BuildTargetOutcome::hasError).toList();
    failed.forEach(this::print);
    if (targets.size() > 1) {
      session
          .console()
          .message(
              style().error("error:")
                  + " %d of %d targets failed".formatted(failed.size(), targets.size()));
    }
  }

  private void print(BuildTargetOutcome target) {
    builds.print(labelled(target, Failure.of(target.getError())), target.getFailedNodeId());
  }

  /** The failure with the name of its target, if it does not say that itself. */
  private static Failure labelled(BuildTargetOutcome target, Failure failure) {
    return failure.message().contains(target.getLabel())
        ? failure
        : new Failure(
            failure.code(),
            failure.reason(),
            target.getLabel() + ": " + failure.message(),
            failure.metadata(),
            failure.nix(),
            failure.selector());
  }

  private Style style() {
    return session.console().style();
  }
}
