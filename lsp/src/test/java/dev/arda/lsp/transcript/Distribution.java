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

  public final Path root;
  public final Path flake;
  private final Map<String, String> environment = new TreeMap<>();

  public Distribution() {
    try {
      // Short, since the path of a Unix socket holds a hundred bytes.
      root = Files.createTempDirectory(Path.of("/tmp"), "arda").toRealPath();
      flake = Files.createDirectory(root.resolve("flake"));
      environment.put("PATH", nixDirectory() + System.getenv("PATH"));
      environment.put("LANG", "C.UTF-8");
      for (var name :
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

  /** The directory of the last Nix to test with, which is the one that stays warm. */
  private static String nixDirectory() {
    var listed = System.getenv().getOrDefault("ARDA_TEST_NIX", "");
    var last = Path.of(listed.substring(listed.lastIndexOf(':') + 1));
    return listed.isEmpty() ? "" : last.getParent() + ":";
  }

  /** The program. */
  public Path arda() {
    return HOME.resolve("bin/arda");
  }

  /** Starts a program in the flake, with everything around it as arda's. */
  public Process start(List<String> command) {
    var builder = new ProcessBuilder(command).directory(flake.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code arda} to its end; what it printed to standard output. */
  public String run(List<String> arguments) {
    var command = new ArrayList<>(List.of(arda().toString()));
    command.addAll(arguments);
    return output(start(command));
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

  /** Writes a file of the flake. */
  public void write(String file, String text) {
    try {
      Files.writeString(flake.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    var _ = run(List.of("daemon", "stop"));
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
