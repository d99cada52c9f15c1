package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import dev.arda.client.FakeDaemon;
import dev.arda.client.cli.view.Events;
import dev.arda.v1.CancelOperationResponse;
import dev.arda.v1.GetOperationResponse;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.ListOperationsResponse;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpsCommandsTest {

  @TempDir private Path directory;
  private Cli cli;
  private final List<Operation> operations = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    cli = new Cli(directory);
    cli.daemon.listing = this::list;
  }

  @AfterEach
  void stop() throws Exception {
    cli.end();
  }

  private ListOperationsResponse list(ListOperationsRequest request) {
    int from = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
    var matching =
        operations.stream()
            .filter(o -> o.getName().startsWith(request.getFilter().getNamePrefix()))
            .toList();
    int to = Math.min(matching.size(), from + request.getPageSize());
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
