package dev.arda.nix.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a real sshd. */
class SshTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final SshTarget TARGET = SshTarget.parse("target");

  @TempDir private Path directory;
  private final SystemProcessRunner runner = SystemProcessRunner.create();
  private TestSshd sshd;
  private Ssh ssh;
  private CallContext context;

  @BeforeEach
  void start() {
    sshd =
        TestSshd.start(
            directory.resolve("sshd"),
            Map.of("GREETING", "hello \"there\"", "PATH", "/usr/bin:/bin"));
    ssh = new Ssh(runner, directory.resolve("c"));
    context =
        new CallContext(directory, Optional.empty(), NixOptions.NONE, sshd.clientEnvironment());
  }

  @AfterEach
  void stop() {
    sshd.close();
    runner.close();
  }

  private SshSettings settings() {
    return SshSettings.of(context, false, List.of());
  }

  @Test
  void run_hasItsOutputItsArgumentsAndItsExitCode() {
    var hostile =
        List.of("a b", "'", "\"", "$HOME", "`id`", "\\", "", "-n", "é", "x'\\''y", "#", "*");
    try (var connection = ssh.connect(context, TARGET, settings())) {
      var result =
          connection.run(
              new RemoteScript(
                  "printf '%s\\n' \"$GREETING\" \"$@\"; echo oops >&2; exit 7",
                  hostile, List.of(), LIMIT));
      assertThat(result.outputText().lines().skip(1)).isEqualTo(hostile);
      assertThat(result.outputText().lines().findFirst()).hasValue("hello \"there\"");
      assertThat(result.errorTail().strip()).isEqualTo("oops");
      assertThat(result.exitCode()).isEqualTo(7);
    }
  }

  @Test
  void run_aScriptThatReadsItsInputDoesNotEatItself() {
    try (var connection = ssh.connect(context, TARGET, settings())) {
      assertThat(connection.run(RemoteScript.of("cat; echo end", LIMIT)).outputText())
          .isEqualTo("end\n");
    }
  }

  @Test
  void run_asSomebodyElse_putsTheProgramBefore() {
    try (var connection = ssh.connect(context, TARGET, settings())) {
      var script = RemoteScript.of("echo \"$X\"", LIMIT).with(Elevation.by("env", "X=a b"));
      assertThat(connection.run(script).outputText()).isEqualTo("a b\n");
    }
  }

  @Test
  void connect_thoseOpenAtTheSameTime_shareOneLogin() {
    try (var one = ssh.connect(context, TARGET, settings());
        var two = ssh.connect(context, TARGET, settings())) {
      for (int i = 0; i < 3; i++) {
        assertThat(one.run(RemoteScript.of("true", LIMIT)).succeeded()).isTrue();
        assertThat(two.run(RemoteScript.of("true", LIMIT)).succeeded()).isTrue();
      }
      assertThat(sshd.logins()).isEqualTo(1);
      try (var alone = ssh.alone(context, TARGET, settings())) {
        assertThat(alone.run(RemoteScript.of("true", LIMIT)).succeeded()).isTrue();
      }
      assertThat(sshd.logins()).isEqualTo(2);
    }
    assertThat(directory.resolve("c")).isEmptyDirectory();
  }

  @Test
  void connect_otherPortsAndJumpHosts() {
    var text = "127.0.0.1:" + sshd.port();
    try (var connection = ssh.connect(context, SshTarget.parse(text), settings())) {
      assertThat(connection.name()).isEqualTo(text);
      assertThat(connection.run(RemoteScript.of("echo ok", LIMIT)).outputText()).isEqualTo("ok\n");
    }
    // The jump host's own ssh reads the same file only if it is told by -F, which -J passes on.
    try (var connection =
        ssh.connect(
            context, SshTarget.parse(text), SshSettings.of(context, false, List.of("target")))) {
      assertThat(connection.run(RemoteScript.of("echo ok", LIMIT)).outputText()).isEqualTo("ok\n");
    }
  }

  @Test
  void connect_anUnknownKey_isAcceptedOnlyWhenThatIsWished() {
    sshd.knowNothing();
    fails(Reason.HOST_KEY_REJECTED, () -> ssh.connect(context, TARGET, settings()));
    assertThatThrownBy(() -> ssh.connect(context, TARGET, settings()))
        .hasMessageContainingAll(
            "key is known for [127.0.0.1]:" + sshd.port(),
            "before it asks whether to add it: ssh -F %s %s. Or pass --accept-new-host-key."
                .formatted(sshd.file("ssh_config"), TARGET));
    try (var connection = ssh.connect(context, TARGET, SshSettings.of(context, true, List.of()))) {
      assertThat(connection.run(RemoteScript.of("true", LIMIT)).succeeded()).isTrue();
    }
    ssh.connect(context, TARGET, settings()).close();
  }

  @Test
  void connect_anotherKeyThanBefore_isNeverAccepted() {
    sshd.know(sshd.file("host2.pub"));
    for (var accept : List.of(true, false)) {
      fails(
          Reason.HOST_KEY_REJECTED,
          () -> ssh.connect(context, TARGET, SshSettings.of(context, accept, List.of())));
    }
    var known = sshd.file("known_hosts");
    assertThatThrownBy(() -> ssh.connect(context, TARGET, settings()))
        .hasMessageMatching(
            ".* another key than before, SHA256:\\S+ \\(ED25519\\): another machine.*")
        .hasMessageEndingWith(
            "The old key is in %s:1; if the new one is right, remove the old one: ssh-keygen -f %s -R '[127.0.0.1]:%d'",
            known, known, sshd.port());
  }

  @Test
  void connect_aKeyThatIsNotLetIn() {
    sshd.writeConfig("stranger");
    fails(Reason.HOST_AUTHENTICATION_FAILED, () -> ssh.connect(context, TARGET, settings()));
  }

  @Test
  void connect_nobodyThere() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
      var silent =
          new SshSettings(false, List.of(), settings().configFile(), Duration.ofSeconds(1));
      // It listens, and never says a word.
      fails(
          Reason.HOST_TIMEOUT,
          () -> ssh.connect(context, SshTarget.parse("127.0.0.1:" + port), silent));
    }
    fails(
        Reason.HOST_UNREACHABLE,
        () -> ssh.connect(context, SshTarget.parse("127.0.0.1:" + port), settings()));
    fails(
        Reason.HOST_UNREACHABLE,
        () -> ssh.connect(context, SshTarget.parse("no-such-host.invalid"), settings()));
    assertThatThrownBy(
            () -> ssh.connect(context, SshTarget.parse("no-such-host.invalid"), settings()))
        .hasMessageContainingAll("--target-host", "--build-host");
    assertThatThrownBy(() ->
            ssh.connect(
                context, TARGET, SshSettings.of(context, false, List.of("no-such-jump.invalid"))))
        .hasMessageStartingWith(
            "%s cannot be reached: there is no address for no-such-jump.invalid, which is on the way to it (ssh: Could not resolve hostname no-such-jump.invalid",
            TARGET);
  }

  @Test
  void run_theConnectionBreaks_saysSoAndTheNextOneIsNew() throws Exception {
    try (var connection = ssh.connect(context, TARGET, settings())) {
      var begun = new CountDownLatch(1);
      var failure =
          CompletableFuture.supplyAsync(() -> {
            try {
              connection.run(
                  RemoteScript.of("echo begun; sleep 60", Duration.ofSeconds(60)),
                  new OutputListener() {
                    @Override
                    public void standardOutput(String line) {
                      begun.countDown();
                    }
                  });
              return "no failure";
            } catch (SystemException e) {
              return e.reason().toString();
            }
          });
      begun.await();
      sshd.cut();
      assertThat(failure.get()).isEqualTo("HOST_CONNECTION_LOST");
      assertThat(connection.run(RemoteScript.of("echo again", LIMIT)).outputText())
          .isEqualTo("again\n");
    }
  }

  @Test
  void run_takesLongerThanItMay() {
    var patient =
        new SshSettings(false, List.of(), settings().configFile(), Duration.ofSeconds(30));
    try (var connection = ssh.connect(context, TARGET, patient)) {
      fails(
          Reason.COMMAND_TIMEOUT,
          () -> connection.run(RemoteScript.of("sleep 60", Duration.ofSeconds(-33))));
      assertThat(connection.run(RemoteScript.of("true", LIMIT)).succeeded()).isTrue();
    }
  }

  @Test
  void interactive_leavesTheRestToTheUser() {
    assertThat(
            ssh.interactive(SshTarget.parse("a@b:7"), settings(), List.of("echo", "it's", "a b")))
        .containsExactly(
            "ssh",
            "-F",
            sshd.file("ssh_config").toString(),
            "-o",
            "ForwardAgent=no",
            "-o",
            "RemoteCommand=none",
            "-p",
            "7",
            "-l",
            "a",
            "--",
            "b",
            "'echo' 'it'\"'\"'s' 'a b'");
  }

  @Test
  void interactive_aSingleWord_isACommandLineForTheShellThere() {
    assertThat(ssh.interactive(TARGET, settings(), List.of("cd /etc; exit 9")))
        .endsWith("cd /etc; exit 9");
  }

  @Test
  void theAgent_isForwardedOnlyWhenThatIsWished() throws Exception {
    var socket = directory.resolve("agent");
    var agent =
        new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("agent.out").toFile())
            .start();
    // The name of the socket on the machine is the session's, not the test's.
    try (var machine =
        TestSshd.startAll(
            directory.resolve("sshd2"),
            Map.of(
                "target",
                new TestSshd.Machine(
                    Map.of("PATH", "/usr/bin:/bin"), "SSH_AUTH_SOCK=\"$SSH_AUTH_SOCK\"")))) {
      while (!Files.exists(socket) && agent.isAlive()) {
        LockSupport.parkNanos(5_000_000);
      }
      var variables = new HashMap<>(machine.clientEnvironment());
      variables.put("SSH_AUTH_SOCK", socket.toString());
      var config = machine.file("ssh_config");
      // With "none" ssh has no agent to forward.
      Files.writeString(
          config, Files.readString(config).replace("IdentityAgent none", "AddKeysToAgent yes"));
      var caller = new CallContext(directory, Optional.empty(), NixOptions.NONE, variables);
      var kept = SshSettings.of(caller, false, List.of());
      var ask = RemoteScript.of("[ -z \"$SSH_AUTH_SOCK\" ] && echo none || ssh-add -l", LIMIT);
      try (var connection = ssh.connect(caller, TARGET, kept)) {
        assertThat(connection.run(ask).outputText()).isEqualTo("none\n");
        assertThat(connection.nixEnvironment().get("NIX_SSHOPTS")).contains("-o ForwardAgent=no");
      }
      // Also while another connection is open that must not have it.
      try (var _ = ssh.connect(caller, TARGET, kept);
          var connection = ssh.connect(caller, TARGET, kept.forwardingAgent(true))) {
        assertThat(connection.run(ask).outputText()).contains("(ED25519)");
        assertThat(connection.nixEnvironment().get("NIX_SSHOPTS")).contains("-o ForwardAgent=yes");
      }
      try (var alone = ssh.alone(caller, TARGET, kept.forwardingAgent(true))) {
        assertThat(alone.run(ask).outputText()).contains("(ED25519)");
      }
      assertThat(ssh.interactive(TARGET, kept.forwardingAgent(true), List.of()))
          .contains("ForwardAgent=yes")
          .doesNotContain("ForwardAgent=no");
    } finally {
      agent.destroyForcibly().waitFor();
    }
  }

  @Test
  void local_runsTheSameScriptsHere() throws IOException {
    var shell = new LocalShell(runner, context);
    var file = Files.writeString(directory.resolve("a b"), "text");
    assertThat(
            shell.run(RemoteScript.of("cat \"$1\"; exit 3", LIMIT, file.toString())).outputText())
        .isEqualTo("text");
  }

  private static void fails(Reason reason, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            NixException.class, e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }
}
