package dev.arda.client.cli.view;

import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS;
import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOADS;
import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOAD_BYTES;

import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How much longer an operation takes. Says nothing without a basis: everything that is still to be
 * built has been built before, and is not overdue; everything that is still to be downloaded has a
 * known size.
 */
final class Estimate {

  private final OperationModel model;
  private final Experience experience;

  Estimate(OperationModel model, Experience experience) {
    this.model = model;
    this.experience = experience;
  }

  /** The time that is left; empty if that cannot be said. */
  Optional<Duration> remaining(Instant now) {
    var builds = builds(now);
    var downloads = downloads();
    if (builds.isEmpty() || downloads.isEmpty()) {
      return Optional.empty();
    }
    var longer = builds.get().compareTo(downloads.get()) > 0 ? builds.get() : downloads.get();
    return Optional.of(longer).filter(left -> left.toMillis() >= 1_000);
  }

  private Optional<Duration> builds(Instant now) {
    long open = open(model.counter(OPERATION_COUNTER_KIND_BUILDS));
    if (open <= 0) {
      return Optional.of(Duration.ZERO);
    }
    var longest = Duration.ZERO;
    var sum = Duration.ZERO;
    int known = 0;
    int running = 0;
    for (var node : model.nodes()) {
      if (isOpenBuild(node)) {
        var usual = experience.usual(node);
        if (usual.isEmpty()) {
          return Optional.empty();
        }
        var left = usual.get().minus(Quantities.elapsed(node, now));
        if (left.isNegative()) {
          return Optional.empty();
        }
        known++;
        running += node.hasStartedAt() ? 1 : 0;
        sum = sum.plus(left);
        longest = left.compareTo(longest) > 0 ? left : longest;
      }
    }
    if (known < open) {
      return Optional.empty();
    }
    var shared = sum.dividedBy(Math.max(1, running));
    return Optional.of(shared.compareTo(longest) > 0 ? shared : longest);
  }

  private static boolean isOpenBuild(OperationNode node) {
    return node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_BUILD
        && !OperationModel.isFinal(node.getState());
  }

  private Optional<Duration> downloads() {
    if (open(model.counter(OPERATION_COUNTER_KIND_DOWNLOADS)) <= 0) {
      return Optional.of(Duration.ZERO);
    }
    var bytes = model.counter(OPERATION_COUNTER_KIND_DOWNLOAD_BYTES);
    long left = bytes.getExpected() - bytes.getDone();
    long rate = model.downloadBytesPerSecond();
    return left <= 0 || rate <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(left / rate * 1_000 + left % rate * 1_000 / rate));
  }

  private static long open(OperationCounter counter) {
    return counter.getExpected() - counter.getDone() - counter.getFailed();
  }
}
