package dev.arda.nix.user;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.NixFlakes;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A sandbox with everything that users need. */
final class UserFixture implements AutoCloseable {

  final NixSandbox sandbox;
  final SystemProcessRunner runner = SystemProcessRunner.create();
  final NixFlakes flakes;
  final Builds builds;
  final Path state;

  /** Variables of the caller beside those of the sandbox. */
  final Map<String, String> variables = new HashMap<>();

  UserFixture(Path nix) {
    this(NixSandbox.create(nix));
  }

  UserFixture(NixSandbox sandbox) {
    this.sandbox = sandbox;
    state = directory("state");
    flakes =
        NixFlakes.create(
            Clock.systemUTC(),
            new NixFlakes.Directories(directory("run"), state, directory("cache")),
            Duration.ofSeconds(1));
    builds =
        Builds.create(
            flakes, runner, NixFacts.using(runner), state.resolve("roots"), Clock.systemUTC());
  }

  private Path directory(String name) {
    try {
      return Files.createDirectories(sandbox.work().resolveSibling("arda").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A caller in the directory of the flake {@code work/flake}. */
  CallContext context() {
    var plain = sandbox.context(sandbox.work().resolve("flake"));
    var all = new HashMap<>(plain.environment());
    all.putAll(variables);
    return new CallContext(plain.cwd(), plain.nixProgram(), plain.options(), all);
  }

  @Override
  public void close() {
    flakes.close();
    runner.close();
    sandbox.close();
  }
}
