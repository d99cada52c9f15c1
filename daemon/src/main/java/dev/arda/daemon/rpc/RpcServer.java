package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.NamedOperations;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.operation.store.FlakeWork;
import dev.arda.daemon.operation.store.StoreWork;
import dev.arda.daemon.rpc.MethodPolicies.Capability;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.deploy.Deployments;
import dev.arda.nix.system.deploy.HardwareReports;
import dev.arda.nix.system.deploy.HostGenerations;
import dev.arda.nix.system.deploy.HostStatuses;
import dev.arda.nix.system.deploy.Means;
import dev.arda.nix.system.deploy.TargetLocks;
import dev.arda.nix.system.install.Installations;
import dev.arda.nix.system.rebuild.RebuildTools;
import dev.arda.nix.system.source.FlakeSources;
import dev.arda.nix.system.source.HardwareText;
import dev.arda.nix.system.source.HostCreator;
import dev.arda.nix.system.source.HostHardware;
import dev.arda.nix.system.source.HostRemover;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.types.TimeLimit;
import dev.arda.nix.user.Homes;
import dev.arda.nix.user.People;
import dev.arda.nix.user.UserSecrets;
import dev.arda.nix.user.UserTools;
import dev.arda.nix.user.Users;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC server on a Unix domain socket. One platform thread moves bytes; every callback and
 * every worker runs on a virtual thread.
 */
public final class RpcServer {

  /** For each evaluation of hosts that are looked at or whose files are changed. */
  private static final Duration EVALUATION = StageLimits.USUAL.evaluation().time();

  /** Largest request, in bytes. */
  static final int MAX_REQUEST_BYTES = 1024 * 1024;

  /** Largest metadata of a request, in bytes. */
  static final int MAX_METADATA_BYTES = 8 * 1024;

  /** Calls that one connection may have open; more wait in the client. */
  static final int MAX_CALLS_PER_CONNECTION = 256;

  /** Calls that may be open altogether; more are refused. */
  public static final int MAX_CALLS = 1024;

  /** Connections that may wait to be accepted: many shells may start at the same moment. */
  private static final int BACKLOG = 1024;

  /** Cancellations that one connection may send in ten seconds before it is cut. */
  private static final int MAX_RESETS = 20_000;

  private static final int RESET_WINDOW_SECONDS = 10;

  private final Server server;
  private final HealthStatusManager health;
  private final EventLoopGroup loop;
  private final ExecutorService callbacks;

  private RpcServer(
      Server server, HealthStatusManager health, EventLoopGroup loop, ExecutorService callbacks) {
    this.server = server;
    this.health = health;
    this.loop = loop;
    this.callbacks = callbacks;
  }

  /**
   * What a server needs.
   *
   * @param figures counts calls
   * @param users whose connections are accepted
   * @param timer runs short tasks that do not block
   */
  public record Parts(
      Flakes flakes,
      Builds builds,
      Operations operations,
      Tools tools,
      DaemonControl daemon,
      CallRegistry registry,
      RpcFigures figures,
      ErrorMapper errors,
      Set<UserPrincipal> users,
      ScheduledExecutorService timer) {

    /** Copies the set. */
    public Parts {
      users = Set.copyOf(users);
    }
  }

