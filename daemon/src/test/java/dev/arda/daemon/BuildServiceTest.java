package dev.arda.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.flake.NixFlakes;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.v1.BuildOrigin;
import dev.arda.v1.BuildRequest;
import dev.arda.v1.BuildResponse;
import dev.arda.v1.BuildServiceGrpc;
import dev.arda.v1.BuildTarget;
import dev.arda.v1.CallContext;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationServiceGrpc;
import dev.arda.v1.OperationState;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Builds through the socket, with each Nix. */
class BuildServiceTest {

  private static final String FLAKE =
      """
      {
        outputs = { self }: let
          run = name: script: derivation {
            inherit name; system = "SYSTEM"; builder = "/bin/sh"; args = [ "-c" script ]; PATH = "/usr/bin:/bin";
          };
        in {
          packages.SYSTEM = {
            default = run "default" "echo hello; echo > $out";
            bad = run "bad" "echo one; echo two; exit 3";
            slow = run "slow" "echo begun; while ! [ -e GATE ]; do sleep 0.05; done; echo > $out";
          };
        };
      }
      """;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** A daemon with real Nix, and a flake. */
  private static final class Fixture implements AutoCloseable {
    final NixSandbox sandbox;
    final Daemon daemon;
    final TestChannel channel;
    final Path gate;

