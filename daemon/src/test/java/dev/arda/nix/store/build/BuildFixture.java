package dev.arda.nix.store.build;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.core.build.BuildTotals;
import dev.arda.nix.core.build.Transfer;
import dev.arda.nix.flake.NixFlakes;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sandbox with a flake and everything that builds. */
final class BuildFixture implements AutoCloseable {

  /** {@code run NAME SCRIPT ENV} is a derivation that has the usual programs. */
  private static final String FLAKE =
      """
      {
        outputs = { self }: let
          run = name: script: env: derivation ({
            inherit name; system = "SYSTEM"; builder = "/bin/sh"; args = [ "-c" script ]; PATH = "/usr/bin:/bin";
          } // env);
        in OUTPUTS;
      }
      """;

  final NixSandbox sandbox;
  final SystemProcessRunner runner = SystemProcessRunner.create();
  final CountingRunner counting = new CountingRunner(runner);
  NixFlakes flakes;
  Builds builds;
  private final Path state;

  BuildFixture(Path nix) {
    sandbox = NixSandbox.create(nix);
    state = sandbox.work().resolveSibling("arda");
    flakes = newFlakes();
    builds = newBuilds();
  }

  private NixFlakes newFlakes() {
    return NixFlakes.create(
        Clock.systemUTC(),
        new NixFlakes.Directories(directory("run"), directory("state"), directory("cache")),
        Duration.ofSeconds(1));
  }

  private Builds newBuilds() {
    return Builds.create(
        flakes,
        counting,
        NixFacts.using(counting),
        state.resolve("state/roots"),
        Clock.systemUTC());
  }

  /** As a daemon that is started anew: evaluators are gone, what was learnt is there. */
  void restart() {
    flakes.close();
    flakes = newFlakes();
    builds = newBuilds();
  }

  private Path directory(String name) {
    try {
      return java.nio.file.Files.createDirectories(state.resolve(name));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What is held for later. */
  Path roots() {
    return state.resolve("state/roots/held");
  }

  /** Writes the flake {@code work/flake}. */
  CallContext flake(String outputs) {
    sandbox.write("flake/flake.nix", FLAKE.replace("OUTPUTS", outputs).replace("SYSTEM", system()));
    return sandbox.context(sandbox.work().resolve("flake"));
  }

  /** The system of this machine. */
  static String system() {
    return (System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64") + "-linux";
  }

  static BuildRequest request(CallContext context, String... installables) {
    return request(context, false, installables);
  }

  static BuildRequest request(CallContext context, boolean keepGoing, String... installables) {
    return new BuildRequest(
        context,
        "",
        java.util.Arrays.stream(installables).<BuildTarget>map(BuildTarget.OfFlake::new).toList(),
        keepGoing,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static CallContext with(CallContext context, String... settings) {
    var list = new ArrayList<NixOptions.Setting>();
    for (int i = 0; i < settings.length; i += 2) {
      list.add(new NixOptions.Setting(settings[i], settings[i + 1]));
    }
    var none = NixOptions.NONE;
    return new CallContext(
        context.cwd(),
        context.nixProgram(),
        new NixOptions(
            list,
            none.inputOverrides(),
            false,
            false,
            false,
            false,
            Optional.empty(),
            false,
            false),
        context.environment());
  }

  @Override
  public void close() {
    flakes.close();
    runner.close();
    sandbox.close();
  }

  /** Remembers what it hears. */
  static class Heard implements BuildListener {
    final Map<String, BuildStep> steps = new LinkedHashMap<>();
    final Map<String, Transfer> transfers = new LinkedHashMap<>();
    final List<String> lines = new ArrayList<>();
    final Map<Integer, TargetState> targets = new LinkedHashMap<>();
    BuildTotals totals = BuildTotals.NONE;

    @Override
    public Duration grace() {
      return Duration.ofSeconds(1);
    }

    @Override
    public void target(int index, TargetState state, String drvPath, String failure) {
      targets.put(index, state);
    }

    @Override
    public void build(BuildStep step) {
      steps.put(name(step.drvPath()), step);
    }

    @Override
    public void transfer(Transfer transfer) {
      transfers.put(name(transfer.path()), transfer);
    }

    @Override
    public void totals(BuildTotals now) {
      totals = now;
    }

    @Override
    public void line(String drvPath, String line) {
      lines.add(line);
    }

    @Override
    public void progress(NixProgress progress) {}

    private static String name(String path) {
      return path.substring(path.lastIndexOf('/') + 1)
          .replaceFirst("^[0-9a-z]{32}-", "")
          .replaceFirst("\\.drv$", "");
    }
  }
}
