package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import dev.arda.client.FakeDaemon;
import dev.arda.client.cli.view.Events;
import dev.arda.v1.CancelOperationResponse;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.GetOperationResponse;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.ListOperationsResponse;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.ReadOperationLogRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpsCommandsTest extends CliTestCase {

  private final List<Operation> operations = new ArrayList<>();

  @BeforeEach
  void arrange() {
    cli.daemon.listing = this::list;
  }

  private ListOperationsResponse list(ListOperationsRequest request) {
    int from = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
    var matching =
        operations.stream()
            .filter(o -> o.getName().startsWith(request.getFilter().getNamePrefix()))
            .filter(o -> o.getParent().equals(request.getFilter().getParent()))
            .filter(o ->
                request.getFilter().getHostsCount() == 0
                    || o.getParent().isEmpty()
                    || request.getFilter().getHostsList().containsAll(o.getHostsList()))
            .toList();
    int size = request.getPageSize() == 0 ? 50 : request.getPageSize();
    int to = Math.min(matching.size(), from + size);
    return ListOperationsResponse.newBuilder()
        .addAllOperations(matching.subList(from, to))
        .setNextPageToken(to < matching.size() ? Integer.toString(to) : "")
        .build();
  }

  private Operation operation(String id, OperationState state, String title) {
    var now = Instant.now().minusSeconds(90).getEpochSecond();
    var operation = Operation.newBuilder();
    operation.setName("operations/" + id).setState(state).setTitle(title).setQueuePosition(2);
    operation.getCreatedAtBuilder().setSeconds(now);
    if (state != OperationState.OPERATION_STATE_QUEUED) {
      operation.getStartedAtBuilder().setSeconds(now);
      operation.getFinishedAtBuilder().setSeconds(now + 65);
    }
    operations.add(operation.build());
    return operation.build();
  }

  private void three() {
    operation("abcd2345", OperationState.OPERATION_STATE_QUEUED, "build .#web01");
    operation("abce2345", OperationState.OPERATION_STATE_SUCCEEDED, "build .#\u001b[31mdb01");
    operation("zzzz2345", OperationState.OPERATION_STATE_INTERRUPTED, "build " + "x".repeat(200));
  }

  @Test
  void list_showsATable() {
    three();
    var result = cli.run("ops", "list", "--host", "web01", "--running", "--kind", "build");
    assertThat(result.out().lines())
        .first()
        .isEqualTo("NAME      STATE        AGE       TOOK     WHAT");
    assertThat(result.out()).contains("abcd2345  queued (2)   1m3", "-        build .#web01");
    assertThat(result.out())
        .contains("done         1m3")
        .contains("1m05s    build .#\\u001b[31mdb01");
    assertThat(result.out()).contains("x".repeat(200));
    var filter = cli.daemon.listings.getFirst().getFilter();
    assertThat(filter.getHostsList()).containsExactly("web01");
    assertThat(filter.getStatesCount()).isEqualTo(3);
    assertThat(filter.getKindsCount()).isEqualTo(1);
  }

  @Test
  void list_onATerminal_fitsItsWidth() {
    three();
    cli.terminals = "1";
    cli.places.with("COLUMNS", "80");
    assertThat(cli.run("ops", "list").out().lines())
        .hasSize(4)
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void list_readsSeveralPages_andSaysThatThereIsMore() {
    three();
    assertThat(cli.run("ops", "list", "-n", "2").err()).contains("there are more");
    assertThat(cli.run("ops", "list", "-n", "3", "--json").out().lines()).hasSize(3);
    assertThat(cli.run("ops", "list", "-n", "0").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("ops", "list", "--kind", "x").err()).contains("no kind x");
  }

  @Test
  void show_findsByTheBeginningOfTheName() {
    three();
    cli.daemon.getOperation =
        GetOperationResponse.newBuilder()
            .setOperation(
                operations.getLast().toBuilder()
                    .setResult(
                        OperationResult.newBuilder()
                            .setError(
                                FakeDaemon.error(Code.ABORTED, "INTERRUPTED", "the daemon died"))))
            .addNodes(
                OperationNode.newBuilder()
                    .setName("hello")
                    .setState(OperationNodeState.OPERATION_NODE_STATE_FAILED)
                    .setFailure("exit code 1"))
            .build();
    var result = cli.run("ops", "show", "zz");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("operations/zzzz2345", "interrupted", "hello: exit code 1");
    assertThat(result.err()).contains("the daemon died");
    assertThat(cli.run("ops", "show", "operations/zzzz2345", "--json").out())
        .contains("\"name\":\"operations/zzzz2345\"");
  }

  @Test
  void names_thatAreUnknownOrAmbiguous_areExplained() {
    three();
    assertThat(cli.run("ops", "show", "zzzy2345").err())
        .contains("no operation zzzy2345; did you mean zzzz2345?", "arda ops list");
    assertThat(cli.run("ops", "show", "abc").err())
        .contains("several names", "abcd2345", "abce2345");
    assertThat(cli.run("ops", "cancel").code()).isEqualTo(ExitCode.USAGE);
    operations.clear();
    assertThat(cli.run("ops", "watch").err()).contains("there are no operations");
  }

  private void fleet() {
    three();
    var whole = operation("fleet234", OperationState.OPERATION_STATE_RUNNING, "switch web1 web20");
    operations.set(
        operations.size() - 1,
        whole.toBuilder()
            .setKind(OperationKind.OPERATION_KIND_DEPLOY)
            .addHosts("web1")
            .addHosts("web20")
            .build());
    for (var host : List.of("web1", "web20")) {
      var part =
          operation(
              "fleet234/hosts/" + host, OperationState.OPERATION_STATE_RUNNING, "switch " + host);
      operations.set(
          operations.size() - 1,
          part.toBuilder().setParent(whole.getName()).addHosts(host).build());
    }
  }

  @Test
  void aHostOfADeployment_isNamedBehindASlash() {
    fleet();
    assertThat(cli.run("ops", "list").out()).contains("fleet234").doesNotContain("fleet234/");
    assertThat(cli.run("ops", "list", "--of", "fl").out().lines())
        .hasSize(3)
        .contains("NAME            STATE        AGE       TOOK     WHAT")
        .anyMatch(line -> line.startsWith("fleet234/web1   running"))
        .anyMatch(line -> line.startsWith("fleet234/web20  running"));
    cli.run("ops", "logs", "fl/web1");
    cli.run("ops", "logs", "operations/fleet234/hosts/web1");
    assertThat(cli.daemon.logs)
        .extracting(ReadOperationLogRequest::getName)
        .containsOnly("operations/fleet234/hosts/web1");
    assertThat(cli.run("ops", "show", "fl/wbe1").err())
        .contains("fleet234 has no host wbe1; did you mean web1?", "arda ops list --of fleet234");
    assertThat(cli.run("ops", "show", "abcd/web1").err()).contains("abcd2345 is no deployment");
  }

  @Test
  void aHostThatWasNotBegun_isToldAsThat() {
    fleet();
    operations.set(
        operations.size() - 1,
        operations.getLast().toBuilder().setState(OperationState.OPERATION_STATE_SKIPPED).build());
    assertThat(cli.run("ops", "list", "--of", "fl").out().lines())
        .anyMatch(line -> line.startsWith("fleet234/web20  not begun  "));
    var end =
        new Events()
            .finished(
                3,
                OperationState.OPERATION_STATE_SKIPPED,
                OperationResult.newBuilder()
                    .setError(
                        com.google.rpc.Status.newBuilder()
                            .setCode(Code.FAILED_PRECONDITION_VALUE)
                            .setMessage("Too many others failed."))
                    .build());
    cli.daemon.watch = (after, told) -> told.send(end);
    var watched = cli.run("ops", "watch", "fl/web20");
    assertThat(watched.code()).isEqualTo(1);
    assertThat(watched.err())
        .contains("was not begun: Too many others failed.")
        .doesNotContain("cancelled");
  }

  @Test
  void show_ofADeployment_saysWhoseStepsRun_andWhatCameOfEachHost() {
    fleet();
    cli.daemon.getOperation =
        GetOperationResponse.newBuilder()
            .setOperation(operations.get(3))
            .addNodes(target("web1", OperationNodeState.OPERATION_NODE_STATE_RUNNING))
            .addNodes(target("web20", OperationNodeState.OPERATION_NODE_STATE_RUNNING))
            .addNodes(
                OperationNode.newBuilder()
                    .setId("host-web1/copy")
                    .setParentId("host-web1")
                    .setKind(OperationNodeKind.OPERATION_NODE_KIND_STEP)
                    .setName("copy")
                    .setPhase("3 of 9 paths")
                    .setState(OperationNodeState.OPERATION_NODE_STATE_RUNNING))
            .build();
    assertThat(cli.run("ops", "show", "fleet").out())
        .contains("  running  web1: copy: 3 of 9 paths\n", "  running  web20\n")
        .doesNotContain("running  web1\n");

    cli.daemon.getOperation =
        GetOperationResponse.newBuilder()
            .setOperation(
                operations.get(3).toBuilder()
                    .setState(OperationState.OPERATION_STATE_FAILED)
                    .setResult(
                        OperationResult.newBuilder()
                            .setError(FakeDaemon.error(Code.ABORTED, "X", "1 of 2 are not"))
                            .setDeploy(
                                DeployOutcome.newBuilder()
                                    .addHosts(
                                        HostDeployOutcome.newBuilder()
                                            .setHost("web1")
                                            .setEnding(DeployEnding.DEPLOY_ENDING_DONE))
                                    .addHosts(
                                        HostDeployOutcome.newBuilder()
                                            .setHost("web20")
                                            .setEnding(DeployEnding.DEPLOY_ENDING_ROLLED_BACK)
                                            .setError(
                                                FakeDaemon.error(
                                                    Code.ABORTED, "Y", "web20 went back"))))))
            .build();
    var result = cli.run("ops", "show", "fleet");
    assertThat(result.out()).containsPattern("web1 +done").containsPattern("web20 +rolled back");
    assertThat(result.err()).contains("web20 went back");
  }

  private static OperationNode target(String host, OperationNodeState state) {
    return OperationNode.newBuilder()
        .setId("host-" + host)
        .setKind(OperationNodeKind.OPERATION_NODE_KIND_TARGET)
        .setName(host)
        .setState(state)
        .build();
  }

  @Test
  void watch_showsEventsAndEndsLikeTheOperation() throws Exception {
    operation("abcd2345", OperationState.OPERATION_STATE_RUNNING, "build .#a");
    var events = new Events();
    var accepted = events.accepted();
    var running = events.update(0, Events.nodes(Events.building("a", 0)));
    var end =
        events.finished(
            3, OperationState.OPERATION_STATE_SUCCEEDED, OperationResult.getDefaultInstance());
    cli.daemon.watch = (after, told) -> told.send(accepted, running, end);

    var result = cli.run("ops", "watch");

    assertThat(result.code()).isZero();
    assertThat(result.err()).contains("building a");
    assertThat(cli.run("ops", "watch", "abcd", "--json").out().lines())
        .hasSize(3)
        .first()
        .isEqualTo(JsonFormat.printer().omittingInsignificantWhitespace().print(accepted));
  }

  @Test
  void logs_arePrintedAsTheyAre() {
    operation("abcd2345", OperationState.OPERATION_STATE_RUNNING, "build .#a");
    assertThat(cli.run("ops", "logs", "abcd2345", "--node", "n", "-f").out())
        .isEqualTo("one\ntwo\n");
    var request = cli.daemon.logs.getFirst();
    assertThat(request.getNodeId()).isEqualTo("n");
    assertThat(request.getFollow()).isTrue();
  }

  @Test
  void cancel_waitsForTheEnd() {
    var running = operation("abcd2345", OperationState.OPERATION_STATE_RUNNING, "build .#a");
    var events = new Events();
    cli.daemon.onCancel =
        request -> CancelOperationResponse.newBuilder().setOperation(running).build();
    var end =
        events.finished(
            3, OperationState.OPERATION_STATE_CANCELLED, OperationResult.getDefaultInstance());
    cli.daemon.watch = (after, told) -> told.send(end);

    var result = cli.run("ops", "cancel", "abcd", "--now");

    assertThat(result.out()).isEqualTo("abcd2345 cancelled\n");
    assertThat(result.code()).isZero();
    assertThat(cli.daemon.cancellations.getFirst().hasGrace()).isTrue();

    operations.clear();
    operation("abcd2345", OperationState.OPERATION_STATE_SUCCEEDED, "build .#a");
    assertThat(cli.run("ops", "cancel", "abcd").err()).contains("abcd2345 has ended: done");
  }
}