  /**
   * Listens.
   *
   * @param socket path of the socket to create; removed again when the server stops, if it is still
   *     there under this name
   * @throws IOException if the socket cannot be created
   */
  public static RpcServer start(Path socket, Parts parts) throws IOException {
    var loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("arda-loop", true), NioIoHandler.newFactory());
    var callbacks =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("arda-call-", 1).factory());
    var health = new HealthStatusManager();
    var services = services(parts, health);
    var errors = parts.errors();
    var builder =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelFactory(() -> listener(parts.users()))
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .executor(callbacks)
            .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
            // gRPC asks for it; a domain socket has no such option and Netty warns each time.
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .maxInboundMessageSize(MAX_REQUEST_BYTES)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            .maxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            // The interceptor that was added last is the first to see a call.
            .intercept(new AdmissionInterceptor(parts.registry(), errors))
            .intercept(new ProtocolInterceptor(ProtocolRange.SPOKEN, errors))
            .intercept(new MeasuringInterceptor(parts.figures(), System::nanoTime))
            .intercept(new AuthorizationInterceptor(Set.of(Capability.values()), errors));
    services.forEach(builder::addService);
    var result = new RpcServer(builder.build(), health, loop, callbacks);
    boolean started = false;
    try {
      result.server.start();
      started = true;
    } finally {
      if (!started) {
        result.close();
      }
    }
    services.forEach(
        s -> health.setStatus(s.getServiceDescriptor().getName(), ServingStatus.SERVING));
    return result;
  }

  private static List<ServerServiceDefinition> services(Parts parts, HealthStatusManager health) {
    var runner = new CallRunner(parts.errors(), parts.timer());
    var flakes = parts.flakes();
    var means = means(parts);
    // What no deployment asks has no option that gives it more time.
    var asking = means.within(new TimeLimit(EVALUATION, Reason.EVALUATION_TIMEOUT, ""));
    var sources = sources(parts, asking);
    var homes = new Homes(userTools(parts));
    var hostOperations = hostOperations(parts, means);
    var userOperations = userOperations(parts, homes);
    List<BindableService> services =
        List.of(
            new SelectionRpc(flakes, runner, parts.errors()),
            new BuildRpc(parts.builds(), parts.operations(), runner, parts.errors()),
            new FlakeRpc(flakes, flakeOperations(parts), runner),
            hosts(parts, asking, sources, hostOperations, runner),
            lifecycle(parts, means, asking, sources, runner),
            new HostGenerationRpc(new HostGenerations(asking), runner),
            new StoreRpc(parts.tools().stores(), storeOperations(parts), runner),
            new OperationRpc(new NamedOperations(parts.operations()), runner),
            new ShellRpc(parts.tools().shell(), runner),
            users(parts, homes, userOperations, runner),
            new SetupRpc(
                new SetupOperations(
                    hostOperations, userOperations, parts.operations(), parts.errors()::status),
                runner),
            new UserSecretRpc(new UserSecrets(userTools(parts)), runner),
            new DaemonRpc(parts.daemon(), parts.registry(), flakes, runner),
            health.getHealthService(),
            ProtoReflectionServiceV1.newInstance());
    return services.stream().map(BindableService::bindService).toList();
  }

  private static FlakeOperations flakeOperations(Parts parts) {
    var tools = parts.tools();
    return new FlakeOperations(
        new FlakeWork(
            tools.locks(), tools.checks(), parts.errors()::status, InstantSource.system()),
        parts.operations());
  }

  private static Means means(Parts parts) {
    var tools = parts.tools();
    return new Means(
        new Hosts(parts.flakes()),
        parts.builds(),
        tools.stores(),
        tools.ssh(),
        tools.runner(),
        new TargetLocks(),
        new SecureRandom());
  }

  private static HostOperations hostOperations(Parts parts, Means means) {
    return new HostOperations(
        new Deployments(means, new RebuildTools(means.runner(), parts.tools().shell())),
        parts.flakes(),
        parts.operations(),
        parts.errors());
  }

  private static HostRpc hosts(
      Parts parts,
      Means means,
      FlakeSources sources,
      HostOperations operations,
      CallRunner runner) {
    return new HostRpc(
        new HostRpc.Listed(means.hosts(), sources),
        new HostStatuses(means),
        operations,
        runner,
        parts.errors());
  }

  private static FlakeSources sources(Parts parts, Means asking) {
    var tools = parts.tools();
    var sources =
        new FlakeSources(
            asking.hosts(), tools.locks(), tools.runner(), tools.state().resolve("flake-changes"));
    Thread.ofVirtual().name("arda-interrupted-changes").start(sources::endInterrupted);
    return sources;
  }

  private static HostLifecycleRpc lifecycle(
      Parts parts, Means means, Means asking, FlakeSources sources, CallRunner runner) {
    var tools = parts.tools();
    return new HostLifecycleRpc(
        new HostCreator(sources),
        new HostRemover(sources, tools.state().resolve("deleted-hosts"), InstantSource.system()),
        new HostHardware(
            sources, new HardwareReports(asking), new HardwareText(tools.runner(), tools.facts())),
        new InstallOperations(
            new Installations(
                means, tools.shell(), tools.locks(), tools.state().resolve("installing")),
            means.hosts(),
            parts.operations(),
            parts.errors()),
        runner,
        parts.errors());
  }

  private static StoreOperations storeOperations(Parts parts) {
    return new StoreOperations(
        new StoreWork(parts.tools().stores(), parts.errors()::status, InstantSource.system()),
        parts.operations());
  }

  private static UserTools userTools(Parts parts) {
    var tools = parts.tools();
    return UserTools.of(
        parts.flakes(),
        parts.builds(),
        tools.stores(),
        tools.runner(),
        tools.facts(),
        System.getProperty("user.name"),
        InstantSource.system(),
        tools.state().resolve("generated"),
        tools.ssh(),
        tools.shell());
  }

  private static UserOperations userOperations(Parts parts, Homes homes) {
    return new UserOperations(
        homes, new Places(new Hosts(parts.flakes())), parts.operations(), parts.errors()::status);
  }

  private static UserRpc users(
      Parts parts, Homes homes, UserOperations operations, CallRunner runner) {
    return new UserRpc(
        new Users(parts.flakes()),
        homes,
        new Places(new Hosts(parts.flakes())),
        new UserContents(new People(userTools(parts))),
        operations,
        runner,
        parts.errors());
  }

  private static NioServerDomainSocketChannel listener(Set<UserPrincipal> users) {
    var channel = new NioServerDomainSocketChannel();
    channel.pipeline().addLast(new PeerCheck(users));
    return channel;
  }

  /** The services that are offered. */
  List<ServerServiceDefinition> services() {
    return server.getServices();
  }

  /** Tells everyone who watches the health that the daemon is ending; calls are still answered. */
  public void announceEnd() {
    health.enterTerminalState();
  }

  /**
   * Stops listening, and ends all connections.
   *
   * @param patience how long answers that are on their way may take to leave
   */
  public void stop(Duration patience) throws InterruptedException {
    server.shutdown();
    if (!server.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      server.shutdownNow();
      server.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
    close();
  }

  private void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    callbacks.shutdown();
  }
}
