package dev.arda.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.arda.daemon.TestChannel;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.DeployManner;
import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.GetOperationRequest;
import dev.arda.v1.GetOperationResponse;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFilter;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationServiceGrpc;
import dev.arda.v1.OperationServiceGrpc.OperationServiceBlockingStub;
import dev.arda.v1.OperationState;
import dev.arda.v1.PackageChange;
import dev.arda.v1.ReadOperationLogRequest;
import dev.arda.v1.WatchOperationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One host of a deployment as an operation of its own; the deployment is played. */
@Timeout(300)
class HostPartsTest {

  private TestServer server;
  private TestChannel channel;

  private static final DeployManner BOOT =
      DeployManner.newBuilder().setMode(DeployMode.DEPLOY_MODE_BOOT).build();

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(TestServer.me());
    channel = TestChannel.open(server.socket());
  }

  @AfterEach
  void stop() throws Exception {
    channel.close();
    server.close();
  }

  private OperationServiceBlockingStub stub() {
    return OperationServiceGrpc.newBlockingStub(channel.channel());
  }

  private String start(OperationWork work, String... hosts) {
    return server
        .operations()
        .start(
            OperationSpec.of(
                    OperationKind.OPERATION_KIND_DEPLOY, "roll back " + String.join(" ", hosts))
                .flake("path:/f")
                .hosts(List.of(hosts))
                .survivesClients(true)
                .onShutdown(OperationSpec.OnShutdown.FINISH)
                .deploy(BOOT)
                .build(),
            work)
        .name();
  }

  private List<OperationEvent> watch(String name, long after) {
    var events = new ArrayList<OperationEvent>();
    stub()
        .watchOperation(
            WatchOperationRequest.newBuilder().setName(name).setAfterSequence(after).build())
        .forEachRemaining(response -> events.add(response.getEvent()));
    return events;
  }

  private GetOperationResponse get(String name) {
    return stub().getOperation(GetOperationRequest.newBuilder().setName(name).build());
  }

  private List<Operation> list(OperationFilter.Builder filter) {
    return stub()
        .listOperations(ListOperationsRequest.newBuilder().setFilter(filter).build())
        .getOperationsList();
  }

  private String log(String name, String node) {
    var text = new StringBuilder();
    stub()
        .readOperationLog(
            ReadOperationLogRequest.newBuilder().setName(name).setNodeId(node).build())
        .forEachRemaining(part -> text.append(part.getText()));
    return text.toString();
  }

  private static OperationNode.Builder node(String host, OperationNodeState state) {
    return OperationNode.newBuilder().setId("host-" + host).setName(host).setState(state);
  }

  private static OperationNode step(String host, String name) {
    return OperationNode.newBuilder()
        .setId("host-" + host + "/" + name)
        .setParentId("host-" + host)
        .setKind(dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_STEP)
        .setName(name)
        .setState(OperationNodeState.OPERATION_NODE_STATE_RUNNING)
        .build();
  }

  private static HostDeployOutcome outcome(String host, DeployEnding ending) {
    var outcome = HostDeployOutcome.newBuilder().setHost(host).setEnding(ending);
    if (ending != DeployEnding.DEPLOY_ENDING_DONE) {
      outcome.setError(
          Status.newBuilder().setCode(Code.UNKNOWN_VALUE).setMessage(host + " did not"));
    }
    return outcome.build();
  }

  private static void over(
      OperationReport report, String host, OperationNodeState state, DeployEnding ending) {
    report.node(node(host, state).setHostOutcome(outcome(host, ending)).build());
  }

  private static List<String> nodes(List<OperationEvent> events) {
    return events.stream()
        .flatMap(event -> event.getUpdate().getNodesList().stream())
        .map(OperationNode::getId)
        .distinct()
        .toList();
  }

  /** Two hosts, one of whose names begins with the other's; the first is over before the second. */
  private OperationWork two(CountDownLatch go) {
    return report -> {
      report.node(node("web", OperationNodeState.OPERATION_NODE_STATE_RUNNING).build());
      report.node(node("web-2", OperationNodeState.OPERATION_NODE_STATE_RUNNING).build());
      report.node(OperationNode.newBuilder().setId("evaluation").setName("evaluation").build());
      report.counter(
          OperationCounter.newBuilder()
              .setKind(OperationCounterKind.OPERATION_COUNTER_KIND_TARGETS)
              .setExpected(2)
              .build());
      report.log("evaluation", "for all");
      report.node(step("web", "copy"));
      report.node(step("web-2", "copy"));
      report.log("host-web/copy", "of web");
      report.log("host-web-2/copy", "of web-2");
      report.warning("host-web-2", "careful");
      over(
          report,
          "web",
          OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED,
          DeployEnding.DEPLOY_ENDING_DONE);
      go.await();
      over(
          report,
          "web-2",
          OperationNodeState.OPERATION_NODE_STATE_FAILED,
          DeployEnding.DEPLOY_ENDING_ROLLED_BACK);
      return OperationResult.newBuilder()
          .setError(Status.newBuilder().setCode(Code.UNKNOWN_VALUE).setMessage("1 of 2"))
          .setDeploy(
              DeployOutcome.newBuilder()
                  .addHosts(
                      outcome("web", DeployEnding.DEPLOY_ENDING_DONE).toBuilder()
                          .addChanges(PackageChange.newBuilder().setPackage("hello")))
                  .addHosts(outcome("web-2", DeployEnding.DEPLOY_ENDING_ROLLED_BACK)))
          .build();
    };
  }

  @Test
  void aHost_isWatchedFoundAndRead_andIsOverBeforeOthers() {
    var go = new CountDownLatch(1);
    var name = start(two(go), "web", "web-2");
    var web = name + "/hosts/web";

    // To its end, though the deployment goes on.
    var events = watch(web, 0);
    var end = events.getLast().getFinished().getOperation();
    assertThat(events.getFirst().getAccepted().getOperation().getName()).isEqualTo(web);
    assertThat(nodes(events)).containsExactly("host-web", "evaluation", "host-web/copy");
    assertThat(events)
        .allSatisfy(event -> {
          assertThat(event.getUpdate().getCountersList()).isEmpty();
          assertThat(event.getUpdate().getWarningsList()).isEmpty();
        });
    assertThat(end.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    assertThat(end.getParent()).isEqualTo(name);
    assertThat(end.getTitle()).isEqualTo("roll back web");
    assertThat(end.getHostsList()).containsExactly("web");
    assertThat(end.getDeploy()).isEqualTo(BOOT);
    assertThat(get(name).getOperation().getDeploy()).isEqualTo(BOOT);
    assertThat(end.getResult().getDeploy().getHosts(0).getEnding())
        .isEqualTo(DeployEnding.DEPLOY_ENDING_DONE);
    assertThat(get(name).getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_RUNNING);
    assertThat(get(name + "/hosts/web-2").getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_RUNNING);

    // Whoever comes back hears the rest, and the end once.
    for (int i = 0; i < events.size(); i++) {
      assertThat(watch(web, events.get(i).getSequence()))
          .isEqualTo(events.subList(i + 1, events.size()));
    }

    assertThat(log(web, "")).isEqualTo("web: copy> of web\n");
    assertThat(log(web, "host-web/copy")).isEqualTo("of web\n");
    assertThat(log(web, "host-web-2/copy")).isEmpty();
    assertThat(log(name, "")).contains("web-2: copy> of web-2", "evaluation> for all");

    // Nobody has to look at fifty of them who asks for operations.
    assertThat(list(OperationFilter.newBuilder())).hasSize(1);
    assertThat(list(OperationFilter.newBuilder().setParent(name)))
        .extracting(Operation::getName)
        .containsExactly(web, name + "/hosts/web-2");
    assertThat(
            list(
                OperationFilter.newBuilder()
                    .setParent(name)
                    .addStates(OperationState.OPERATION_STATE_RUNNING)))
        .extracting(Operation::getName)
        .containsExactly(name + "/hosts/web-2");

    go.countDown();
    var other = watch(name + "/hosts/web-2", 0);
    assertThat(nodes(other)).containsExactly("host-web-2", "evaluation", "host-web-2/copy");
    assertThat(other.getLast().getFinished().getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_FAILED);
    assertThat(watch(name, 0).getLast().hasFinished()).isTrue();
    // What changed is told once the deployment has ended.
    var later = get(web).getOperation();
    assertThat(later.getResult().getDeploy().getHosts(0).getChangesList()).hasSize(1);
    assertThat(later.getResult().hasError()).isFalse();
    assertThat(get(name + "/hosts/web-2").getOperation().getResult().getError().getMessage())
        .isEqualTo("web-2 did not");
    assertThat(watch(web, 0)).hasSameSizeAs(events);
  }

  @Test
  void whatIsNoPart_isNotFound() {
    var go = new CountDownLatch(1);
    var name = start(two(go), "web", "web-2");
    for (var wrong :
        List.of(
            name + "/hosts/db",
            name + "/hosts/",
            name + "/host/web",
            "operations/aaaaaaaa/hosts/web",
            "operations/../hosts/web",
            "/hosts/web")) {
      assertThatThrownBy(() -> get(wrong)).hasMessageContaining("There is no operation");
      assertThatThrownBy(() -> watch(wrong, 0)).hasMessageContaining("There is no operation");
      assertThatThrownBy(() -> log(wrong, "")).hasMessageContaining("There is no operation");
    }
    assertThatThrownBy(() -> list(OperationFilter.newBuilder().setParent("operations/aaaaaaaa")))
        .hasMessageContaining("There is no operation");
    go.countDown();
    assertThat(watch(name, 0).getLast().hasFinished()).isTrue();
  }

  @Test
  void cancel_ofAHost_isOfThisHostOnly() throws InterruptedException {
    var given = new LinkedBlockingQueue<String>();
    var ready = new CountDownLatch(1);
    var name =
        start(
            report -> {
              report.node(node("web", OperationNodeState.OPERATION_NODE_STATE_RUNNING).build());
              ready.await();
              report.onPartGivenUp(given::add);
              // Before the work could know of it, and afterwards.
              assertThat(List.of(given.take(), given.take())).containsExactly("db", "web");
              over(
                  report,
                  "web",
                  OperationNodeState.OPERATION_NODE_STATE_CANCELLED,
                  DeployEnding.DEPLOY_ENDING_CANCELLED);
              return OperationResult.getDefaultInstance();
            },
            "web",
            "db");
    var early = cancel(name + "/hosts/db");
    assertThat(early.getName()).isEqualTo(name + "/hosts/db");
    assertThat(early.getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLING);
    ready.countDown();
    assertThat(cancel(name + "/hosts/web").getState())
        .isEqualTo(OperationState.OPERATION_STATE_CANCELLING);

    assertThat(watch(name + "/hosts/web", 0).getLast().getFinished().getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
    assertThat(watch(name, 0).getLast().getFinished().getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    // Again, when it is over, it says how it ended.
    assertThat(cancel(name + "/hosts/web").getState())
        .isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
  }

  private Operation cancel(String name) {
    return stub()
        .cancelOperation(CancelOperationRequest.newBuilder().setName(name).build())
        .getOperation();
  }

  @Test
  void aHostThatWasNotBegun_isNotOneThatWasCancelled() {
    var name =
        start(
            report -> {
              over(
                  report,
                  "web",
                  OperationNodeState.OPERATION_NODE_STATE_FAILED,
                  DeployEnding.DEPLOY_ENDING_ROLLED_BACK);
              over(
                  report,
                  "db",
                  OperationNodeState.OPERATION_NODE_STATE_SKIPPED,
                  DeployEnding.DEPLOY_ENDING_SKIPPED);
              return OperationResult.getDefaultInstance();
            },
            "web",
            "db");
    assertThat(watch(name, 0).getLast().hasFinished()).isTrue();
    var part = watch(name + "/hosts/db", 0).getLast().getFinished().getOperation();
    assertThat(part.getState()).isEqualTo(OperationState.OPERATION_STATE_SKIPPED);
    assertThat(part.hasFinishedAt()).isTrue();
    assertThat(part.getResult().getError().getMessage()).isEqualTo("db did not");
    assertThat(
            list(
                OperationFilter.newBuilder()
                    .setParent(name)
                    .addStates(OperationState.OPERATION_STATE_SKIPPED)))
        .extracting(Operation::getName)
        .containsExactly(name + "/hosts/db");
    assertThat(cancel(name + "/hosts/db").getState())
        .isEqualTo(OperationState.OPERATION_STATE_SKIPPED);
  }

  @Test
  void aDeploymentThatFailsBeforeItKnowsItsHosts_failsForEach() {
    var name =
        start(
            _ -> {
              throw new IllegalStateException("no flake");
            },
            "web",
            "db");
    assertThat(watch(name, 0).getLast().hasFinished()).isTrue();
    var part = watch(name + "/hosts/db", 0);
    assertThat(part.getFirst().hasAccepted()).isTrue();
    assertThat(part.getLast().getFinished().getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_FAILED);
    assertThat(get(name + "/hosts/db").getOperation().getResult().hasError()).isTrue();
  }
}
