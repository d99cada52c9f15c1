package dev.arda.nix.testing;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Nix with a store, a state and a home of its own below a temporary directory. It never touches
 * {@code /nix} and never asks the network.
 */
public final class NixSandbox implements AutoCloseable {

  private final Path root;
  private final Path nix;

  private NixSandbox(Path root, Path nix) {
    this.root = root;
    this.nix = nix;
  }

  /**
   * The Nix programs to test with: those that {@code ARDA_TEST_NIX} lists, separated by colons,
   * else the one on the PATH.
   *
   * @throws IllegalStateException if there is none: a test without Nix is no test
   */
  public static List<Path> programs() {
    String listed = System.getenv().getOrDefault("ARDA_TEST_NIX", "");
    if (!listed.isEmpty()) {
      return Arrays.stream(listed.split(":")).map(Path::of).toList();
    }
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(directory -> Path.of(directory, "nix"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(List::of)
        .orElseThrow(() -> new IllegalStateException("no nix on the PATH; run scripts/setup.sh"));
  }

  /** A new sandbox for a Nix program. */
  public static NixSandbox create(Path nix) {
    try {
      // Newer Nix builds nothing below a directory that others may write to, such as /tmp.
      Path parent =
          Files.createDirectories(Path.of(System.getProperty("user.home"), ".cache", "arda-tests"));
      return create(nix, Files.createTempDirectory(parent, "nix").toRealPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A new sandbox that other users can read, if the test may make one: root may. Else like {@link
   * #create(Path)}.
   */
  public static NixSandbox createReadable(Path nix) {
    if (!System.getProperty("user.name").equals("root")) {
      return create(nix);
    }
    try {
      Path parent = Files.createDirectories(Path.of("/var/lib/arda-tests"));
      Path root = Files.createTempDirectory(parent, "nix").toRealPath();
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
      return create(nix, root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NixSandbox create(Path nix, Path root) {
    try {
      for (String name : List.of("store", "state", "log", "conf", "home", "cache", "work")) {
        Files.createDirectory(root.resolve(name));
      }
      return new NixSandbox(root, nix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The Nix program. */
  public Path nix() {
    return nix;
  }

  /** A directory for flakes. */
  public Path work() {
    return root.resolve("work");
  }

  /** The store. */
  public Path store() {
    return root.resolve("store");
  }

  /** The environment that puts Nix into the sandbox. */
  public Map<String, String> environment() {
    var environment = new LinkedHashMap<String, String>();
    environment.put("PATH", nix.getParent() + ":" + System.getenv("PATH"));
    environment.put("HOME", root.resolve("home").toString());
    environment.put("NIX_STORE_DIR", store().toString());
    environment.put("NIX_STATE_DIR", root.resolve("state").toString());
    environment.put("NIX_LOG_DIR", root.resolve("log").toString());
    environment.put("NIX_CONF_DIR", root.resolve("conf").toString());
    environment.put("NIX_REMOTE", "");
    environment.put("XDG_CACHE_HOME", root.resolve("cache").toString());
    environment.put("XDG_STATE_HOME", root.resolve("home/state").toString());
    environment.put(
        "NIX_CONFIG",
        """
        sandbox = false
        substituters =
        build-users-group =
        experimental-features = nix-command flakes
        """);
    return environment;
  }

  /** A caller in a directory of the sandbox. */
  public CallContext context(Path cwd, NixOptions options) {
    return new CallContext(cwd, Optional.of(nix), options, environment());
  }

  /** A caller in a directory of the sandbox, without options. */
  public CallContext context(Path cwd) {
    return context(cwd, NixOptions.NONE);
  }

  /** Lets the git of Nix clone submodules from this machine, which it refuses by itself. */
  public void allowSubmodulesOfFiles() {
    try {
      Files.writeString(
          Files.createDirectories(root.resolve("home")).resolve(".gitconfig"),
          "[protocol \"file\"]\n  allow = always\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file below {@link #work()}, with its directories. */
  public Path write(String name, String content) {
    try {
      Path file = work().resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a program in the sandbox and returns what it prints.
   *
   * @throws IllegalStateException if it fails
   */
  public String run(Path cwd, String... command) {
    var builder = new ProcessBuilder(command).directory(cwd.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_AUTHOR_NAME", "t");
    builder.environment().put("GIT_AUTHOR_EMAIL", "t@localhost");
    builder.environment().put("GIT_COMMITTER_NAME", "t");
    builder.environment().put("GIT_COMMITTER_EMAIL", "t@localhost");
    try {
      Path errors = Files.createTempFile(root, "stderr", "");
      Process process =
          builder
              .redirectError(errors.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " exited with " + code + ": " + Files.readString(errors));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Removes everything; the store's files are read-only. */
  @Override
  public void close() {
    Trees.delete(root);
  }
}
