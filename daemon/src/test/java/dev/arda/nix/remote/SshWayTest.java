package dev.arda.nix.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real ssh goes through, and who is named when that fails. */
class SshWayTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final SystemProcessRunner runner = SystemProcessRunner.create();
  private TestSshd sshd;
  private Ssh ssh;
  private CallContext context;

  @BeforeEach
  void start() throws IOException {
    sshd = TestSshd.start(directory.resolve("sshd"), Map.of("PATH", "/usr/bin:/bin"));
    ssh = new Ssh(runner, directory.resolve("c"));
    context =
        new CallContext(directory, Optional.empty(), NixOptions.NONE, sshd.clientEnvironment());
    var config = sshd.file("ssh_config");
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Files.writeString(
        config,
        """
        Host new
          HostKeyAlias new.example
        Host changed
          HostKeyAlias changed.example
        Host stranger
          User no-such-user
        Host closed closed-target
          Port %d
        Host behind-new
          ProxyJump new
        Host behind-behind
          ProxyJump behind-new
        Host no-program
          ProxyCommand no-such-program-of-arda %%h %%p
        Host by-command
          ProxyCommand ssh -F %s -W %%h:%%p stranger
        Host busy
          RequestTTY force
          RemoteCommand exec sleep 60
        Host *
          HostName 127.0.0.1
          Port %d
        """
                .formatted(closed, config, sshd.port())
            + Files.readString(config));
    Files.writeString(
        sshd.file("known_hosts"),
        "changed.example " + Files.readString(sshd.file("host2.pub")),
        StandardOpenOption.APPEND);
  }

  @AfterEach
  void stop() {
    sshd.close();
    runner.close();
  }

  private SshConnection connect(boolean accept, String target, String... jumpHosts) {
    return ssh.connect(
        context, SshTarget.parse(target), SshSettings.of(context, accept, List.of(jumpHosts)));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> fails(
      Reason reason, String target, String... jumpHosts) {
    return assertThatThrownBy(() -> connect(false, target, jumpHosts).close())
        .isInstanceOfSatisfying(
            SystemException.class,
            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }

  private static String key(String target, String jump) {
    return "%s cannot be reached, as its jump host %s cannot: its key is not known (Host key verification failed). "
        .formatted(target, jump);
  }

  @Test
  void anUnknownKeyOfAJumpHost_isItsOwn() {
    var ssh = "ssh -F " + sshd.file("ssh_config");
    fails(Reason.HOST_KEY_REJECTED, "target", "new")
        .hasMessageStartingWith(key("target", "new"))
        .hasMessageEndingWith(": %s new. Or pass --accept-new-host-key.", ssh);
    fails(Reason.HOST_KEY_REJECTED, "target", "target", "new")
        .hasMessageStartingWith(key("target", "new"))
        .hasMessageContaining(": %s -J target new. Or", ssh);
    fails(Reason.HOST_KEY_REJECTED, "target", "new", "target")
        .hasMessageStartingWith(key("target", "new"))
        .hasMessageContaining(": %s new. Or", ssh);
    fails(Reason.HOST_KEY_REJECTED, "behind-new").hasMessageStartingWith(key("behind-new", "new"));
    fails(Reason.HOST_KEY_REJECTED, "behind-behind")
        .hasMessageStartingWith(key("behind-behind", "new"));
    // That of the target itself, behind a jump host that is known.
    fails(Reason.HOST_KEY_REJECTED, "new", "target")
        .hasMessageStartingWith("new cannot be reached: its key is not known (No ED25519 host key")
        .hasMessageContaining(": %s -J target new. Or", ssh);
  }

  @Test
  void anUnknownKeyOfAJumpHost_isAcceptedWhenThatIsWished() throws IOException {
    try (var connection = connect(true, "target", "new")) {
      assertThat(connection.run(RemoteScript.of("true", LIMIT)).succeeded()).isTrue();
      assertThat(connection.nixEnvironment().get("NIX_SSHOPTS")).contains("-J new");
    }
    assertThat(Files.readString(sshd.file("known_hosts"))).contains("new.example ");
    connect(false, "behind-new").close();
  }

  @Test
  void anUnknownKeyOfAJumpHostOfTheConfiguration_isAcceptedWhenThatIsWished() {
    connect(true, "behind-behind").close();
    connect(false, "behind-new").close();
  }

  @Test
  void anotherKeyOfAJumpHostThanBefore_isItsOwn() {
    fails(Reason.HOST_KEY_REJECTED, "target", "changed")
        .hasMessageStartingWith(
            "target cannot be reached, as its jump host changed cannot: it shows another key than before")
        .hasMessageEndingWith("-R changed.example");
    assertThatThrownBy(() -> connect(true, "target", "changed").close())
        .hasMessageContaining("jump host changed cannot: it shows another key than before");
  }

  @Test
  void aJumpHostThatLetsNobodyIn_orListensNotAtAll_isNamed() {
    fails(Reason.HOST_AUTHENTICATION_FAILED, "target", "stranger")
        .hasMessageStartingWith(
            "target cannot be reached, as its jump host stranger cannot: it lets none of your keys in (no-such-user@127.0.0.1: Permission denied")
        .hasMessageContaining("--jump user@stranger");
    fails(Reason.HOST_UNREACHABLE, "target", "target", "closed")
        .hasMessageStartingWith(
            "target cannot be reached, as its jump host closed cannot: no ssh listens there (");
    fails(Reason.HOST_UNREACHABLE, "target", "closed", "target")
        .hasMessageStartingWith(
            "target cannot be reached, as its jump host closed cannot: no ssh listens there (");
    fails(Reason.HOST_UNREACHABLE, "closed-target", "target")
        .hasMessageStartingWith("closed-target cannot be reached: no ssh listens there (");
  }

  @Test
  void aJumpHostThatLetsNothingThrough_isNamed() throws IOException {
    try (var strict =
        TestSshd.start(
            directory.resolve("sshd2"),
            Map.of("PATH", "/usr/bin:/bin"),
            List.of("AllowTcpForwarding no"))) {
      Files.copy(
          strict.file("ssh_config"), sshd.file("ssh_config"), StandardCopyOption.REPLACE_EXISTING);
      fails(Reason.HOST_UNREACHABLE, "target", "target")
          .hasMessageStartingWith(
              "target cannot be reached, as its jump host target cannot: it lets no connections through (")
          .hasMessageContaining("AllowTcpForwarding");
    }
  }

  @Test
  void aProxyCommandThatFails_isNamedWithWhatItSaid() {
    var typed = "or see what it says: ssh -F %s ".formatted(sshd.file("ssh_config"));
    fails(Reason.HOST_UNREACHABLE, "no-program")
        .hasMessageContainingAll(
            "what the configuration of ssh runs to get to it failed (ProxyCommand no-such-program-of-arda",
            "not found. Correct that",
            typed + "no-program");
    fails(Reason.HOST_UNREACHABLE, "target", "no-program")
        .hasMessageContainingAll("to get to no-program failed", typed + "no-program");
    fails(Reason.HOST_AUTHENTICATION_FAILED, "by-command")
        .hasMessageContainingAll(
            "(ProxyCommand ssh -F ", "no-such-user@127.0.0.1: Permission denied");
  }

  @Test
  void aCommandOfTheConfiguration_doesNotStandAgainstThoseOfArda() throws Exception {
    try (var connection = connect(false, "busy")) {
      assertThat(connection.run(RemoteScript.of("echo ok", LIMIT)).outputText()).isEqualTo("ok\n");
      assertThat(connection.nixEnvironment().get("NIX_SSHOPTS"))
          .contains("-o RequestTTY=no -o RemoteCommand=none");
    }
    var settings = SshSettings.of(context, false, List.of());
    var target = SshTarget.parse("busy");
    var words = ssh.interactive(target, settings, List.of("exit 7"));
    var person = new ProcessBuilder(words).directory(directory.toFile()).start();
    person.getOutputStream().close();
    assertThat(person.waitFor()).isEqualTo(7);
    // Who logs in has what was configured for that.
    assertThat(ssh.interactive(target, settings, List.of())).doesNotContain("RemoteCommand=none");
  }

  @Test
  void whatNixIsTold_leavesOutWholeOptionsThatItWouldCut() {
    var settings =
        new SshSettings(false, List.of(), Optional.of("/a b/config"), Duration.ofSeconds(1));
    try (var connection = ssh.alone(context, SshTarget.parse("target"), settings)) {
      assertThat(connection.nixEnvironment().get("NIX_SSHOPTS")).startsWith("-o BatchMode=yes");
    }
  }
}
