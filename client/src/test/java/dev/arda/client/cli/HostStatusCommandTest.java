package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import dev.arda.client.FakeDaemon;
import dev.arda.v1.AskedHosts;
import dev.arda.v1.Generation;
import dev.arda.v1.GetHostStatusResponse;
import dev.arda.v1.HostDrift;
import dev.arda.v1.HostStatus;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostStatusCommandTest extends CliTestCase {

  private static GetHostStatusResponse answer(HostStatus.Builder status) {
    return GetHostStatusResponse.newBuilder().setStatus(status).build();
  }

  private static HostStatus.Builder good(String host) {
    return HostStatus.newBuilder()
        .setHost(host)
        .setRunningSystem("/nix/store/" + host)
        .setGeneration(7)
        .setDrift(HostDrift.HOST_DRIFT_NONE);
  }

  private static HostStatus.Builder slow() {
    return HostStatus.newBuilder()
        .setHost("a-slow-host")
        .setError(
            FakeDaemon.error(Code.DEADLINE_EXCEEDED, "EVALUATION_TIMEOUT", "It took too long."));
  }

  private static void asked(StreamObserver<GetHostStatusResponse> observer, String... hosts) {
    observer.onNext(
        GetHostStatusResponse.newBuilder()
            .setAsked(AskedHosts.newBuilder().addAllHosts(List.of(hosts)))
            .build());
  }

  @Test
  void aHostThatIsBeingDeployedTo_isToldAsThat() {
    cli.daemon.hosts.status =
        observer -> {
          asked(observer, "web01", "web02");
          observer.onNext(answer(good("web01").setBusy(true).setRebootNeeded(true)));
          observer.onNext(answer(good("web02")));
        };
    var result = cli.run("host", "status");
    assertThat(result.out().lines().map(line -> line.replaceAll(" +", " ")))
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("web01 none 7 - is being deployed to; reboot needed /nix/store/"))
        .contains("web02 none 7 - - /nix/store/web02");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--json"})
  void aHost_isShown_whileOthersHaveNotAnswered(String option) {
    var shown = new CountDownLatch(1);
    var out =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            if (toString(StandardCharsets.UTF_8).contains("/nix/store/web01")) {
              shown.countDown();
            }
          }
        };
    cli.daemon.hosts.status =
        observer -> {
          asked(observer, "a-slow-host", "web01");
          observer.onNext(answer(good("web01")));
          try {
            assertThat(shown.await(2, TimeUnit.MINUTES)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          observer.onNext(answer(slow()));
        };
    var arguments =
        option.isEmpty() ? List.of("host", "status") : List.of("host", "status", option);
    var result = cli.run(out, out, arguments.toArray(String[]::new));
    assertThat(shown.getCount()).isZero();
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.out().indexOf("web01")).isLessThan(result.out().indexOf("a-slow-host"));
  }

  @Test
  void rows_standBelowEachOther_thoughTheyComeOneByOne_andFailuresComeLast() {
    cli.daemon.hosts.status =
        observer -> {
          asked(observer, "a-slow-host", "web01");
          observer.onNext(answer(good("web01").setFreeBytes(5L << 30)));
          observer.onNext(answer(slow()));
        };
    var result = cli.run("host", "status");
    assertThat(result.out())
        .isEqualTo(
            """
            HOST         DRIFT     GENERATION  FREE       NOTES  RUNS
            web01        none      7           5.0 GiB    -      /nix/store/web01
            a-slow-host  ?         -           -          -      -
            """);
    assertThat(result.err()).contains("error: a-slow-host: It took too long.");
  }

  @Test
  void aSpecialisationThatRuns_isNoted() {
    cli.daemon.hosts.status =
        observer -> {
          asked(observer, "web01", "web02");
          observer.onNext(answer(good("web01").addGenerations(running("/nix/store/base"))));
          observer.onNext(answer(good("web02").addGenerations(running("/nix/store/web02"))));
        };
    assertThat(cli.run("host", "status").out())
        .containsPattern("web01 +none .* runs a specialisation +/nix/store/web01")
        .containsPattern("web02 +none .* - +/nix/store/web02");
  }

  private static Generation running(String system) {
    return Generation.newBuilder().setNumber(7).setSystem(system).setRunning(true).build();
  }

  @Test
  void noFreeSpace_isNotUnknown() {
    cli.daemon.hosts.status =
        observer -> {
          asked(observer, "web01");
          observer.onNext(answer(good("web01").setFreeBytes(0)));
        };
    assertThat(cli.run("host", "status").out()).containsPattern("none +7 +0 B +-");
  }

  @Test
  void theLimitOfEvaluations_reachesTheDaemon() {
    cli.run("host", "status", "--evaluation-timeout", "9");
    assertThat(cli.daemon.hosts.questions.getLast().getEvaluationLimit().getSeconds()).isEqualTo(9);
    cli.run("host", "status");
    assertThat(cli.daemon.hosts.questions.getLast().hasEvaluationLimit()).isFalse();
    assertThat(cli.run("host", "status", "--evaluation-timeout", "0").code())
        .isEqualTo(ExitCode.USAGE);
  }
}
