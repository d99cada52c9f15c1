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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An {@code sshd} on a free port of loopback, with keys and a configuration of its own, that lets
 * in the user who runs the test, and a configuration for {@code ssh} that knows it as {@code
 * target}. Its sessions have only the variables that the test gives it. It can stand for several
 * machines, each with a name and variables of its own.
 */
public final class TestSshd implements AutoCloseable {

  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/sbin/sshd"),
          Path.of("/usr/bin/sshd"),
          Path.of("/run/current-system/sw/bin/sshd"));

  private final Path directory;
  private final Map<String, Machine> machines;
  private final List<String> settings;
  private final int port;
  private Optional<Process> process = Optional.empty();

  /**
   * A machine.
   *
   * @param variables of its sessions
   * @param wrapper shell words before each command of a session, for example {@code nice}; empty:
   *     none
   */
  public record Machine(Map<String, String> variables, String wrapper) {}

  private TestSshd(Path directory, Map<String, Machine> machines, List<String> settings) {
    this.directory = directory;
    this.machines = machines;
    this.settings = settings;
    this.port = freePort();
  }

  /**
   * Starts one.
   *
   * @param directory is created; only the user may write to it and its parents
   * @param variables of its sessions
   */
  public static TestSshd start(Path directory, Map<String, String> variables) {
    return startAll(directory, Map.of("target", new Machine(variables, "")));
  }

  /**
   * Starts one whose sessions run a program, with what they were to run in {@code
   * SSH_ORIGINAL_COMMAND}, and as its arguments.
   *
   * @param directory is created; only the user may write to it and its parents
   * @param variables of its sessions
   * @param forced the program
   */
  public static TestSshd start(
      Path directory, Map<String, String> variables, Optional<Path> forced) {
    return startAll(
        directory,
        Map.of(
            "target",
            new Machine(
                variables,
                forced
                    .map(program ->
                        "SSH_ORIGINAL_COMMAND=\"$SSH_ORIGINAL_COMMAND\" '%s'".formatted(program))
                    .orElse(""))));
  }

  /**
   * Starts one that stands for several machines.
   *
   * @param directory as for {@link #start}
   * @param machines by their names for {@code ssh}
   */
  public static TestSshd startAll(Path directory, Map<String, Machine> machines) {
    return startAll(directory, machines, List.of());
  }

  /**
   * Starts one with lines of its own in the configuration of {@code sshd}.
   *
   * @param directory as for {@link #start}
   * @param variables of its sessions
   * @param settings the lines
   */
  public static TestSshd start(
      Path directory, Map<String, String> variables, List<String> settings) {
    return startAll(directory, Map.of("target", new Machine(variables, "")), settings);
  }

  private static TestSshd startAll(
      Path directory, Map<String, Machine> machines, List<String> settings) {
    try {
      Files.createDirectories(directory);
      var sshd = new TestSshd(directory, new TreeMap<>(machines), settings);
      sshd.prepare();
      sshd.start();
      return sshd;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void prepare() throws IOException {
    for (var key : List.of("host", "host2", "user", "stranger")) {
      run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", file(key).toString());
    }
    Files.copy(file("user.pub"), file("authorized_keys"));
    // A connection that names none, because it knows only the port, is to the first.
    Files.writeString(file("as-"), script(machines.values().iterator().next()));
    for (var machine : machines.entrySet()) {
      Files.writeString(file("as-" + machine.getKey()), script(machine.getValue()));
    }
    // The usual exchange of keys takes a tenth of a second of a processor, for each connection. A
    // bash that sshd starts reads the .bashrc of who runs the test, unless another shell is around.
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
        KexAlgorithms curve25519-sha256
        AcceptEnv MACHINE
        SetEnv SHLVL=1
        ForceCommand . %s$MACHINE
        %s
        """
            .formatted(
                port,
                file("host"),
                file("authorized_keys"),
                file("as-"),
                String.join("\n", settings)));
    know(file("host.pub"));
    writeConfig("user");
  }

  /** What a session of a machine does. */
  private static String script(Machine machine) {
    var result = new StringBuilder("exec env -i");
    machine
        .variables()
        .forEach((name, value) ->
            result.append(" '%s'".formatted((name + "=" + value).replace("'", "'\\''"))));
    return result
        .append(" %s /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"\n".formatted(machine.wrapper()))
        .toString();
  }

  /** Lets {@code ssh} know this key, and no other, as that of the machines. */
  public void know(Path publicKey) {
    write("known_hosts", "[127.0.0.1]:%d %s".formatted(port, read(publicKey)));
  }

  /** Lets {@code ssh} know no key. */
  public void knowNothing() {
    write("known_hosts", "");
  }

  /** Has {@code ssh} use another key: {@code user} is let in, {@code stranger} is not. */
  public void writeConfig(String key) {
    var hosts = new StringBuilder();
    for (var name : machines.keySet()) {
      hosts.append(
          "Host %s\n  HostName 127.0.0.1\n  Port %d\n  SetEnv MACHINE=%s\n"
              .formatted(name, port, name));
    }
    write(
        "ssh_config",
        """
        %s
        Host *
          User %s
          IdentityFile %s
          IdentitiesOnly yes
          IdentityAgent none
          UserKnownHostsFile %s
          GlobalKnownHostsFile /dev/null
        """
            .formatted(hosts, System.getProperty("user.name"), file(key), file("known_hosts")));
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
        LockSupport.parkNanos(5_000_000);
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
