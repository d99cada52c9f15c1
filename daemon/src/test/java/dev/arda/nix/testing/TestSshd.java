package dev.arda.nix.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An {@code sshd} on a free port of loopback, with keys and a configuration of its own, that lets
 * in the user who runs the test, and a configuration for {@code ssh} that knows it as {@code
 * target}. Its sessions have only the variables that the test gives it.
 */
public final class TestSshd implements AutoCloseable {

  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/sbin/sshd"),
          Path.of("/usr/bin/sshd"),
          Path.of("/run/current-system/sw/bin/sshd"));

  private final Path directory;
  private final int port;
  private Optional<Process> process = Optional.empty();

  private TestSshd(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /**
   * Starts one.
   *
   * @param directory is created; only the user may write to it and its parents
   * @param variables of its sessions
   */
  public static TestSshd start(Path directory, Map<String, String> variables) {
    return start(directory, variables, Optional.empty());
  }

  /**
   * Starts one whose sessions run a program, with what they were to run in {@code
   * SSH_ORIGINAL_COMMAND}.
   *
   * @param directory is created; only the user may write to it and its parents
   * @param variables of its sessions
   * @param forced the program
   */
  public static TestSshd start(
      Path directory, Map<String, String> variables, Optional<Path> forced) {
    try {
      Files.createDirectories(directory);
      var sshd = new TestSshd(directory, freePort());
      sshd.prepare(variables, forced);
      sshd.start();
      return sshd;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void prepare(Map<String, String> variables, Optional<Path> forced) throws IOException {
    for (var key : List.of("host", "host2", "user", "stranger")) {
      run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", file(key).toString());
    }
    Files.copy(file("user.pub"), file("authorized_keys"));
    var set = new StringBuilder();
    variables.forEach((name, value) ->
        set.append(
            " \"%s=%s\"".formatted(name, value.replace("\\", "\\\\").replace("\"", "\\\""))));
    Files.writeString(
        file("sshd_config"),
        """
        ListenAddress 127.0.0.1
        Port %d
        HostKey %s
        PidFile none
        AuthorizedKeysFile %s
        StrictModes no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        UsePAM no
        UseDNS no
        PermitRootLogin yes
        PermitUserEnvironment no
        MaxStartups 100
        MaxSessions 100
        LogLevel VERBOSE
        %s
        %s
        """
            .formatted(
                port,
                file("host"),
                file("authorized_keys"),
                variables.isEmpty() ? "" : "SetEnv" + set,
                forced.map(program -> "ForceCommand " + program).orElse("")));
    know(file("host.pub"));
    writeConfig("user");
  }

  /** Lets {@code ssh} know this key, and no other, as that of the machine. */
  public void know(Path publicKey) {
    write("known_hosts", "[127.0.0.1]:%d %s".formatted(port, read(publicKey)));
  }

  /** Lets {@code ssh} know no key. */
  public void knowNothing() {
    write("known_hosts", "");
  }

  /** Has {@code ssh} use another key: {@code user} is let in, {@code stranger} is not. */
  public void writeConfig(String key) {
    write(
        "ssh_config",
        """
        Host target*
          HostName 127.0.0.1
          Port %d
        Host *
          User %s
          IdentityFile %s
          IdentitiesOnly yes
          IdentityAgent none
          UserKnownHostsFile %s
          GlobalKnownHostsFile /dev/null
        """
            .formatted(port, System.getProperty("user.name"), file(key), file("known_hosts")));
  }

  private void start() throws IOException {
    var program =
        PROGRAMS.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("no sshd on this machine; run scripts/setup.sh"));
    if (System.getProperty("user.name").equals("root")) {
      // Where it locks itself up; only root's does.
      Files.createDirectories(Path.of("/run/sshd"));
    }
    process =
        Optional.of(
            new ProcessBuilder(
                    program.toString(),
                    "-D",
                    "-E",
                    file("sshd.log").toString(),
                    "-f",
                    file("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(file("sshd.out").toFile())
                .start());
    awaitPort();
  }

  /** Until it listens; a refused connection costs nothing, so this asks again at once. */
  private void awaitPort() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end || process.filter(Process::isAlive).isEmpty()) {
          throw new IllegalStateException(
              "sshd does not listen: " + read(file("sshd.out")) + read(file("sshd.log")), e);
        }
        Thread.onSpinWait();
      }
    }
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** A file of its directory, for example {@code host.pub} or {@code sshd.log}. */
  public Path file(String name) {
    return directory.resolve(name);
  }

  /** Variables with which {@code ssh} finds it. */
  public Map<String, String> clientEnvironment() {
    var result = new LinkedHashMap<String, String>();
    result.put("ARDA_SSH_CONFIG", file("ssh_config").toString());
    result.put("PATH", System.getenv("PATH"));
    result.put("HOME", directory.toString());
    return result;
  }

  /** How often somebody was let in. */
  public long logins() {
    return read(file("sshd.log"))
        .lines()
        .filter(line -> line.contains("Accepted publickey"))
        .count();
  }

  /** Cuts all its connections, as a broken network does; new ones are accepted. */
  public void cut() {
    process.ifPresent(sshd ->
        sshd.descendants()
            .filter(child ->
                child.info().commandLine().filter(line -> line.startsWith("sshd")).isPresent()
                    || child.info().command().filter(line -> line.endsWith("/sshd")).isPresent())
            .forEach(ProcessHandle::destroyForcibly));
  }

  private void run(String... command) throws IOException {
    var started = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said =
        new String(
            started.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    try {
      if (started.waitFor() != 0) {
        throw new IllegalStateException(Arrays.toString(command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String name, String text) {
    try {
      Files.writeString(file(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it, with all its sessions. */
  @Override
  public void close() {
    process.ifPresent(sshd -> {
      var all = sshd.descendants().toList();
      sshd.destroyForcibly();
      all.forEach(ProcessHandle::destroyForcibly);
      try {
        sshd.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    process = Optional.empty();
  }
}
