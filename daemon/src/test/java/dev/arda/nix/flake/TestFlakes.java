package dev.arda.nix.flake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** Flakes that are asked for real. */
final class TestFlakes {

  private TestFlakes() {}

  /** Flakes that keep nothing of what earlier ones learnt. */
  static NixFlakes create() {
    try {
      Path target = Files.createDirectories(Path.of("target")).toAbsolutePath();
      Path root = Files.createTempDirectory(target, "flakes");
      return NixFlakes.create(
          Clock.systemUTC(),
          new NixFlakes.Directories(
              Files.createDirectory(root.resolve("run")),
              Files.createDirectory(root.resolve("state")),
              Files.createDirectory(root.resolve("cache"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
