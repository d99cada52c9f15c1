package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Evaluators before and after an edit. */
class SuccessorTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_afterAnEdit_theOldEvaluatorIsGoneAndOneSuccessorAnswers(Path nix) {
    try (var warm = new WarmFlakes(nix);
        var flakes = warm.flakes(warm.pool)) {
      CallContext context = warm.flake("f", "{ a = 1; b = 1; }");
      assertThat(ask(flakes, context, "a")).isEqualTo("1");
      List<Long> before = warm.pids();

      for (int edit = 2; edit < 5; edit++) {
        var _ = warm.flake("f", "{ a = %d; b = %d; }".formatted(edit, edit));
        assertThat(ask(flakes, context, "a")).isEqualTo(Integer.toString(edit));
        assertThat(ask(flakes, context, "b")).isEqualTo(Integer.toString(edit));

        List<Long> old = before;
        Waiting.until(() -> old.stream().noneMatch(WarmFlakes::alive));
        assertThat(warm.pids()).hasSize(warm.cold() ? 0 : 1).filteredOn(old::contains).isEmpty();
        // What starts while the state is being found out is what serves it.
        assertThat(warm.started).hasValue(warm.cold() ? 1 : edit);
        before = warm.pids();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_editThatChangesNothing_theEvaluatorStays(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix);
        var flakes = warm.flakes(warm.pool)) {
      CallContext context = warm.flake("f", "{ a = 1; b = 2; }");
      // The latest change of a file or directory is part of a state: this one stays the latest.
      Path file = context.cwd().resolve("flake.nix");
      Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));
      assertThat(ask(flakes, context, "a")).isEqualTo("1");
      List<Long> before = warm.pids();

      // In one step, since somebody looks right after the edit.
      var same = context.cwd().resolveSibling("the same");
      Files.copy(file, same, StandardCopyOption.COPY_ATTRIBUTES);
      Files.move(same, file, StandardCopyOption.ATOMIC_MOVE);
      assertThat(ask(flakes, context, "b")).isEqualTo("2");

      assertThat(warm.pids()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_twoFlakesInTheSameState_anEditOfOneLeavesTheOthersEvaluator(Path nix) {
    try (var warm = new WarmFlakes(nix);
        var flakes = warm.flakes(warm.pool)) {
      CallContext one = warm.flake("f", "{ a = 1; b = 2; }");
      CallContext other = warm.flake("g", "{ a = 1; b = 2; }");
      assertThat(ask(flakes, one, "a")).isEqualTo("1");
      assertThat(ask(flakes, other, "a")).isEqualTo("1");
      List<Long> before = warm.pids();

      var _ = warm.flake("f", "{ a = 3; }");
      assertThat(ask(flakes, one, "a")).isEqualTo("3");

      assertThat(warm.pids()).containsAll(before);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void expect_nobodyAsks_theSpareEndsAfterAMinute(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context = warm.flake("f", "{ a = 1; }");
      LockedFlake flake = warm.lock(context);
      warm.pool.expect(context);
      Waiting.until(() -> warm.started.get() == 1);
      warm.later.set(Duration.ofSeconds(61).toNanos());
      warm.pool.sweep();

      assertThat(warm.ask(context, flake, "a")).containsExactly("1");
      if (!warm.cold()) {
        assertThat(warm.started).hasValue(2);
      }
    }
  }

  private static String ask(NixFlakes flakes, CallContext context, String selector) {
    var listener = new RecordingListener();
    flakes.select(
        context,
        new SelectionRequest(
            context.cwd().toString(), List.of(selector), false, ValueEncoding.JSON),
        listener);
    return listener.outcome(0);
  }
}
