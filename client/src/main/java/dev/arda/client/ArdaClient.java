package dev.arda.client;

import dev.arda.v1.AnswerPromptRequest;
import dev.arda.v1.AnswerPromptResponse;
import dev.arda.v1.BuildRequest;
import dev.arda.v1.BuildResponse;
import dev.arda.v1.BuildServiceGrpc;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.CancelOperationResponse;
import dev.arda.v1.CompleteRequest;
import dev.arda.v1.CompleteResponse;
import dev.arda.v1.DaemonServiceGrpc;
import dev.arda.v1.FlakeServiceGrpc;
import dev.arda.v1.GetMetadataRequest;
import dev.arda.v1.GetMetadataResponse;
import dev.arda.v1.GetOperationRequest;
import dev.arda.v1.GetOperationResponse;
import dev.arda.v1.Host;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.InvalidateRequest;
import dev.arda.v1.InvalidateResponse;
import dev.arda.v1.ListHostsRequest;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.ListOperationsResponse;
import dev.arda.v1.ListUsersRequest;
import dev.arda.v1.MetricsRequest;
import dev.arda.v1.MetricsResponse;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationServiceGrpc;
import dev.arda.v1.PrecacheRequest;
import dev.arda.v1.PrecacheResponse;
import dev.arda.v1.ReadOperationLogRequest;
import dev.arda.v1.ReadOperationLogResponse;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.ShowRequest;
import dev.arda.v1.ShowResponse;
import dev.arda.v1.ShutdownRequest;
import dev.arda.v1.ShutdownResponse;
import dev.arda.v1.StatusRequest;
import dev.arda.v1.StatusResponse;
import dev.arda.v1.User;
import dev.arda.v1.UserServiceGrpc;
import dev.arda.v1.WatchOperationRequest;
import dev.arda.v1.WatchOperationResponse;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks a daemon. A question that only reads is asked a second time if the connection is lost before
 * anything was answered, or if the daemon was about to end; everything else is asked once.
 *
 * <p>Thread-safe; calls run side by side on one connection. The calls that return one answer block
 * the thread and are not cancelled by interrupting it; {@link #close} ends them all.
 */
public final class ArdaClient implements AutoCloseable {

  private static final Duration RECONNECT = Duration.ofSeconds(60);

  /** Makes a connection in place of one that was lost. */
  private interface Reconnector {
    DaemonConnection reconnect(Failure failure, DaemonConnection old) throws InterruptedException;
  }

  private final Reconnector reconnector;
  private final AutoCloseable owned;
  private volatile DaemonConnection connection;

  private ArdaClient(DaemonConnection connection, Reconnector reconnector, AutoCloseable owned) {
    this.connection = connection;
    this.reconnector = reconnector;
    this.owned = owned;
  }

  /**
   * Connects to the daemon of the user; starts it if there is none.
   *
   * @throws DaemonException if there is none at the deadline
   * @throws InterruptedException if the thread is interrupted; a daemon that was started stays
   */
  public static ArdaClient connect(DaemonConnector connector, Deadline deadline)
      throws InterruptedException {
    return of(connector, connector.connect(deadline, OptionalLong.empty()));
  }

  /**
   * Connects to the daemon of the user if it runs.
   *
   * @throws DaemonException if there is one that cannot be talked to
   */
  public static Optional<ArdaClient> connectToRunning(DaemonConnector connector, Deadline deadline)
      throws InterruptedException {
    return connector.connectToRunning(deadline).map(connection -> of(connector, connection));
  }

  /**
   * Starts a private daemon that ends with this client.
   *
   * @throws DaemonException if it does not answer by the deadline
   */
  public static ArdaClient startPrivate(Environment environment, Deadline deadline)
      throws InterruptedException {
    var daemon = PrivateDaemon.start(environment, deadline);
    return new ArdaClient(
        daemon.connection(),
        (failure, old) -> {
          throw new ArdaException(failure);
        },
        daemon);
  }

  private static ArdaClient of(DaemonConnector connector, DaemonConnection connection) {
    return new ArdaClient(
        connection,
        (failure, old) ->
            connector.connect(
                Deadline.after(RECONNECT),
                failure.isDraining()
                    ? OptionalLong.of(old.status().getPid())
                    : OptionalLong.empty()),
        () -> {});
  }

  /** What the daemon said of itself when the connection was made. */
  public StatusResponse greeting() {
    return connection.status();
  }

  /** Why this client started the daemon, if it did. */
  public Optional<DaemonStartReason> startReason() {
    return connection.started();
  }

  /** Evaluates selectors. */
  public EventStream<SelectResponse> select(SelectRequest request) {
    return stream(SelectionServiceGrpc.getSelectMethod(), request);
  }

  /** Evaluates selectors ahead. */
  public EventStream<PrecacheResponse> precache(PrecacheRequest request) {
    return stream(SelectionServiceGrpc.getPrecacheMethod(), request);
  }

  /** The outputs of a flake, in parts. */
  public EventStream<ShowResponse> show(ShowRequest request) {
    return stream(FlakeServiceGrpc.getShowMethod(), request);
  }

  /** Which flake a reference means; one message. */
  public EventStream<GetMetadataResponse> metadata(GetMetadataRequest request) {
    return stream(FlakeServiceGrpc.getGetMetadataMethod(), request);
  }

  /**
   * Builds. Where the connection is lost, the build is followed over another one; a stream that is
   * closed withdraws the wish.
   */
  public OperationStream build(BuildRequest request) {
    return start(BuildServiceGrpc.getBuildMethod(), request, BuildResponse::getEvent);
  }

  /**
   * Starts an operation by any method that does. Where the connection is lost, the operation is
   * followed over another one; a stream that is closed withdraws the wish.
   *
   * @param event takes the event out of a response
   */
  public <Q, T> OperationStream start(
      MethodDescriptor<Q, T> method, Q request, Function<T, OperationEvent> event) {
    return OperationStream.of(stream(method, request), event, this::attach);
  }

  /** Asks a question by any method that starts no operation; of a unary one there is one answer. */
  public <Q, T> EventStream<T> ask(MethodDescriptor<Q, T> method, Q request) {
    return stream(method, request);
  }

  /**
   * The events of an operation after one of them, to its end; over lost connections.
   *
   * @param afterSequence number of the last event that is known; 0: none is
   */
  public OperationStream watch(String operation, long afterSequence) {
    return OperationStream.watching(operation, afterSequence, this::attach);
  }

  private EventStream<WatchOperationResponse> attach(String operation, long afterSequence) {
    return stream(
        OperationServiceGrpc.getWatchOperationMethod(),
        WatchOperationRequest.newBuilder()
            .setName(operation)
            .setAfterSequence(afterSequence)
            .build());
  }

  /**
   * Asks for an operation to be ended; its events say when it has.
   *
   * @throws ArdaException if there is no answer by the deadline
   */
  public CancelOperationResponse cancelOperation(CancelOperationRequest request, Deadline deadline)
      throws InterruptedException {
    return once(OperationServiceGrpc.getCancelOperationMethod(), request, deadline);
  }

  /**
   * Answers a question of an operation.
   *
   * @throws ArdaException if there is no answer by the deadline, or nobody asks that any more
   */
  public AnswerPromptResponse answerPrompt(AnswerPromptRequest request, Deadline deadline)
      throws InterruptedException {
    return once(OperationServiceGrpc.getAnswerPromptMethod(), request, deadline);
  }

  /**
   * One operation as it is now; asked once.
   *
   * @throws ArdaException if there is no answer by the deadline
   */
  public GetOperationResponse operation(String name, Deadline deadline)
      throws InterruptedException {
    return once(
        OperationServiceGrpc.getGetOperationMethod(),
        GetOperationRequest.newBuilder().setName(name).build(),
        deadline);
  }

  /**
   * A page of operations, newest first; asked once.
   *
   * @throws ArdaException if there is no answer by the deadline
   */
  public ListOperationsResponse operations(ListOperationsRequest request, Deadline deadline)
      throws InterruptedException {
    return once(OperationServiceGrpc.getListOperationsMethod(), request, deadline);
  }

  /** The whole log of an operation, in parts. */
  public EventStream<ReadOperationLogResponse> operationLog(ReadOperationLogRequest request) {
    return stream(OperationServiceGrpc.getReadOperationLogMethod(), request);
  }

  /**
   * Names that can follow an unfinished selector.
   *
   * @throws ArdaException if there is no answer by the deadline
   */
  public CompleteResponse complete(CompleteRequest request, Deadline deadline)
      throws InterruptedException {
    return once(SelectionServiceGrpc.getCompleteMethod(), request, deadline);
  }

  /**
   * The hosts of a flake; asked once.
   *
   * @throws ArdaException if they are not all there by the deadline
   */
  public List<Host> hosts(ListHostsRequest request, Deadline deadline) throws InterruptedException {
    var result = new ArrayList<Host>();
    try (var stream = brief(HostServiceGrpc.getListHostsMethod(), request, deadline)) {
      for (var event = stream.next(); event.isPresent(); event = stream.next()) {
        result.addAll(event.get().getHosts().getHostsList());
      }
    }
    return result;
  }

  /**
   * The users of a flake; asked once.
   *
   * @throws ArdaException if there is no answer by the deadline
   */
  public List<User> users(ListUsersRequest request, Deadline deadline) throws InterruptedException {
    var result = new ArrayList<User>();
    try (var stream = brief(UserServiceGrpc.getListUsersMethod(), request, deadline)) {
      for (var event = stream.next(); event.isPresent(); event = stream.next()) {
        result.addAll(event.get().getUsers().getUsersList());
      }
    }
    return result;
  }

  /** What the daemon is, and what it is busy with. */
  public StatusResponse status(Deadline deadline) throws InterruptedException {
    return once(DaemonServiceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), deadline);
  }

  /** What the daemon has done since its start. */
  public MetricsResponse metrics(Deadline deadline) throws InterruptedException {
    return once(
        DaemonServiceGrpc.getMetricsMethod(), MetricsRequest.getDefaultInstance(), deadline);
  }

  /**
   * Forgets what was learnt of a flake, or of all.
   *
   * @throws ArdaException if there is no such flake, or no answer by the deadline
   */
  public InvalidateResponse invalidate(InvalidateRequest request, Deadline deadline)
      throws InterruptedException {
    return once(SelectionServiceGrpc.getInvalidateMethod(), request, deadline);
  }

  /** Asks the daemon to end. */
  public ShutdownResponse shutdown(ShutdownRequest request, Deadline deadline)
      throws InterruptedException {
    return once(DaemonServiceGrpc.getShutdownMethod(), request, deadline);
  }

  private <Q, T> T once(MethodDescriptor<Q, T> method, Q request, Deadline deadline)
      throws InterruptedException {
    return brief(method, request, deadline).single();
  }

  private <Q, T> EventStream<T> brief(MethodDescriptor<Q, T> method, Q request, Deadline deadline) {
    var options =
        CallOptions.DEFAULT.withDeadlineAfter(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    return EventStream.start(
        Calls.opener(connection.transport(), method, options, request),
        failure -> {
          throw new ArdaException(failure);
        });
  }

  private <Q, T> EventStream<T> stream(MethodDescriptor<Q, T> method, Q request) {
    var used = connection;
    return EventStream.start(
        Calls.opener(used.transport(), method, CallOptions.DEFAULT, request),
        failure ->
            Calls.opener(
                reconnected(failure, used).transport(), method, CallOptions.DEFAULT, request));
  }

  /** Several calls may lose one connection; the first of them replaces it for all. */
  private synchronized DaemonConnection reconnected(Failure failure, DaemonConnection lost)
      throws InterruptedException {
    if (connection.transport().equals(lost.transport())) {
      connection = reconnector.reconnect(failure, lost);
      lost.transport().close();
    }
    return connection;
  }

  /** Cancels what is running, releases the connection, and ends a private daemon. */
  @Override
  public void close() {
    connection.transport().close();
    closeOwned();
  }

  /**
   * The same in a process that is about to end, without the delay that an idle event loop causes
   * there. The event loop's thread stays parked for the rest of the process.
   */
  public void closeForExit() {
    connection.transport().quiesce();
    closeOwned();
  }

  private void closeOwned() {
    try {
      owned.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
