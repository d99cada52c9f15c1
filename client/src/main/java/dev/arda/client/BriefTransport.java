package dev.arda.client;

import dev.arda.client.wire.WireChannel;
import io.grpc.Channel;
import java.nio.file.Path;

/** A connection by hand, for a process that asks a question or two and ends (docs/adr/0010). */
final class BriefTransport implements Transport {

  private final WireChannel channel;

  private BriefTransport(WireChannel channel) {
    this.channel = channel;
  }

  static BriefTransport open(Path socket) {
    return new BriefTransport(new WireChannel(socket, Protocol.headers()));
  }

  @Override
  public Channel calls() {
    return channel;
  }

  @Override
  public void close() {
    channel.close();
  }

  /** No thread is left in a system call, which would delay the end of a Java process by 300 ms. */
  @Override
  public void quiesce() {
    channel.close();
  }
}
