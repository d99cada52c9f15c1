package dev.arda.daemon.rpc;

import com.google.protobuf.ByteString;
import dev.arda.nix.flake.Flakes;
import dev.arda.v1.DaemonServiceGrpc.DaemonServiceImplBase;
import dev.arda.v1.MetricsRequest;
import dev.arda.v1.MetricsResponse;
import dev.arda.v1.ShutdownRequest;
import dev.arda.v1.ShutdownResponse;
import dev.arda.v1.StatusRequest;
import dev.arda.v1.StatusResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** {@code arda.v1.DaemonService}. */
final class DaemonRpc extends DaemonServiceImplBase {

  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);
  private static final Duration MAX_GRACE = Duration.ofHours(1);

  private final DaemonControl daemon;
  private final CallRegistry registry;
  private final Flakes flakes;
  private final CallRunner runner;

  DaemonRpc(DaemonControl daemon, CallRegistry registry, Flakes flakes, CallRunner runner) {
    this.daemon = daemon;
    this.registry = registry;
    this.flakes = flakes;
    this.runner = runner;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> responses) {
    runner.unary(
        responses, () -> request.getIdentityOnly() ? identity().build() : status().build());
  }

  private StatusResponse.Builder identity() {
    var daemonNow = daemon.describe();
    var protocol = ProtocolRange.SPOKEN;
    return StatusResponse.newBuilder()
        .setPid(daemonNow.pid())
        .setVersion(daemonNow.version())
        .setProtocol(
            dev.arda.v1.ProtocolRange.newBuilder().setMin(protocol.min()).setMax(protocol.max()))
        .setStartedAt(Times.toProto(daemonNow.startedAt()))
        .setRuntimeDirectory(daemonNow.runtimeDirectory().toString())
        .setLogFile(daemonNow.logFile().toString())
        .setJavaVersion(Runtime.version().toString());
  }

  private StatusResponse.Builder status() {
    var daemonNow = daemon.describe();
    var figures = flakes.figures();
    var response =
        identity()
            .setUptime(Times.toProto(daemonNow.uptime()))
            .setActiveCalls(registry.active())
            .setHeapUsedBytes(daemonNow.heapUsedBytes())
            .setHeapMaxBytes(daemonNow.heapMaxBytes())
            .setResidentBytes(daemonNow.residentBytes())
            .setEvaluators(StatusTranslator.totals(figures.evaluators()))
            .setCache(StatusTranslator.totals(figures.cache()));
    daemonNow.idleExitAt().map(Times::toProto).ifPresent(response::setIdleExitAt);
    flakes.status().stream().map(StatusTranslator::flake).forEach(response::addFlakes);
    return response;
  }

  @Override
  public void metrics(MetricsRequest request, StreamObserver<MetricsResponse> responses) {
    runner.unary(
        responses,
        () ->
            MetricsResponse.newBuilder()
                .setText(ByteString.copyFromUtf8(daemon.metrics()))
                .build());
  }

  @Override
  public void shutdown(ShutdownRequest request, StreamObserver<ShutdownResponse> responses) {
    var grace = request.hasGrace() ? Times.fromProto(request.getGrace(), MAX_GRACE) : DEFAULT_GRACE;
    runner.unary(
        responses,
        () -> {
          new RequestCheck()
              .require(Times.isPlausible(request.getGrace()), "grace", "is negative or malformed")
              .done();
          return ShutdownResponse.newBuilder().setPid(daemon.describe().pid()).build();
        },
        () -> daemon.shutdown(grace));
  }
}
