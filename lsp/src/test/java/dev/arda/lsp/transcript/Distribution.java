package dev.arda.lsp.transcript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The distribution, with a user's directories, a daemon and a Nix store of its own. */
public final class Distribution implements AutoCloseable {

  private static final Path HOME =
      Path.of(System.getProperty("arda.distribution", "../target/arda"))
          .toAbsolutePath()
          .normalize();

  private final Path root;
  private final Map<String, String> environment = new TreeMap<>();

  public Distribution() {
    try {
      // Short, since the path of a Unix socket holds a hundred bytes.
      root = Files.createTempDirectory(Path.of("/tmp"), "arda").toRealPath();
      Files.createDirectory(root.resolve("flakes"));
      environment.put("PATH", nixDirectory() + System.getenv("PATH"));
      environment.put("LANG", "C.UTF-8");
      for (var name :
          List.of(
              "HOME",
              "XDG_RUNTIME_DIR",
              "XDG_STATE_HOME",
              "XDG_CACHE_HOME",
              "XDG_CONFIG_HOME",
              "TMPDIR",
              "NIX_STORE_DIR",
              "NIX_STATE_DIR",
              "NIX_LOG_DIR",
              "NIX_CONF_DIR")) {
        environment.put(
            name, Files.createDirectory(root.resolve(name.toLowerCase(Locale.ROOT))).toString());
      }
      environment.put("NIX_REMOTE", "");
      environment.put(
          "NIX_CONFIG",
          """
          sandbox = false
          substituters =
          build-users-group =
          experimental-features = nix-command flakes
          """);
      environment.put("ARDA_JAVA_HOME", System.getProperty("java.home"));
      environment.put("ARDA_IDLE_TIMEOUT", "10m");
      environment.put("ARDA_TRAINING", "off");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last Nix to test with, which is the one that stays warm. */
  public static String nix() {
    var listed = System.getenv().getOrDefault("ARDA_TEST_NIX", "");
    return listed.isEmpty() ? "nix" : listed.substring(listed.lastIndexOf(':') + 1);
  }

  /** The directory of that Nix, to go before a {@code PATH}; empty: it is on that. */
  private static String nixDirectory() {
    var directory = Path.of(nix()).getParent();
    return directory == null ? "" : directory + ":";
  }

  /** The program. */
  public Path arda() {
    return HOME.resolve("bin/arda");
  }

  /** A new directory for a flake. */
  public Path flake(String name) {
    try {
      return Files.createDirectory(root.resolve("flakes").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A directory for sockets that nobody uses yet. */
  public Path noDaemon() {
    try {
      return Files.createTempDirectory(root, "none");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a program in a directory, with everything around it as arda's. */
  public Process start(Path directory, List<String> command) {
    return start(directory, Map.of(), command);
  }

  /** The same with other variables. */
  public Process start(Path directory, Map<String, String> variables, List<String> command) {
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().putAll(variables);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code arda} to its end; what it printed to standard output. */
  public String run(Path directory, List<String> arguments) {
    var command = new ArrayList<>(List.of(arda().toString()));
    command.addAll(arguments);
    return output(start(directory, command));
  }

  /** The language server, for an editor that has no file open yet. */
  public Process server(Map<String, String> variables) {
    return start(root, variables, List.of(arda().toString(), "lsp"));
  }

  /** Waits for the end of a process; what it printed. */
  public static String output(Process process) {
    try {
      process.getOutputStream().close();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("did not end within two minutes: " + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    var _ = run(root, List.of("daemon", "stop"));
    try {
      var _ =
          new ProcessBuilder(
                  "sh", "-c", "chmod -R u+w \"$1\" && rm -rf \"$1\"", "sh", root.toString())
              .start()
              .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
