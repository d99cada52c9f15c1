package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the runtime directory and the socket must be like before anything in them is trusted. */
final class DaemonTrustTest extends PlacesTestCase {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void runtimeDirectoryThatOthersMayEnter_isRefused() throws Exception {
    Files.createDirectories(places.runtime);
    Files.setPosixFilePermissions(places.runtime, PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(this::connect)
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("has the mode 0750")
        .hasMessageContaining("chmod 700");
  }

  @Test
  void runtimeDirectoryThatIsALink_isRefused() throws Exception {
    var elsewhere = Files.createDirectory(directory.resolve("elsewhere"), PrivateFiles.ownerOnly());
    Files.createSymbolicLink(places.runtime, elsewhere);
    assertThatThrownBy(this::connect)
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("symbolic link");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void runtimeDirectoryOfAnotherUser_isRefused() throws Exception {
    places.makeRuntime();
    var files = new PrivateFiles(places.environment().uid() + 1);
    assertThatThrownBy(() -> files.ensureDirectory(places.runtime))
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("belongs to the user with the id");
  }

  @Test
  void socketThatIsNone_orOfAnotherUser_isRefused() throws Exception {
    places.makeRuntime();
    var socket = places.runtime.resolve("daemon-1.sock");
    var stranger = new PrivateFiles(places.environment().uid() + 1);
    leaveSocket();
    assertThatThrownBy(() -> stranger.examineSocket(socket))
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("is not trusted");
    Files.delete(socket);
    Files.writeString(socket, "");
    assertThatThrownBy(this::connect)
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("is not a socket");
  }

  @Test
  void socketPathThatIsTooLong_isRefused() {
    places.with("ARDA_RUNTIME_DIR", directory.resolve("x".repeat(100)).toString());
    assertThatThrownBy(this::connect)
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("more than the 100")
        .hasMessageContaining("ARDA_RUNTIME_DIR");
  }

  private ArdaClient connect() throws InterruptedException {
    return ArdaClient.connect(places.connector(), Deadline.after(PATIENCE));
  }

  /** What a killed daemon leaves: a socket file that nobody listens on. */
  private void leaveSocket() throws IOException {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(places.runtime.resolve("daemon-1.sock")));
    }
  }
}
