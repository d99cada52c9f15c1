package dev.arda.nix.flake;

import java.nio.file.Path;
import java.time.Clock;

/** Flakes that are asked for real. */
final class TestFlakes {

  /** Shared, as a daemon's callers share one: its evaluators are bounded over all tests. */
  private static final NixFlakes FLAKES =
      NixFlakes.create(Clock.systemUTC(), Path.of("target", "test-state").toAbsolutePath());

  private TestFlakes() {}

  static NixFlakes create() {
    return FLAKES;
  }
}
