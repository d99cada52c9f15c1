package dev.arda.client.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The distribution with directories of its own: a user's home, runtime and state directories, a Nix
 * store, and a copy of the example fleet. Ends its daemon when it is closed.
 */
final class ArdaFixture implements AutoCloseable {

  private static final Path ARDA =
      Path.of(System.getProperty("arda.distribution", "../target/arda"))
          .toAbsolutePath()
          .normalize()
          .resolve("bin/arda");

  private static final Pattern PID = Pattern.compile("\"pid\":\\s*\"?(\\d+)");

  /** What a run printed and how it ended. */
  record Run(int exitCode, String out, String err) {}

  final Path root;
  final Path fleet;
  private final Map<String, String> environment = new TreeMap<>();

  ArdaFixture() {
    try {
      // Short, since the path of a Unix socket holds a hundred bytes.
      root = Files.createTempDirectory(Path.of("/tmp"), "arda").toRealPath();
      fleet = root.resolve("fleet");
      copy(Path.of("../examples/fleet").toAbsolutePath().normalize(), fleet);
      environment.put("PATH", nixDirectory() + ":" + System.getenv("PATH"));
      environment.put("LANG", "C.UTF-8");
      for (String name :
          List.of(
              "HOME",
              "XDG_RUNTIME_DIR",
              "XDG_STATE_HOME",
              "XDG_CACHE_HOME",
              "XDG_CONFIG_HOME",
              "NIX_STORE_DIR",
              "NIX_STATE_DIR",
              "NIX_LOG_DIR",
              "NIX_CONF_DIR")) {
        Path directory =
            Files.createDirectory(root.resolve(name.toLowerCase(java.util.Locale.ROOT)));
        environment.put(name, directory.toString());
      }
      environment.put("NIX_REMOTE", "");
      environment.put(
          "NIX_CONFIG",
          "sandbox = false\nsubstituters =\nbuild-users-group =\nexperimental-features = nix-command flakes\n");
      environment.put("ARDA_JAVA_HOME", System.getProperty("java.home"));
      environment.put("ARDA_IDLE_TIMEOUT", "10m");
      environment.put("ARDA_TRAINING", "off");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directory of the first Nix to test with. */
  private static String nixDirectory() {
    String listed = System.getenv().getOrDefault("ARDA_TEST_NIX", "");
    if (!listed.isEmpty()) {
      Path parent = Path.of(listed.replaceFirst(":.*", "")).getParent();
      return parent == null ? "/usr/bin" : parent.toString();
    }
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .filter(directory -> Files.isExecutable(Path.of(directory, "nix")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no nix on the PATH; run scripts/setup.sh"));
  }

  /** With one more variable. */
  ArdaFixture with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** The value of a variable. */
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  /** Starts {@code arda} in the fleet. */
  Process start(String... arguments) {
    return start(fleet, arguments);
  }

  /** Starts {@code arda} in a directory, without input. */
  Process start(Path directory, String... arguments) {
    var command = new ArrayList<>(List.of(ARDA.toString()));
    command.addAll(List.of(arguments));
    return program(directory, command);
  }

  /** Starts a program in a directory, without input, with everything around it like arda's. */
  Process program(Path directory, List<String> command) {
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.redirectInput(Path.of("/dev/null").toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code arda} in the fleet to its end. */
  Run run(String... arguments) {
    return end(start(arguments));
  }

  /** Runs {@code arda} in a directory to its end. */
  Run runIn(Path directory, String... arguments) {
    return end(start(directory, arguments));
  }

  /** Waits for a process and takes what it printed. */
  static Run end(Process process) {
    var out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
    var err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
    try {
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("arda did not end within three minutes: " + err.join());
      }
      return new Run(process.exitValue(), out.join(), err.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(java.io.InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process of the daemon. */
  ProcessHandle daemon() {
    Run status = run("daemon", "status", "--json");
    var matcher = PID.matcher(status.out());
    if (!matcher.find()) {
      throw new AssertionError("no daemon: " + status);
    }
    return ProcessHandle.of(Long.parseLong(matcher.group(1))).orElseThrow();
  }

  /** Processes whose command line mentions this fixture. */
  List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> commandLine(process).contains(root.toString()))
        .toList();
  }

  /** The command line of a process; empty if there is none any more. */
  static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  @Override
  public void close() {
    run("daemon", "stop");
    try {
      Process remove =
          new ProcessBuilder(
                  "sh", "-c", "chmod -R u+w \"$1\" && rm -rf \"$1\"", "sh", root.toString())
              .start();
      remove.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
