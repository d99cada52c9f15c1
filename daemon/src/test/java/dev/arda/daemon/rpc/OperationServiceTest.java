package dev.arda.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.ErrorInfo;
import dev.arda.daemon.TestChannel;
import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.operation.StartedOperation;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.GetOperationRequest;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFilter;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationServiceGrpc;
import dev.arda.v1.OperationServiceGrpc.OperationServiceBlockingStub;
import dev.arda.v1.OperationState;
import dev.arda.v1.ReadOperationLogRequest;
import dev.arda.v1.WatchOperationRequest;
import dev.arda.v1.WatchOperationResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class OperationServiceTest {

  private TestServer server;
  private TestChannel channel;

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

  private Operations operations() {
    return server.operations();
  }

  private OperationServiceBlockingStub stub() {
    return OperationServiceGrpc.newBlockingStub(channel.channel());
  }

  private StartedOperation start(String host, OperationWork work) {
    return operations()
        .start(
            OperationSpec.of(OperationKind.OPERATION_KIND_STORE, "copy")
                .hosts(List.of(host))
                .build(),
            work);
  }

  private static OperationResult nothing() {
    return OperationResult.getDefaultInstance();
  }

  private List<OperationEvent> watch(String name, long after) {
    return read(
        stub()
            .watchOperation(
                WatchOperationRequest.newBuilder().setName(name).setAfterSequence(after).build()));
  }

  private static List<OperationEvent> read(Iterator<WatchOperationResponse> responses) {
    var events = new ArrayList<OperationEvent>();
    responses.forEachRemaining(response -> events.add(response.getEvent()));
    return events;
  }

  private static String reason(Runnable call) {
    var failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
    var status = Optional.ofNullable(StatusProto.fromThrowable(failure)).orElseThrow();
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(ErrorInfo.class))
        .map(detail -> {
          try {
            return detail.unpack(ErrorInfo.class).getReason();
          } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
          }
        })
        .findFirst()
        .orElseThrow();
  }

  @Test
  void watch_repeatsWhatWasTold_afterAnyNumber() {
    var started =
        start(
            "a",
            report -> {
              report.log("n", "hello");
              return nothing();
            });
    var all = watch(started.name(), 0);
    assertThat(all.getFirst().hasAccepted()).isTrue();
    assertThat(all.getLast().hasFinished()).isTrue();
    assertThat(watch(started.name(), 1)).isEqualTo(all.subList(1, all.size()));
    assertThat(watch(started.name(), all.size())).isEmpty();
    assertThat(reason(() -> watch(started.name(), all.size() + 1))).isEqualTo("REQUEST_INVALID");
    assertThat(reason(() -> watch("operations/aaaaaaaa", 0))).isEqualTo("OPERATION_NOT_FOUND");
  }

  @Test
  void aWatcherThatDoesNotRead_delaysNobody_andMissesNothing() throws Exception {
    var padding = "x".repeat(4_000);
    var began = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var started =
        start(
            "a",
            report -> {
              began.countDown();
              go.await();
              for (int i = 0; i < 1_000; i++) {
                report.node(OperationNode.newBuilder().setId("n" + i).setPhase(padding).build());
              }
              return nothing();
            });
    began.await();
    // The blocking stub asks for one message at a time; this one is not asked for a second.
    var stalled =
        stub().watchOperation(WatchOperationRequest.newBuilder().setName(started.name()).build());
    assertThat(stalled.next().getEvent().hasAccepted()).isTrue();
    go.countDown();

    var all = watch(started.name(), 0);

    assertThat(all.getLast().hasFinished()).isTrue();
    assertThat(all)
        .allSatisfy(event -> assertThat(event.getSerializedSize()).isLessThan(128 * 1024));
    assertThat(read(stalled)).isEqualTo(all.subList(1, all.size()));
    var answer =
        stub().getOperation(GetOperationRequest.newBuilder().setName(started.name()).build());
    assertThat(answer.getSerializedSize()).isLessThan(2 * 1024 * 1024);
    assertThat(answer.getNodesCount() + answer.getNodesLeftOut()).isEqualTo(1_000);
  }

  @Test
  void list_inPages_tellsEachOnce_andBindsItsTokenToTheFilter() {
    var names = new HashSet<String>();
    for (int i = 0; i < 7; i++) {
      var started = start(i % 2 == 0 ? "even" : "odd", report -> nothing());
      names.add(started.name());
      watch(started.name(), 0);
    }
    var seen = new ArrayList<String>();
    var token = "";
    do {
      var page =
          stub()
              .listOperations(
                  ListOperationsRequest.newBuilder().setPageSize(3).setPageToken(token).build());
      page.getOperationsList().stream().map(Operation::getName).forEach(seen::add);
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(seen).hasSize(7).containsExactlyInAnyOrderElementsOf(names);

    var odd = OperationFilter.newBuilder().addHosts("odd").build();
    var first =
        stub()
            .listOperations(
                ListOperationsRequest.newBuilder().setPageSize(2).setFilter(odd).build());
    assertThat(first.getOperationsList()).hasSize(2);
    var other = ListOperationsRequest.newBuilder().setPageToken(first.getNextPageToken()).build();
    assertThat(reason(() -> stub().listOperations(other))).isEqualTo("REQUEST_INVALID");
    assertThat(
            reason(() ->
                stub().listOperations(ListOperationsRequest.newBuilder().setPageSize(-1).build())))
        .isEqualTo("REQUEST_INVALID");
    var one = seen.getFirst();
    assertThat(
            stub()
                .listOperations(
                    ListOperationsRequest.newBuilder()
                        .setFilter(
                            OperationFilter.newBuilder()
                                .setNamePrefix(one)
                                .addKinds(OperationKind.OPERATION_KIND_STORE)
                                .addStates(OperationState.OPERATION_STATE_SUCCEEDED))
                        .build())
                .getOperationsList())
        .extracting(Operation::getName)
        .containsExactly(one);
  }

  @Test
  void cancel_returnsAtOnce_andTheEndIsAnEvent() {
    var started =
        start(
            "a",
            report -> {
              new CountDownLatch(1).await();
              return nothing();
            });
    var request = CancelOperationRequest.newBuilder().setName(started.name()).build();
    stub().cancelOperation(request);
    assertThat(watch(started.name(), 0).getLast().getFinished().getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
    assertThat(stub().cancelOperation(request).getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
    var wrong = request.toBuilder();
    wrong.getGraceBuilder().setSeconds(-1);
    assertThat(reason(() -> stub().cancelOperation(wrong.build()))).isEqualTo("REQUEST_INVALID");
  }

  @Test
  void log_isWhole_andCanBeFollowed() {
    var go = new CountDownLatch(1);
    var line = "y".repeat(999);
    var started =
        start(
            "a",
            report -> {
              report.node(
                  OperationNode.newBuilder()
                      .setId("n")
                      .setName("hello")
                      .setState(OperationNodeState.OPERATION_NODE_STATE_RUNNING)
                      .build());
              report.log("n", "first\u001b[1m");
              go.await();
              for (int i = 0; i < 4_000; i++) {
                report.log("n", line);
              }
              return nothing();
            });
    var log =
        stub()
            .readOperationLog(
                ReadOperationLogRequest.newBuilder()
                    .setName(started.name())
                    .setFollow(true)
                    .build());
    assertThat(log.next().getText()).isEqualTo("hello> first\n");
    go.countDown();
    long bytes = 0;
    while (log.hasNext()) {
      var text = log.next().getText();
      assertThat(text.length()).isLessThanOrEqualTo(128 * 1024);
      bytes += text.length();
    }
    assertThat(bytes).isEqualTo(4_000L * (1_000 + "hello> ".length()));
    assertThat(
            reason(() ->
                stub()
                    .readOperationLog(
                        ReadOperationLogRequest.newBuilder().setName("operations/x").build())
                    .next()))
        .isEqualTo("OPERATION_NOT_FOUND");
  }

  @Test
  void log_printedBeforeTheNodeWasAnEvent_hasItsName() {
    var go = new CountDownLatch(1);
    var line = "y".repeat(999);
    var started =
        start(
            "a",
            report -> {
              report.log("", "begun");
              for (int i = 0; i < 1_000; i++) { // more than is kept in memory between two updates
                report.node(
                    OperationNode.newBuilder()
                        .setId("n" + i)
                        .setName("hello")
                        .setState(OperationNodeState.OPERATION_NODE_STATE_RUNNING)
                        .build());
                report.log("n" + i, line);
              }
              go.await();
              return nothing();
            });
    var log =
        stub()
            .readOperationLog(
                ReadOperationLogRequest.newBuilder()
                    .setName(started.name())
                    .setFollow(true)
                    .build());
    var text = new StringBuilder(log.next().getText());
    go.countDown();
    log.forEachRemaining(part -> text.append(part.getText()));
    assertThat(text.toString().lines().skip(1))
        .hasSize(1_000)
        .allMatch(printed -> printed.startsWith("hello> "));
  }
}
