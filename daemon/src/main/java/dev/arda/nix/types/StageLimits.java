package dev.arda.nix.types;

import java.time.Duration;

/**
 * How long the stages of a deployment, an installation or an application of environments may take
 * that take as long as what is deployed is large. The other stages have limits of their own.
 *
 * @param evaluation each question to a flake
 * @param build all that is built on one machine for it
 * @param copy each copy to or from another machine
 */
public record StageLimits(TimeLimit evaluation, TimeLimit build, TimeLimit copy) {

  /** What is enough for most, where nobody said anything. */
  public static final StageLimits USUAL =
      of(Duration.ofHours(1), Duration.ofHours(24), Duration.ofHours(4));

  /** Everything takes as long as it wants. */
  public static final StageLimits NONE = of(Duration.ZERO, Duration.ZERO, Duration.ZERO);

  /** Limits that options of the command give. Zero: as long as it wants. */
  public static StageLimits of(Duration evaluation, Duration build, Duration copy) {
    return new StageLimits(
        new TimeLimit(evaluation, Reason.EVALUATION_TIMEOUT, "--evaluation-timeout"),
        new TimeLimit(build, Reason.BUILD_TIMEOUT, "--build-timeout"),
        new TimeLimit(copy, Reason.HOST_COPY_TIMEOUT, "--copy-timeout"));
  }
}
