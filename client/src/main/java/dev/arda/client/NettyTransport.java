package dev.arda.client;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A connection of grpc-java, for programs that live long, with an event loop of its own. All calls
 * of the connection are served by that one thread, which only ever puts what arrives into queues.
 */
final class NettyTransport implements Transport {

  /** Metadata of a flake and names to complete come in one message; values are streamed. */
  private static final int LARGEST_MESSAGE = 64 * 1024 * 1024;

  private final EventLoopGroup group;
  private final ManagedChannel channel;
  private final Channel calls;
  private final AtomicBoolean quiet = new AtomicBoolean();

  private NettyTransport(EventLoopGroup group, ManagedChannel channel) {
    this.group = group;
    this.channel = channel;
    this.calls = ClientInterceptors.intercept(channel, Protocol.interceptor());
  }

  /** Prepares a connection; it is made by the first call. */
  static NettyTransport open(Path socket) {
    // Netty warns where nobody can act on it; whatever matters arrives as the status of a call.
    InternalLoggerFactory.setDefaultFactory(SilentNettyLogger.FACTORY);
    var group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("arda-client", true), NioIoHandler.newFactory());
    var channel =
        NettyChannelBuilder.forAddress(
                UnixDomainSocketAddress.of(socket), InsecureChannelCredentials.create())
            .overrideAuthority("localhost")
            .channelFactory(NioDomainSocketChannel::new)
            // gRPC sets it for TCP; a Unix socket does not know it. A null value takes it away.
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .eventLoopGroup(group)
            .executor(Runnable::run)
            .offloadExecutor(Runnable::run)
            .disableRetry()
            .disableServiceConfigLookUp()
            .maxTraceEvents(0)
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .build();
    return new NettyTransport(group, channel);
  }

  @Override
  public Channel calls() {
    return calls;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    // gRPC hands the end of the channel to the event loop, so the loop goes after what is queued
    // there.
    var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }

  /**
   * Brings the event loop to rest in a process that is about to end. A thread that sits in a system
   * call delays the end of a Java process by some 300 ms; a parked one does not. Whatever was
   * handed to the loop before, such as a cancellation, is done first. Nothing works afterwards.
   */
  @Override
  public void quiesce() {
    if (quiet.getAndSet(true)) {
      return;
    }
    var parked = new CountDownLatch(1);
    group.execute(() -> {
      parked.countDown();
      while (true) {
        LockSupport.park();
      }
    });
    try {
      var _ = parked.await(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
