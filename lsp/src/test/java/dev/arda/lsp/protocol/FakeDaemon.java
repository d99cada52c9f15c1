package dev.arda.lsp.protocol;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.arda.v1.Candidate;
import dev.arda.v1.CompleteRequest;
import dev.arda.v1.CompleteResponse;
import dev.arda.v1.DaemonServiceGrpc;
import dev.arda.v1.DescribeRequest;
import dev.arda.v1.DescribeResponse;
import dev.arda.v1.Freshness;
import dev.arda.v1.ProtocolRange;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.StatusRequest;
import dev.arda.v1.StatusResponse;
import dev.arda.v1.ValueDescription;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A daemon on a real socket that knows the names it is told, and can be made to say nothing. */
final class FakeDaemon implements AutoCloseable {

  private final Server server;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Path socket;
  private final Map<String, List<String>> names = new ConcurrentHashMap<>();
  private final Map<String, String> values = new ConcurrentHashMap<>();

  /** Selectors whose calls were cancelled. */
  final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();

  /** Selectors that were asked about. */
  final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

  volatile boolean silent;

  /** Why it has no Nix; empty: it has one. */
  volatile String withoutNix = "";

  /** Names are said once this is done. */
  volatile CompletableFuture<Void> evaluated = CompletableFuture.completedFuture(null);

  /** Whether it is one of the first, which knows neither revisions nor names alone. */
  volatile boolean old;

  /** How many answers said that nothing has changed. */
  final AtomicInteger unchanged = new AtomicInteger();

  /**
   * @param pid what it says its process is
   */
  FakeDaemon(Path runtimeDirectory, long pid, BindableService... more) throws IOException {
    Files.createDirectories(
        runtimeDirectory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    socket = runtimeDirectory.resolve("daemon-1.sock");
    Files.deleteIfExists(socket);
    var builder =
        NettyServerBuilder.forAddress(
                UnixDomainSocketAddress.of(socket), InsecureServerCredentials.create())
            .channelType(NioServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(group)
            .workerEventLoopGroup(group)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .addService(new Selections())
            .addService(new Daemon(pid));
    Arrays.stream(more).forEach(builder::addService);
    server = builder.build().start();
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
  }

  FakeDaemon with(String prefix, String... known) {
    names.put(prefix, List.of(known));
    return this;
  }

  FakeDaemon valued(String selector, String value) {
    values.put(selector, value);
    return this;
  }

  /** Ends without a goodbye. */
  void crash() throws Exception {
    // First, so that nobody takes it for one that was left, and removes its successor's.
    Files.delete(socket);
    server.shutdownNow();
    server.awaitTermination();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Override
  public void close() throws IOException {
    server.shutdownNow();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    Files.deleteIfExists(socket);
  }

  private final class Selections extends SelectionServiceGrpc.SelectionServiceImplBase {
    @Override
    public void complete(CompleteRequest request, StreamObserver<CompleteResponse> observer) {
      var call = (ServerCallStreamObserver<CompleteResponse>) observer;
      call.setOnCancelHandler(() -> cancelled.add(request.getSelector()));
      asked.add(request.getSelector());
      if (silent) {
        return;
      }
      if (!withoutNix.isEmpty()) {
        observer.onError(failure());
        return;
      }
      evaluated.join();
      var response = CompleteResponse.newBuilder();
      var known = names.get(request.getSelector());
      if (known == null) {
        response.setIncomplete(true);
      } else {
        response.setFreshness(Freshness.FRESHNESS_CURRENT);
        var revision = request.getSelector() + known;
        if (old) {
          known.forEach(name -> response.addCandidates(Candidate.newBuilder().setName(name)));
        } else if (request.getKnownRevision().equals(revision)) {
          response.setRevision(revision).setUnchanged(true);
          unchanged.incrementAndGet();
        } else {
          response.setRevision(revision).addAllNames(known);
        }
      }
      observer.onNext(response.build());
      observer.onCompleted();
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
      if (!withoutNix.isEmpty()) {
        observer.onError(failure());
      } else if (!silent) {
        var value = values.get(request.getSelector());
        observer.onNext(
            value == null
                ? DescribeResponse.getDefaultInstance()
                : DescribeResponse.newBuilder()
                    .setFreshness(Freshness.FRESHNESS_CURRENT)
                    .setDescription(ValueDescription.newBuilder().setType("int").setPreview(value))
                    .build());
        observer.onCompleted();
      }
    }
  }

  private StatusRuntimeException failure() {
    var info = ErrorInfo.newBuilder().setReason("NIX_NOT_FOUND").setDomain("arda.dev").build();
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(Code.FAILED_PRECONDITION_VALUE)
            .setMessage(withoutNix)
            .addDetails(Any.pack(info))
            .build());
  }

  private static final class Daemon extends DaemonServiceGrpc.DaemonServiceImplBase {
    private final long pid;

    private Daemon(long pid) {
      this.pid = pid;
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
      observer.onNext(
          StatusResponse.newBuilder()
              .setPid(pid)
              .setVersion("fake")
              .setProtocol(ProtocolRange.newBuilder().setMin(1).setMax(1))
              .build());
      observer.onCompleted();
    }
  }
}