    Fixture(Path nix) throws Exception {
      sandbox = NixSandbox.create(nix);
      gate = sandbox.work().resolve("gate");
      sandbox.write(
          "flake/flake.nix",
          FLAKE
              .replace("GATE", gate.toString())
              .replace(
                  "SYSTEM",
                  (System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64")
                      + "-linux"));
      var base = java.nio.file.Files.createDirectory(sandbox.work().resolveSibling("arda"));
      var configuration =
          new DaemonConfiguration(
              base.resolve("run"),
              base.resolve("state"),
              base.resolve("cache"),
              Optional.empty(),
              Duration.ofSeconds(1),
              false,
              Duration.ofHours(1),
              dev.arda.daemon.operation.OperationLimits.DEFAULT);
      var files = RuntimeFiles.open(configuration.runtimeDirectory(), User.id());
      daemon =
          Daemon.start(
              configuration,
              files,
              "1.2.3",
              NixFlakes.create(
                  Clock.systemUTC(),
                  new NixFlakes.Directories(
                      configuration.runtimeDirectory(),
                      configuration.stateDirectory(),
                      configuration.cacheDirectory()),
                  configuration.slowEvaluation()),
              Clock.systemUTC(),
              new NoExit());
      channel = TestChannel.open(daemon.socket());
    }

    BuildServiceGrpc.BuildServiceBlockingStub builds() {
      return BuildServiceGrpc.newBlockingStub(channel.channel());
    }

    OperationServiceGrpc.OperationServiceBlockingStub operations() {
      return OperationServiceGrpc.newBlockingStub(channel.channel());
    }

    BuildRequest request(String... installables) {
      var request =
          BuildRequest.newBuilder()
              .setContext(
                  CallContext.newBuilder()
                      .setCwd(sandbox.work().resolve("flake").toString())
                      .setNixProgram(sandbox.nix().toString())
                      .putAllEnv(sandbox.environment()));
      for (var installable : installables) {
        request.addTargets(BuildTarget.newBuilder().setInstallable(installable));
      }
      return request.build();
    }

    @Override
    public void close() {
      channel.close();
      daemon.stop(StopReason.REQUESTED, Duration.ZERO);
      try {
        daemon.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      sandbox.close();
    }
  }

  private static final class NoExit implements Exit {
    @Override
    public void exit(int code) {
      throw new AssertionError("exit " + code);
    }

    @Override
    public void halt(int code) {
      throw new AssertionError("halt " + code);
    }
  }

  /** What a client sees. */
  private static final class Seen {
    final List<OperationEvent> events = new ArrayList<>();
    final Map<String, OperationNode> nodes = new LinkedHashMap<>();
    final Map<OperationCounterKind, OperationCounter> counters = new LinkedHashMap<>();
    final StringBuilder log = new StringBuilder();

    static Seen of(Iterator<BuildResponse> responses) {
      var seen = new Seen();
      responses.forEachRemaining(response -> seen.add(response.getEvent()));
      return seen;
    }

    void add(OperationEvent event) {
      events.add(event);
      var update = event.getUpdate();
      update.getNodesList().forEach(node -> nodes.put(node.getId(), node));
      update.getCountersList().forEach(counter -> counters.put(counter.getKind(), counter));
      update.getLogsList().forEach(chunk -> log.append(chunk.getText()));
    }

    Operation end() {
      return events.getLast().getFinished().getOperation();
    }

    OperationNode node(String name) {
      return nodes.values().stream()
          .filter(node -> node.getName().equals(name))
          .findFirst()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void build_tellsItsNameFirst_andItsOutcomeLast(Path nix) throws Exception {
    try (var fixture = new Fixture(nix)) {
      var seen = Seen.of(fixture.builds().build(fixture.request(".#default", ".#bad", ".#none")));

      assertThat(seen.events.getFirst().getAccepted().getOperation().getName())
          .matches("operations/[a-z2-7]{8}");
      assertThat(seen.end().getState()).isEqualTo(OperationState.OPERATION_STATE_FAILED);
      assertThat(seen.end().getTitle()).isEqualTo("build .#default .#bad .#none");
      assertThat(seen.end().getFlakeRef())
          .isEqualTo(fixture.sandbox.work().resolve("flake").toString());
      var error = Errors.info(seen.end().getResult().getError());
      assertThat(error.getReason()).isEqualTo("BUILD_FAILED");
      var outcome = seen.end().getResult().getBuild();
      assertThat(outcome.getBuilt()).isEqualTo(1);
      assertThat(outcome.getTargets(0).getOrigin()).isEqualTo(BuildOrigin.BUILD_ORIGIN_BUILT);
      assertThat(Path.of(outcome.getTargets(0).getOutputs(0).getPath())).isRegularFile();
      assertThat(outcome.getTargets(1).getFailedNodeId()).isEqualTo(seen.node("bad").getId());
      assertThat(Errors.info(outcome.getTargets(2).getError()).getReason())
          .isEqualTo("ATTRIBUTE_MISSING");
      var bad = seen.node("bad");
      assertThat(bad.getState()).isEqualTo(OperationNodeState.OPERATION_NODE_STATE_FAILED);
      assertThat(bad.getFailure()).isEqualTo("builder failed with exit code 3");
      assertThat(bad.getLastLinesList()).containsExactly("one", "two");
      assertThat(requireNonNull(seen.nodes.get("target-0")).getKind())
          .isEqualTo(OperationNodeKind.OPERATION_NODE_KIND_TARGET);
      assertThat(requireNonNull(seen.nodes.get("target-0")).getState())
          .isEqualTo(OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED);
      var builds =
          requireNonNull(seen.counters.get(OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS));
      assertThat(builds.getDone()).isEqualTo(1);
      assertThat(builds.getFailed()).isEqualTo(1);
      assertThat(builds.getExpected()).isEqualTo(2);
      assertThat(seen.log.toString()).contains("hello\n", "one\n", "two\n");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void identicalBuilds_areOneOperation_andCancellingEndsItForBoth(Path nix) throws Exception {
    try (var fixture = new Fixture(nix)) {
      var first = new Client(fixture, fixture.request(".#slow"));
      first.await(seen -> seen.log.indexOf("begun") >= 0);
      var second =
          new Client(
              fixture,
              fixture.request("path:" + fixture.sandbox.work().resolve("flake") + "#slow"));
      var third = new Client(fixture, fixture.request(".#slow"));
      third.await(seen -> seen.log.indexOf("begun") >= 0);

      assertThat(third.name()).isEqualTo(first.name());
      // Another reference may be another state of it.
      assertThat(second.name()).isNotEqualTo(first.name());
      var children = ProcessHandle.current().descendants().toList();

      var _ =
          fixture
              .operations()
              .cancelOperation(CancelOperationRequest.newBuilder().setName(first.name()).build());
      var _ =
          fixture
              .operations()
              .cancelOperation(CancelOperationRequest.newBuilder().setName(second.name()).build());

      for (var client : List.of(first, third)) {
        assertThat(client.end().getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
      }
      assertThat(second.end().getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
      assertThat(first.seen().nodes).isEqualTo(third.seen().nodes);
      assertThat(children)
          .filteredOn(child -> child.info().commandLine().orElse("").contains("begun"))
          .noneMatch(ProcessHandle::isAlive);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void editDuringABuild_isNotJoined(Path nix) throws Exception {
    try (var fixture = new Fixture(nix)) {
      var first = new Client(fixture, fixture.request(".#slow"));
      first.await(seen -> seen.log.indexOf("begun") >= 0);
      fixture.sandbox.write("flake/added", "x");
      var second = new Client(fixture, fixture.request(".#slow"));
      second.await(seen ->
          seen.nodes.values().stream()
              .anyMatch(node -> node.getId().equals("target-0") && !node.getStorePath().isEmpty()));

      assertThat(second.name()).isNotEqualTo(first.name());
      java.nio.file.Files.createFile(fixture.gate);
      assertThat(first.end().getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
      assertThat(second.end().getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void plan_tellsWhatItWouldBuild(Path nix) throws Exception {
    try (var fixture = new Fixture(nix)) {
      var seen =
          Seen.of(
              fixture
                  .builds()
                  .build(fixture.request(".#default").toBuilder().setValidateOnly(true).build()));

      assertThat(seen.end().getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
      assertThat(seen.node("default").getState())
          .isEqualTo(OperationNodeState.OPERATION_NODE_STATE_CANCELLED);
      assertThat(
              requireNonNull(seen.counters.get(OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS))
                  .getExpected())
          .isEqualTo(1);
      assertThat(seen.end().getResult().getBuild().getTargets(0).getOutputsList()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void malformedRequest_isToldEverythingThatIsWrong(Path nix) throws Exception {
    try (var fixture = new Fixture(nix)) {
      assertThatThrownBy(() ->
              fixture
                  .builds()
                  .build(
                      fixture.request("").toBuilder()
                          .setOutLink("result")
                          .addTargets(BuildTarget.newBuilder().setHost("a\0b"))
                          .build())
                  .next())
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e ->
                  assertThat(e.getStatus().getDescription())
                      .contains("targets[0] is empty")
                      .contains("2 more"));
    }
  }

  /** A client that watches while the test goes on. */
  private static final class Client implements StreamObserver<BuildResponse> {
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final List<Waiting> waiting = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Operation> end = new CompletableFuture<>();

    private record Waiting(Predicate<Seen> condition, CountDownLatch met) {}

    Client(Fixture fixture, BuildRequest request) {
      BuildServiceGrpc.newStub(fixture.channel.channel()).build(request, this);
    }

    Seen seen() {
      var seen = new Seen();
      events.forEach(seen::add);
      return seen;
    }

    void await(Predicate<Seen> condition) throws InterruptedException {
      var one = new Waiting(condition, new CountDownLatch(1));
      waiting.add(one);
      tell();
      assertThat(one.met().await(60, TimeUnit.SECONDS)).isTrue();
    }

    String name() throws InterruptedException {
      await(seen -> !seen.events.isEmpty());
      return events.getFirst().getAccepted().getOperation().getName();
    }

    Operation end() throws Exception {
      return end.get(60, TimeUnit.SECONDS);
    }

    private void tell() {
      for (var one : waiting) {
        if (one.condition().test(seen())) {
          one.met().countDown();
        }
      }
    }

    @Override
    public void onNext(BuildResponse response) {
      events.add(response.getEvent());
      tell();
      if (response.getEvent().hasFinished()) {
        end.complete(response.getEvent().getFinished().getOperation());
      }
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}
  }
}
