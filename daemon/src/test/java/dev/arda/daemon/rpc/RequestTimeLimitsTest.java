package dev.arda.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import dev.arda.nix.types.StageLimits;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.InstallHostRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTimeLimitsTest {

  private static final long WEEK = java.time.Duration.ofDays(7).toSeconds();

  private static Duration seconds(long number) {
    return Duration.newBuilder().setSeconds(number).build();
  }

  @Test
  void whatIsNotSaid_isWhatIsUsual() {
    assertThat(TimeLimits.of(DeployRequest.getDefaultInstance()).translate())
        .isEqualTo(StageLimits.USUAL);
    assertThat(TimeLimits.of(InstallHostRequest.getDefaultInstance()).translate())
        .isEqualTo(StageLimits.USUAL);
    assertThat(TimeLimits.of(ApplyUserRequest.getDefaultInstance()).translate())
        .isEqualTo(StageLimits.USUAL);
  }

  @Test
  void whatIsSaid_counts_andIsPassedToEnvironments() {
    var deploy =
        TimeLimits.of(
            DeployRequest.newBuilder()
                .setEvaluationLimit(Duration.newBuilder().setNanos(5_000_000))
                .setBuildLimit(seconds(WEEK))
                .setCopyLimit(seconds(0))
                .build());
    var check = new RequestCheck();
    deploy.check(check);
    check.done();
    var limits =
        StageLimits.of(
            java.time.Duration.ofMillis(5), java.time.Duration.ofDays(7), java.time.Duration.ZERO);
    assertThat(deploy.translate()).isEqualTo(limits);
    var apply = ApplyUserRequest.newBuilder();
    deploy.passTo(apply);
    assertThat(TimeLimits.of(apply.build()).translate()).isEqualTo(limits);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 7 * 24 * 3600 + 1, Long.MAX_VALUE})
  void whatCannotBe_isRefusedByTheNameOfItsField(long number) {
    var limit = seconds(number);
    refused(
        TimeLimits.of(DeployRequest.newBuilder().setEvaluationLimit(limit).build()),
        "evaluation_limit");
    refused(TimeLimits.of(DeployRequest.newBuilder().setBuildLimit(limit).build()), "build_limit");
    refused(
        TimeLimits.of(InstallHostRequest.newBuilder().setEvaluationLimit(limit).build()),
        "evaluation_limit");
    refused(
        TimeLimits.of(InstallHostRequest.newBuilder().setBuildLimit(limit).build()), "build_limit");
    refused(
        TimeLimits.of(ApplyUserRequest.newBuilder().setEvaluationLimit(limit).build()),
        "evaluation_limit");
    refused(
        TimeLimits.of(ApplyUserRequest.newBuilder().setBuildLimit(limit).build()), "build_limit");
    if (number != 0) {
      refused(TimeLimits.of(DeployRequest.newBuilder().setCopyLimit(limit).build()), "copy_limit");
      refused(
          TimeLimits.of(ApplyUserRequest.newBuilder().setCopyLimit(limit).build()), "copy_limit");
    }
  }

  private static void refused(TimeLimits limits, String field) {
    var check = new RequestCheck();
    limits.check(check);
    assertThatThrownBy(check::done).hasMessageContaining(" " + field + " is not ");
  }
}
