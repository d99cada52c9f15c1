package dev.arda.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Asks the system, without saying anything, whether anybody listens on a socket. */
final class SocketProbe {

  /** What is there. */
  enum Answer {
    /** No file. */
    MISSING,
    /** A file that nobody listens on. */
    REFUSED,
    /** Somebody listens, or it cannot be told. */
    LISTENING
  }

  private SocketProbe() {}

  /** Asks. Does not block: a listener whose queue is full is still one. */
  static Answer probe(Path socket) {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return Answer.MISSING;
    }
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      var _ = channel.connect(UnixDomainSocketAddress.of(socket));
      return Answer.LISTENING;
    } catch (ConnectException e) {
      return Answer.REFUSED;
    } catch (IOException e) {
      return Files.exists(socket, LinkOption.NOFOLLOW_LINKS) ? Answer.LISTENING : Answer.MISSING;
    }
  }
}
