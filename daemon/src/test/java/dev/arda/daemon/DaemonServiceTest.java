package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.arda.nix.core.NixProgress;
import dev.arda.v1.CacheTotals;
import dev.arda.v1.EvaluatorTotals;
import dev.arda.v1.GetMetadataRequest;
import dev.arda.v1.InvalidateRequest;
import dev.arda.v1.MetricsRequest;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.ShowRequest;
import dev.arda.v1.ShowResponse;
import dev.arda.v1.ShutdownRequest;
import dev.arda.v1.SourceMode;
import dev.arda.v1.SourceStatus;
import dev.arda.v1.StatusRequest;
import dev.arda.v1.StatusResponse;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The daemon's own service, the flake service, health and reflection. */
@ExtendWith(Leaks.class)
class DaemonServiceTest {

  private final TestDaemon daemon = TestDaemon.start();

  @AfterEach
  void close() {
    daemon.close();
  }

  @Test
  void status_identityOnly_saysWhatItIsAndNoMore() {
    var whole = daemon.control().status(StatusRequest.getDefaultInstance());
    var identity =
        daemon.control().status(StatusRequest.newBuilder().setIdentityOnly(true).build());

    assertThat(identity)
        .isEqualTo(
            StatusResponse.newBuilder()
                .setPid(whole.getPid())
                .setVersion(whole.getVersion())
                .setProtocol(whole.getProtocol())
                .setStartedAt(whole.getStartedAt())
                .setRuntimeDirectory(whole.getRuntimeDirectory())
                .setLogFile(whole.getLogFile())
                .setJavaVersion(whole.getJavaVersion())
                .build());
  }

