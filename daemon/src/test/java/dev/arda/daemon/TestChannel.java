package dev.arda.daemon;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * One connection to a socket.
 *
 * @param channel the channel
 * @param loop its thread
 */
public record TestChannel(ManagedChannel channel, EventLoopGroup loop) implements AutoCloseable {

  /** Small, so that what a server holds back for a client that does not read can be seen. */
  static final int WINDOW_BYTES = 64 * 1024;

  /** Opens one. */
  public static TestChannel open(Path socket) {
    var loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("arda-test-loop", true), NioIoHandler.newFactory());
    return new TestChannel(
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .eventLoopGroup(loop)
            .channelType(NioDomainSocketChannel.class)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .flowControlWindow(WINDOW_BYTES)
            .usePlaintext()
            .overrideAuthority("arda")
            .build(),
        loop);
  }

  /** Cuts the connection. */
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
