package dev.arda.nix.flake;

import java.nio.file.Path;
import java.time.Clock;

/** Flakes that are asked for real. */
final class TestFlakes {

  private TestFlakes() {}

  static NixFlakes create() {
    return NixFlakes.create(Clock.systemUTC(), Path.of("target", "test-state").toAbsolutePath());
  }
}
