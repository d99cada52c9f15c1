package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.watch.WatchMode;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is shown of flakes, and how they are forgotten, with a real Nix. */
final class FlakeLedgerTest {

  @TempDir private Path directory;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private NixFlakes flakes() throws IOException {
    return NixFlakes.create(
        Clock.systemUTC(),
        new NixFlakes.Directories(
            Files.createDirectories(directory.resolve("run")),
            Files.createDirectories(directory.resolve("state")),
            Files.createDirectories(directory.resolve("cache"))),
        Duration.ofHours(1));
  }

  private static void ask(NixFlakes flakes, CallContext context, String... selectors) {
    var listener = new RecordingListener();
    flakes.select(
        context, new SelectionRequest("", List.of(selectors), false, ValueEncoding.JSON), listener);
    assertThat(listener.failures).isEmpty();
  }

  private static CallContext flake(NixSandbox sandbox, String outputs) {
    sandbox.write("flake/flake.nix", "{ outputs = _: { " + outputs + " }; }");
    return sandbox.context(sandbox.work().resolve("flake"));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void status_afterQuestions_tellsHowTheyWereAnswered(Path nix) throws IOException {
    try (var sandbox = NixSandbox.create(nix);
        var flakes = flakes()) {
      CallContext context = flake(sandbox, "a = 1; b = 2;");
      ask(flakes, context, "a", "b");
      ask(flakes, context, "a", "b");
      ask(flakes, context, "b");

      assertThat(flakes.status()).hasSize(1);
      FlakeStatus status = flakes.status().getFirst();
      assertThat(status.state().flakeRef()).endsWith("/work/flake");
      assertThat(status.evaluated()).isEqualTo(2);
      assertThat(status.hits()).isEqualTo(3);
      assertThat(status.running()).isZero();
      assertThat(status.keptBytes()).isPositive();
      assertThat(status.identity()).hasSize(64);
      assertThat(status.whyAsked()).isEmpty();
      assertThat(status.sources()).hasSize(1);
      assertThat(status.sources().getFirst().mode())
          .isInstanceOfAny(WatchMode.Watching.class, WatchMode.Scanning.class);
      if (status.whyNotWarm().isPresent()) {
        assertThat(status.evaluators()).isEmpty();
      } else {
        assertThat(status.evaluators())
            .singleElement()
            .satisfies(one -> assertThat(one.state()).isEqualTo(status.identity()));
      }

      FlakesFigures figures = flakes.figures();
      assertThat(figures.cache().hits()).isEqualTo(3);
      assertThat(figures.cache().misses()).isEqualTo(2);
      assertThat(figures.flights()).isEqualTo(new FlightFigures(2, 0, 0, 0, 0));
      // Files that were written just now cannot be told from ones that will be: Nix is asked again.
      assertThat(figures.states().asked().count()).isPositive();
      assertThat(figures.states().asked().count() + figures.states().remembered()).isEqualTo(3);
      assertThat(figures.watch().barriers().count()).isGreaterThanOrEqualTo(3);
      assertThat(
              figures.evaluators().warmQuestions().count()
                  + figures.evaluators().oneShots().count())
          .isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void status_refreshed_asksNixEachTimeAndSaysWhy(Path nix) throws IOException {
    try (var sandbox = NixSandbox.create(nix);
        var flakes = flakes()) {
      Path cwd = flake(sandbox, "a = 1;").cwd();
      ask(flakes, sandbox.context(cwd, refreshing()), "a");
      ask(flakes, sandbox.context(cwd, refreshing()), "a");

      assertThat(flakes.figures().states().asked().count()).isEqualTo(2);
      assertThat(flakes.figures().states().remembered()).isZero();
      FlakeStatus status = flakes.status().getFirst();
      assertThat(status.sources()).isEmpty();
      assertThat(status.whyAsked()).contains("it was asked with --refresh");
    }
  }

  private static NixOptions refreshing() {
    NixOptions none = NixOptions.NONE;
    return new NixOptions(
        none.settings(),
        none.inputOverrides(),
        none.impure(),
        none.offline(),
        true,
        none.showTrace(),
        none.system(),
        none.debug(),
        none.noWriteLockFile());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void forget_aFlake_dropsMemoryDiskAndEvaluators_ofEveryStateItWasAskedIn(Path nix)
      throws IOException {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context;
      try (var flakes = flakes()) {
        context = flake(sandbox, "a = 1;");
        ask(flakes, context, "a");
      }
      assertThat(kept()).hasSize(1);
      try (var flakes = flakes()) {
        ask(flakes, context, "a");
        assertThat(flakes.figures().store().loaded().count()).isEqualTo(1);
        flake(sandbox, "a = 2;");
        ask(flakes, context, "a");
        assertThat(flakes.forget(context, "")).isEqualTo(2);
        assertThat(kept()).isEmpty();
        assertThat(flakes.status()).isEmpty();
        assertThat(flakes.figures().cache().trees()).isZero();
        assertThat(flakes.figures().evaluators().running()).isZero();

        ask(flakes, context, "a");
        assertThat(flakes.status().getFirst().evaluated()).isEqualTo(1);
        assertThat(flakes.status().getFirst().hits()).isZero();

        assertThat(flakes.forgetAll()).isEqualTo(1);
        assertThat(kept()).isEmpty();
        assertThat(flakes.status()).isEmpty();
      }
      assertThat(kept()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void forget_aFlakeThatOnlyTheDiskKnows_dropsIt(Path nix) throws IOException {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context = flake(sandbox, "a = 1;");
      try (var flakes = flakes()) {
        ask(flakes, context, "a");
      }
      try (var flakes = flakes()) {
        assertThat(flakes.forget(context, context.cwd().toString())).isEqualTo(1);
        assertThat(kept()).isEmpty();
        assertThat(flakes.metadata(context, "", ProgressListener.NONE).state().flakeRef())
            .endsWith("/flake");
      }
    }
  }

  private List<Path> kept() throws IOException {
    Path store = directory.resolve("cache/selections");
    if (!Files.exists(store)) {
      return List.of();
    }
    try (var files = Files.list(store)) {
      return files.filter(file -> file.toString().endsWith(".selections")).toList();
    }
  }
}