  @Test
  void status_everyField_isFilled() {
    var status = daemon.control().status(StatusRequest.getDefaultInstance());

    assertThat(status.getPid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(status.getVersion()).isEqualTo("1.2.3");
    assertThat(status.getProtocol().getMin()).isEqualTo(1);
    assertThat(status.getProtocol().getMax()).isEqualTo(1);
    assertThat(status.getStartedAt().getSeconds())
        .isEqualTo(ProcessHandle.current().info().startInstant().orElseThrow().getEpochSecond());
    assertThat(status.hasUptime()).isTrue();
    assertThat(status.getRuntimeDirectory()).isEqualTo(daemon.directory.resolve("run").toString());
    assertThat(status.getLogFile())
        .isEqualTo(daemon.directory.resolve("state/log/daemon.log").toString());
    assertThat(status.getJavaVersion()).startsWith("25");
    assertThat(status.hasIdleExitAt()).isFalse(); // this one stays
    assertThat(status.getActiveCalls()).isZero();
    assertThat(status.getHeapUsedBytes()).isPositive();
    assertThat(status.getHeapMaxBytes()).isGreaterThan(status.getHeapUsedBytes());
    assertThat(status.getResidentBytes()).isGreaterThan(status.getHeapUsedBytes() / 2);
    assertThat(status.getEvaluators())
        .isEqualTo(
            EvaluatorTotals.newBuilder()
                .setRunning(2)
                .setBusy(1)
                .setWaiting(4)
                .setMaxRunning(3)
                .setResidentBytes(1 << 20)
                .setMaxResidentBytes(1L << 30)
                .build());
    assertThat(status.getCache())
        .isEqualTo(
            CacheTotals.newBuilder()
                .setStates(2)
                .setBytes(4096)
                .setMaxBytes(8192)
                .setHits(7)
                .setMisses(3)
                .build());
    assertThat(status.getFlakes(0).getLockedUrl()).isEqualTo("git+file:///flake?rev=abc");
    assertThat(status.getFlakes(0).getSelectorsEvaluated()).isEqualTo(42);
    assertThat(status.getFlakes(0).getLastUsedAt().getSeconds()).isEqualTo(1_800_000_000L);
  }

  @Test
  void status_aFlake_tellsHowItIsKeptFreshAndWarm() {
    var flake = daemon.control().status(StatusRequest.getDefaultInstance()).getFlakes(0);

    assertThat(flake.getIdentity()).isEqualTo("3fa91c02d1e4");
    assertThat(flake.getRevision()).isEqualTo("abc");
    assertThat(flake.getHits()).isEqualTo(7);
    assertThat(flake.getKeptBytes()).isEqualTo(4096);
    assertThat(flake.getSourcesList())
        .containsExactly(
            SourceStatus.newBuilder()
                .setSource("/flake")
                .setGit(true)
                .setMode(SourceMode.SOURCE_MODE_WATCHED)
                .setWatchedDirectories(12)
                .build(),
            SourceStatus.newBuilder()
                .setSource("/input")
                .setMode(SourceMode.SOURCE_MODE_SCANNED)
                .setScannedReason("nfs")
                .build());
    assertThat(flake.getEvaluators(0).getPid()).isEqualTo(99);
    assertThat(flake.getEvaluators(0).getBusy()).isTrue();
    assertThat(flake.getOneShotReason()).isEqualTo("too old");
  }

  @Test
  void metrics_afterCalls_countThemByMethodAndOutcome() {
    daemon.selection().select(TestDaemon.select("a")).forEachRemaining(_ -> {});
    var refused =
        catchThrowable(() ->
            daemon
                .selection()
                .select(SelectRequest.getDefaultInstance())
                .forEachRemaining(_ -> {}));
    assertThat(Errors.reason(refused)).isEqualTo("REQUEST_INVALID");

    var text =
        daemon.control().metrics(MetricsRequest.getDefaultInstance()).getText().toStringUtf8();

    var select = "method=\"arda.v1.SelectionService/Select\"";
    assertThat(text)
        .contains("arda_rpc_started_total{" + select + "} 2.0\n")
        .contains("arda_rpc_open{" + select + "} 0.0\n")
        .contains("arda_rpc_outcomes_total{" + select + ",outcome=\"OK\"} 1.0\n")
        .contains("arda_rpc_outcomes_total{" + select + ",outcome=\"REQUEST_INVALID\"} 1.0\n")
        .contains("arda_rpc_seconds_count{" + select + "} 2\n");
  }

  @Test
  void invalidate_oneOrAll_isHandedOn() {
    var one =
        InvalidateRequest.newBuilder().setContext(TestDaemon.context()).setFlake("/f").build();
    assertThat(daemon.selection().invalidate(one).getStates()).isEqualTo(2);
    assertThat(daemon.flakes.lastForgotten).hasValue("/f");

    var all = InvalidateRequest.newBuilder().setContext(TestDaemon.context()).setAll(true);
    assertThat(daemon.selection().invalidate(all.build()).getStates()).isEqualTo(9);
    assertThat(daemon.flakes.lastForgotten).hasValue("everything");

    var both = catchThrowable(() -> daemon.selection().invalidate(all.setFlake("/f").build()));
    assertThat(Errors.reason(both)).isEqualTo("REQUEST_INVALID");
  }

  @Test
  void getMetadata_aFlake_isTranslatedWithItsJsonUntouched() {
    var metadata =
        daemon
            .flake()
            .getMetadata(
                GetMetadataRequest.newBuilder()
                    .setContext(TestDaemon.context())
                    .setFlake("x")
                    .build());

    assertThat(metadata.getDescription()).isEqualTo("described x");
    assertThat(metadata.getState().getSubdirectory()).isEqualTo("sub");
    assertThat(metadata.getInputs(0).getUrl()).isEqualTo("github:a/b");
    assertThat(metadata.getJson().toStringUtf8()).isEqualTo("{\"a\":9007199254740993}");
  }

  @Test
  void show_aMegabyte_comesInPartsWithProgress() {
    var json = new byte[1_000_001];
    json[1_000_000] = 'x';
    daemon.flakes.showing =
        (out, listener) -> {
          listener.progress(new NixProgress(NixProgress.Phase.FETCHING, "fetching", 1, 2));
          out.write(json, 0, 7);
          out.flush();
          out.write(json, 7, 999_993);
          out.write('x');
        };
    var events = new ArrayList<ShowResponse>();
    daemon
        .flake()
        .show(ShowRequest.newBuilder().setContext(TestDaemon.context()).build())
        .forEachRemaining(events::add);

    assertThat(events.getFirst().getProgress().getExpected()).isEqualTo(2);
    var parts = events.stream().filter(ShowResponse::hasJsonChunk).toList();
    assertThat(parts).hasSize(8).allMatch(p -> p.getJsonChunk().size() <= 256 * 1024);
    assertThat(
            ByteString.copyFrom(parts.stream().map(ShowResponse::getJsonChunk).toList())
                .toByteArray())
        .isEqualTo(json);
  }

  @Test
  void health_everyService_isServingUntilTheDaemonEnds() throws Exception {
    var health = HealthGrpc.newBlockingStub(daemon.firstChannel());
    for (var service :
        List.of(
            "",
            "arda.v1.SelectionService",
            "arda.v1.FlakeService",
            "arda.v1.DaemonService",
            "grpc.health.v1.Health")) {
      assertThat(
              health.check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus())
          .as(service)
          .isEqualTo(ServingStatus.SERVING);
    }
    BlockingQueue<ServingStatus> seen = new LinkedBlockingQueue<>();
    HealthGrpc.newStub(daemon.firstChannel())
        .watch(HealthCheckRequest.getDefaultInstance(), collecting(seen));
    assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);

    var hold = new CountDownLatch(1);
    daemon.flakes.selecting = (_, _) -> hold.await();
    var answers = daemon.selection().select(TestDaemon.select("a"));
    Eventually.until("the call is open", () -> daemon.flakes.running.get() == 1);
    var pid =
        daemon
            .control()
            .shutdown(
                ShutdownRequest.newBuilder()
                    .setGrace(com.google.protobuf.Duration.newBuilder().setSeconds(20))
                    .build())
            .getPid();

    assertThat(pid).isEqualTo(ProcessHandle.current().pid());
    assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
    var refused = catchThrowable(() -> daemon.selection().select(TestDaemon.select("b")).hasNext());
    assertThat(Errors.reason(refused)).isEqualTo("DRAINING");
    assertThat(Errors.of(refused).getDetailsList())
        .anyMatch(d -> d.is(com.google.rpc.RetryInfo.class));
    assertThat(daemon.control().status(StatusRequest.getDefaultInstance()).getActiveCalls())
        .as("a daemon that is ending still says what it waits for")
        .isEqualTo(1);
    hold.countDown();
    assertThat(answers.hasNext()).as("the call that was open ends in order").isFalse();
    assertThat(daemon.daemon.await()).isEqualTo(StopReason.REQUESTED);
    assertThat(daemon.socket()).doesNotExist();
  }

  @Test
  void reflection_listServices_namesThem() throws Exception {
    BlockingQueue<ServerReflectionResponse> seen = new LinkedBlockingQueue<>();
    var requests =
        ServerReflectionGrpc.newStub(daemon.firstChannel())
            .serverReflectionInfo(collectingMessages(seen));
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    var response = seen.poll(60, TimeUnit.SECONDS);
    requests.onCompleted();

    assertThat(response).isNotNull();
    assertThat(response.getListServicesResponse().getServiceList())
        .extracting(s -> s.getName())
        .contains("arda.v1.SelectionService", "arda.v1.FlakeService", "arda.v1.DaemonService");
  }

  private static StreamObserver<HealthCheckResponse> collecting(BlockingQueue<ServingStatus> into) {
    return new Collecting<>(r -> into.add(r.getStatus()));
  }

  private static <T> StreamObserver<T> collectingMessages(BlockingQueue<T> into) {
    return new Collecting<>(into::add);
  }

  private record Collecting<T>(java.util.function.Consumer<T> consumer)
      implements StreamObserver<T> {
    @Override
    public void onNext(T value) {
      consumer.accept(value);
    }

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {}
  }
}
