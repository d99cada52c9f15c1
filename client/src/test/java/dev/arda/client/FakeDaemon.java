package dev.arda.client;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
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
import dev.arda.v1.InvalidateRequest;
import dev.arda.v1.InvalidateResponse;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.ListOperationsResponse;
import dev.arda.v1.MetricsRequest;
import dev.arda.v1.MetricsResponse;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationServiceGrpc;
import dev.arda.v1.ProtocolRange;
import dev.arda.v1.ReadOperationLogRequest;
import dev.arda.v1.ReadOperationLogResponse;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.SelectorResult;
import dev.arda.v1.ShowRequest;
import dev.arda.v1.ShowResponse;
import dev.arda.v1.ShutdownRequest;
import dev.arda.v1.ShutdownResponse;
import dev.arda.v1.StatusRequest;
import dev.arda.v1.StatusResponse;
import dev.arda.v1.ValueChunk;
import dev.arda.v1.ValueSummary;
import dev.arda.v1.WatchOperationRequest;
import dev.arda.v1.WatchOperationResponse;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** A daemon that answers what a test tells it to, on a real Unix socket. */
public final class FakeDaemon implements AutoCloseable {

  /** Answers a selection. */
  public interface Selection {
    /** Runs on a thread of its own. */
    void answer(SelectRequest request, Answers answers) throws Exception;
  }

  /** Tells the events of an operation. */
  public interface Operation {
    /**
     * Runs on a thread of its own.
     *
     * @param after number of the last event that the client has
     */
    void tell(long after, Events events) throws Exception;
  }

  /** The telling side of an operation. */
  public static final class Events {
    private final Consumer<OperationEvent> sink;
    private final CountDownLatch cancelled;

    Events(Consumer<OperationEvent> sink, CountDownLatch cancelled) {
      this.sink = sink;
      this.cancelled = cancelled;
    }

    public void send(OperationEvent... events) {
      for (var event : events) {
        sink.accept(event);
      }
    }

    /** Waits until the client has cancelled the call. */
    public boolean awaitCancel() throws InterruptedException {
      return cancelled.await(60, TimeUnit.SECONDS);
    }
  }

  /** The answering side of a selection. */
  public static final class Answers {
    private final ServerCallStreamObserver<SelectResponse> observer;
    private final CountDownLatch cancelled;

    Answers(ServerCallStreamObserver<SelectResponse> observer, CountDownLatch cancelled) {
      this.observer = observer;
      this.cancelled = cancelled;
    }

    public void send(SelectResponse event) {
      synchronized (observer) {
        observer.onNext(event);
      }
    }

    public void chunk(int selector, ByteString json) {
      send(
          SelectResponse.newBuilder()
              .setChunk(ValueChunk.newBuilder().setSelectorIndex(selector).setJson(json))
              .build());
    }

    public void value(int selector, String json) {
      chunk(selector, ByteString.copyFromUtf8(json));
      done(selector);
    }

    public void done(int selector) {
      send(
          SelectResponse.newBuilder()
              .setResult(
                  SelectorResult.newBuilder()
                      .setSelectorIndex(selector)
                      .setValue(ValueSummary.getDefaultInstance()))
              .build());
    }

    public void failure(int selector, com.google.rpc.Status status) {
      send(
          SelectResponse.newBuilder()
              .setResult(SelectorResult.newBuilder().setSelectorIndex(selector).setError(status))
              .build());
    }

    /** Waits until the client has cancelled the call. */
    public boolean awaitCancel() throws InterruptedException {
      return cancelled.await(60, TimeUnit.SECONDS);
    }
  }

  private final Path socket;
  private final Server server;
  private final EventLoopGroup group;

  /** The metadata of every call, in order. */
  public final List<Metadata> headers = new CopyOnWriteArrayList<>();

  /** Every selection that was asked. */
  public final List<SelectRequest> selections = new CopyOnWriteArrayList<>();

  /** Every completion that was asked. */
  public final List<CompleteRequest> completions = new CopyOnWriteArrayList<>();

  public final AtomicInteger shutdowns = new AtomicInteger();
  public final CountDownLatch cancelled = new CountDownLatch(1);
  public final CountDownLatch selecting = new CountDownLatch(1);
  public volatile Selection selection =
      (request, answers) -> {
        for (int i = 0; i < request.getSelectorsCount(); i++) {
          answers.value(i, "\"" + request.getSelectors(i) + "\"");
        }
      };

  /** Every build that was asked for. */
  public final List<BuildRequest> builds = new CopyOnWriteArrayList<>();

