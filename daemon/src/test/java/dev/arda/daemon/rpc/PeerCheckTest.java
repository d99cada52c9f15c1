package dev.arda.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.arda.daemon.Leaks;
import dev.arda.daemon.TestChannel;
import dev.arda.v1.DaemonServiceGrpc;
import dev.arda.v1.StatusRequest;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real connections with the credentials that the kernel reports for this process. */
@ExtendWith(Leaks.class)
class PeerCheckTest {

  @Test
  void connection_ofAnAllowedUser_isServed() throws Exception {
    try (var server = TestServer.start(TestServer.me());
        var channel = TestChannel.open(server.socket())) {
      assertThat(status(channel)).isEqualTo("v");
    }
  }

  @Test
  void connection_ofAnotherUser_isClosedBeforeAnythingIsRead() throws Exception {
    var stranger =
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("54321");
    try (var server = TestServer.start(Set.of(stranger));
        var socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        var channel = TestChannel.open(server.socket())) {
      socket.connect(UnixDomainSocketAddress.of(server.socket()));
      // A gRPC server would greet with its settings; this one says nothing and hangs up.
      assertThat(socket.read(ByteBuffer.allocate(100))).isEqualTo(-1);
      assertThat(catchThrowable(() -> status(channel))).hasMessageContaining("UNAVAILABLE");
    }
  }

  private static String status(TestChannel channel) {
    return DaemonServiceGrpc.newBlockingStub(channel.channel())
        .status(StatusRequest.getDefaultInstance())
        .getVersion();
  }
}
