package dev.arda.daemon.rpc;

import com.google.protobuf.Duration;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.types.TimeLimit;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.GetHostStatusRequest;
import dev.arda.v1.InstallHostRequest;
import java.util.Optional;

/**
 * How long the stages of what is asked may take, as a request says it. Empty: it does not.
 *
 * @param evaluation of {@code evaluation_limit}
 * @param build of {@code build_limit}
 * @param copy of {@code copy_limit}; zero: no limit
 */
record TimeLimits(
    Optional<Duration> evaluation, Optional<Duration> build, Optional<Duration> copy) {

  private static final java.time.Duration MOST = java.time.Duration.ofDays(7);
  private static final java.time.Duration STATUS = java.time.Duration.ofMinutes(1);

  static TimeLimits of(DeployRequest request) {
    return new TimeLimits(
        said(request.hasEvaluationLimit(), request.getEvaluationLimit()),
        said(request.hasBuildLimit(), request.getBuildLimit()),
        said(request.hasCopyLimit(), request.getCopyLimit()));
  }

  static TimeLimits of(InstallHostRequest request) {
    return new TimeLimits(
        said(request.hasEvaluationLimit(), request.getEvaluationLimit()),
        said(request.hasBuildLimit(), request.getBuildLimit()),
        Optional.empty());
  }

  static TimeLimits of(GetHostStatusRequest request) {
    return new TimeLimits(
        said(request.hasEvaluationLimit(), request.getEvaluationLimit()),
        Optional.empty(),
        Optional.empty());
  }

  static TimeLimits of(ApplyUserRequest request) {
    return new TimeLimits(
        said(request.hasEvaluationLimit(), request.getEvaluationLimit()),
        said(request.hasBuildLimit(), request.getBuildLimit()),
        said(request.hasCopyLimit(), request.getCopyLimit()));
  }

  private static Optional<Duration> said(boolean isSet, Duration limit) {
    return isSet ? Optional.of(limit) : Optional.empty();
  }

  /** Notes what is wrong with them. */
  void check(RequestCheck check) {
    positive(evaluation, "evaluation_limit", check);
    positive(build, "build_limit", check);
    copy.ifPresent(limit -> check.require(isInRange(limit), "copy_limit", "is not 0 to a week"));
  }

  private static void positive(Optional<Duration> said, String field, RequestCheck check) {
    said.ifPresent(limit ->
        check.require(
            isInRange(limit) && (limit.getSeconds() > 0 || limit.getNanos() > 0),
            field,
            "is not more than 0 and at most a week"));
  }

  private static boolean isInRange(Duration limit) {
    return Times.isPlausible(limit)
        && java.time.Duration.ofSeconds(limit.getSeconds(), limit.getNanos()).compareTo(MOST) <= 0;
  }

  /** Puts them into a request for environments that belong to a deployment. */
  void passTo(ApplyUserRequest.Builder request) {
    evaluation.ifPresent(request::setEvaluationLimit);
    build.ifPresent(request::setBuildLimit);
    copy.ifPresent(request::setCopyLimit);
  }

  /** What they come to, with what is usual where nothing is said. */
  StageLimits translate() {
    return StageLimits.of(
        time(evaluation, StageLimits.USUAL.evaluation()),
        time(build, StageLimits.USUAL.build()),
        time(copy, StageLimits.USUAL.copy()));
  }

  /** How long the evaluation of the system of each host may take that is only asked how it is. */
  TimeLimit ofStatus() {
    return new TimeLimit(
        evaluation.map(limit -> Times.fromProto(limit, MOST)).orElse(STATUS),
        Reason.EVALUATION_TIMEOUT,
        StageLimits.USUAL.evaluation().option());
  }

  private static java.time.Duration time(Optional<Duration> said, TimeLimit usual) {
    return said.map(limit -> Times.fromProto(limit, MOST)).orElse(usual.time());
  }
}