  /** Every watch that was asked for. */
  public final List<WatchOperationRequest> watches = new CopyOnWriteArrayList<>();

  /** Every cancellation that was asked for. */
  public final List<CancelOperationRequest> cancellations = new CopyOnWriteArrayList<>();

  public volatile Operation build = (after, events) -> {};
  public volatile Operation watch = (after, events) -> {};
  public final List<ListOperationsRequest> listings = new CopyOnWriteArrayList<>();
  public final List<ReadOperationLogRequest> logs = new CopyOnWriteArrayList<>();
  public volatile GetOperationResponse getOperation = GetOperationResponse.getDefaultInstance();
  public volatile Function<ListOperationsRequest, ListOperationsResponse> listing =
      request -> ListOperationsResponse.getDefaultInstance();
  public volatile Function<CancelOperationRequest, CancelOperationResponse> onCancel =
      request -> CancelOperationResponse.getDefaultInstance();
  public volatile CompleteResponse completion = CompleteResponse.getDefaultInstance();
  public volatile GetMetadataResponse metadata = GetMetadataResponse.getDefaultInstance();
  public volatile List<ShowResponse> show = List.of();
  public volatile Optional<StatusRuntimeException> refusal = Optional.empty();
  public volatile Runnable onShutdown = () -> {};
  public volatile StatusResponse status;
  public volatile String metrics = "";

  /** Every wish to forget. */
  public final List<InvalidateRequest> invalidations = new CopyOnWriteArrayList<>();

