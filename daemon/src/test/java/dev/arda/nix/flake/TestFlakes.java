package dev.arda.nix.flake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Flakes that are asked for real. */
final class TestFlakes {

  /** One for all tests, as a daemon has one for all callers: each would keep evaluators warm. */
  private static final NixFlakes SHARED = open();

  private TestFlakes() {}

  static NixFlakes create() {
    return SHARED;
  }

  private static NixFlakes open() {
    try {
      Path target = Files.createDirectories(Path.of("target")).toAbsolutePath();
      Path root = Files.createTempDirectory(target, "flakes");
      return NixFlakes.create(
          Clock.systemUTC(),
          new NixFlakes.Directories(
              Files.createDirectory(root.resolve("run")),
              Files.createDirectory(root.resolve("state")),
              Files.createDirectory(root.resolve("cache"))),
          Duration.ofSeconds(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