  public FakeDaemon(Path runtimeDirectory) throws IOException {
    this.socket = runtimeDirectory.resolve("daemon-1.sock");
    this.status =
        StatusResponse.newBuilder()
            .setPid(ProcessHandle.current().pid())
            .setVersion("fake")
            .setProtocol(ProtocolRange.newBuilder().setMin(1).setMax(1))
            .setRuntimeDirectory(runtimeDirectory.toString())
            .build();
    this.group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    this.server =
        NettyServerBuilder.forAddress(
                UnixDomainSocketAddress.of(socket), InsecureServerCredentials.create())
            .channelType(NioServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(group)
            .workerEventLoopGroup(group)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .intercept(new Recorder())
            .addService(new Selections())
            .addService(new Flakes())
            .addService(hosts)
            .addService(hostLives)
            .addService(secrets)
            .addService(hostGenerations)
            .addService(setups)
            .addService(users)
            .addService(new Builds())
            .addService(new Operations())
            .addService(new Daemon())
            .build()
            .start();
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
  }

  /** An error in the form that the daemon gives it. */
  public static com.google.rpc.Status error(
      Code code, String reason, String message, Message... details) {
    var status = com.google.rpc.Status.newBuilder().setCode(code.getNumber()).setMessage(message);
    status.addDetails(Any.pack(ErrorInfo.newBuilder().setReason(reason).setDomain("arda").build()));
    for (var detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return status.build();
  }

  /** The same as an exception that fails a call. */
  public static StatusRuntimeException exception(
      Code code, String reason, String message, Message... details) {
    return StatusProto.toStatusRuntimeException(error(code, reason, message, details));
  }

  /** Ends without an orderly goodbye. */
  public void crash() {
    server.shutdownNow();
  }

  /** Leaves the socket file behind, as a killed process does. */
  public void awaitEnd() throws InterruptedException {
    server.awaitTermination();
  }

  @Override
  public void close() throws IOException {
    server.shutdownNow();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    Files.deleteIfExists(socket);
  }

  private final class Recorder implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
      headers.add(metadata);
      var refused = refusal;
      if (refused.isPresent()) {
        var trailers = refused.get().getTrailers();
        call.close(refused.get().getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, metadata);
    }
  }

  private final class Selections extends SelectionServiceGrpc.SelectionServiceImplBase {
    @Override
    public void select(SelectRequest request, StreamObserver<SelectResponse> observer) {
      selections.add(request);
      var call = (ServerCallStreamObserver<SelectResponse>) observer;
      call.setOnCancelHandler(cancelled::countDown);
      Thread.ofVirtual()
          .start(() -> {
            try {
              selecting.countDown();
              selection.answer(request, new Answers(call, cancelled));
              observer.onCompleted();
            } catch (Exception e) {
              observer.onError(e);
            }
          });
    }

    @Override
    public void invalidate(InvalidateRequest request, StreamObserver<InvalidateResponse> observer) {
      invalidations.add(request);
      observer.onNext(InvalidateResponse.newBuilder().setStates(3).build());
      observer.onCompleted();
    }

    @Override
    public void complete(CompleteRequest request, StreamObserver<CompleteResponse> observer) {
      completions.add(request);
      observer.onNext(completion);
      observer.onCompleted();
    }
  }

  /** Answers a call with the events of an operation. */
  static <T> void tell(
      Operation operation,
      long after,
      StreamObserver<T> observer,
      Function<OperationEvent, T> response) {
    var call = (ServerCallStreamObserver<T>) observer;
    var cancelled = new CountDownLatch(1);
    call.setOnCancelHandler(cancelled::countDown);
    Thread.ofVirtual()
        .start(() -> {
          try {
            operation.tell(
                after, new Events(event -> call.onNext(response.apply(event)), cancelled));
            if (!call.isCancelled()) {
              call.onCompleted();
            }
          } catch (Exception e) {
            if (!call.isCancelled()) {
              call.onError(e);
            }
          }
        });
  }

  private final class Builds extends BuildServiceGrpc.BuildServiceImplBase {
    @Override
    public void build(BuildRequest request, StreamObserver<BuildResponse> observer) {
      builds.add(request);
      tell(build, 0, observer, event -> BuildResponse.newBuilder().setEvent(event).build());
    }
  }

  private final class Operations extends OperationServiceGrpc.OperationServiceImplBase {
    @Override
    public void watchOperation(
        WatchOperationRequest request, StreamObserver<WatchOperationResponse> observer) {
      watches.add(request);
      tell(
          watch,
          request.getAfterSequence(),
          observer,
          event -> WatchOperationResponse.newBuilder().setEvent(event).build());
    }

    @Override
    public void getOperation(
        GetOperationRequest request, StreamObserver<GetOperationResponse> observer) {
      observer.onNext(getOperation);
      observer.onCompleted();
    }

    @Override
    public void listOperations(
        ListOperationsRequest request, StreamObserver<ListOperationsResponse> observer) {
      listings.add(request);
      observer.onNext(listing.apply(request));
      observer.onCompleted();
    }

    @Override
    public void readOperationLog(
        ReadOperationLogRequest request, StreamObserver<ReadOperationLogResponse> observer) {
      logs.add(request);
      observer.onNext(ReadOperationLogResponse.newBuilder().setText("one\n").build());
      observer.onNext(ReadOperationLogResponse.newBuilder().setText("two\n").build());
      observer.onCompleted();
    }

    @Override
    public void cancelOperation(
        CancelOperationRequest request, StreamObserver<CancelOperationResponse> observer) {
      cancellations.add(request);
      observer.onNext(onCancel.apply(request));
      observer.onCompleted();
    }
  }

  /** Has hosts. */
  public final FakeHosts hosts = new FakeHosts();

  /** Makes and removes hosts. */
  public final FakeHostLives hostLives = new FakeHostLives();

  /** Has users. */
  public final FakeUsers users = new FakeUsers();

  /** Has secrets of users. */
  public final FakeSecrets secrets = new FakeSecrets();

  /** Has generations of hosts. */
  public final FakeHostGenerations hostGenerations = new FakeHostGenerations();

  /** Sets machines up. */
  public final FakeSetups setups = new FakeSetups();

  private final class Flakes extends FlakeServiceGrpc.FlakeServiceImplBase {
    @Override
    public void getMetadata(
        GetMetadataRequest request, StreamObserver<GetMetadataResponse> observer) {
      observer.onNext(metadata);
      observer.onCompleted();
    }

    @Override
    public void show(ShowRequest request, StreamObserver<ShowResponse> observer) {
      show.forEach(observer::onNext);
      observer.onCompleted();
    }
  }

  private final class Daemon extends DaemonServiceGrpc.DaemonServiceImplBase {
    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
      observer.onNext(status);
      observer.onCompleted();
    }

    @Override
    public void metrics(MetricsRequest request, StreamObserver<MetricsResponse> observer) {
      observer.onNext(MetricsResponse.newBuilder().setText(bytes(metrics)).build());
      observer.onCompleted();
    }

    @Override
    public void shutdown(ShutdownRequest request, StreamObserver<ShutdownResponse> observer) {
      shutdowns.incrementAndGet();
      observer.onNext(ShutdownResponse.newBuilder().setPid(status.getPid()).build());
      observer.onCompleted();
      onShutdown.run();
    }
  }

  /** Bytes of a text. */
  public static ByteString bytes(String text) {
    return ByteString.copyFrom(text, StandardCharsets.UTF_8);
  }
}
