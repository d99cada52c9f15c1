package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What happens to warm evaluators when an evaluation fails, a process dies or the store loses
 * something. With real Nix programs; Nix 2.8 cannot be kept warm: there each test shows that the
 * answers are right all the same.
 */
class WarmFailuresTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_failuresOfEvaluation_leaveTheProcessUsable(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context =
          warm.flake(
              "f",
              "{ good = 1; th = throw \"boom\"; ab = abort \"stop\"; loop = let x = x; in x; bad = 1 + \"x\"; none = {}.a;"
                  + " as = assert false; 1; }");
      LockedFlake flake = warm.lock(context);
      assertThat(warm.ask(context, flake, "good")).containsExactly("1");
      List<Long> pids = warm.pids();

      for (int round = 0; round < 2; round++) {
        List<String> said =
            warm.ask(context, flake, "th", "ab", "loop", "bad", "none", "as", "good");
        assertThat(said.subList(0, 6)).allMatch(text -> text.startsWith("broken: "));
        assertThat(said.get(0)).isEqualTo("broken: boom");
        assertThat(said.get(1)).contains("stop");
        assertThat(said.get(2)).contains("infinite recursion");
        assertThat(said.get(4)).contains("'a' missing");
        assertThat(said.getLast()).isEqualTo("1");
      }
      assertThat(warm.pids()).isEqualTo(pids);
    }
  }

  /** Nix 2.26 reads on where it is told of such a file, and says nothing. */
  @ParameterizedTest
  @MethodSource("programs")
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void ask_fileThatEndsTooEarly_isSaidWithItsPlace(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      warm.sandbox.write("f/open.nix", "{ ... }:\n{\n  a = 1;\n");
      CallContext context = warm.flake("f", "{ good = 1; bad = (import ./open.nix { }).a; }");
      LockedFlake flake = warm.lock(context);

      for (int round = 0; round < 2; round++) {
        List<String> said = warm.ask(context, flake, "good", "bad", "good");
        assertThat(said.get(0)).isEqualTo("1");
        assertThat(said.get(1)).startsWith("broken: syntax error, unexpected end of file");
        assertThat(said.get(2)).isEqualTo("1");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_endlessNesting_saysStackOverflowAndTheNextQuestionIsAnswered(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context =
          warm.flake("f", "{ good = 1; deep = let f = n: [ (f (n + 1)) ]; in f 0; }");
      LockedFlake flake = warm.lock(context);

      List<String> said = warm.ask(context, flake, "good", "deep", "good");

      assertThat(said.get(0)).isEqualTo("1");
      assertThat(said.get(1)).startsWith("broken: stack overflow");
      assertThat(said.get(2)).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_failedImportFromDerivation_isRightOnceItsCauseIsGone(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix)) {
      Path cause = warm.sandbox.work().resolve("cause");
      String system =
          warm.sandbox
              .run(
                  warm.sandbox.work(),
                  nix.toString(),
                  "eval",
                  "--impure",
                  "--raw",
                  "--expr",
                  "builtins.currentSystem")
              .strip();
      CallContext context =
          warm.flake(
              "f",
              "{ good = 1; ifd = import (derivation { name = \"x\"; system = \"SYSTEM\"; builder = \"/bin/sh\";"
                      .replace("SYSTEM", system)
                  + " args = [ \"-c\" \"read x < CAUSE && echo $x > $out\" ]; }); }"
                      .replace("CAUSE", cause.toString()));
      LockedFlake flake = warm.lock(context);
      assertThat(warm.ask(context, flake, "good")).containsExactly("1");
      List<Long> pids = warm.pids();

      String failed = warm.ask(context, flake, "ifd").getFirst();
      assertThat(failed).startsWith("broken: ").containsAnyOf("builder", "Cannot build");
      assertThat(warm.pids()).filteredOn(pids::contains).isEmpty();

      Files.writeString(cause, "42\n");
      assertThat(warm.ask(context, flake, "ifd", "good")).containsExactly("42", "1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_storeIsCollected_theSourceStays(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      warm.sandbox.write("f/late.nix", "\"late\"");
      CallContext context = warm.flake("f", "{ a = 1; late = import ./late.nix; }");
      LockedFlake flake = warm.lock(context);
      assertThat(warm.ask(context, flake, "a")).containsExactly("1");

      warm.sandbox.run(warm.sandbox.work(), nix.resolveSibling("nix-store").toString(), "--gc");

      if (!warm.cold()) {
        assertThat(Path.of(flake.state().storePath())).exists();
        List<Long> pids = warm.pids();
        assertThat(warm.ask(context, flake, "late")).containsExactly("\"late\"");
        assertThat(warm.pids()).isEqualTo(pids);
        assertThat(warm.fallenBack).hasValue(0);

        warm.pool.close();
        warm.sandbox.run(warm.sandbox.work(), nix.resolveSibling("nix-store").toString(), "--gc");
        assertThat(Path.of(flake.state().storePath())).doesNotExist();
        assertThat(warm.roots).isEmptyDirectory();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_storeIsCollected_aDerivationThatWasMentionedCanBeBuilt(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context =
          warm.flake(
              "f",
              "{ drv = derivation { name = \"d\"; system = \"SYSTEM\"; builder = \"/bin/sh\"; args = [ \"-c\" \"echo built > $out\" ]; }; }"
                  .replace(
                      "SYSTEM",
                      warm.sandbox
                          .run(
                              warm.sandbox.work(),
                              nix.toString(),
                              "eval",
                              "--impure",
                              "--raw",
                              "--expr",
                              "builtins.currentSystem")
                          .strip()));
      var flakes = warm.flakes(warm.pool);
      var first = new RecordingListener();
      flakes.select(
          context,
          new SelectionRequest("", List.of("drv.drvPath"), false, ValueEncoding.JSON),
          first);
      assertThat(first.failures).isEmpty();
      warm.sandbox.run(warm.sandbox.work(), nix.resolveSibling("nix-store").toString(), "--gc");

      var built = new RecordingListener();
      flakes.select(
          context, new SelectionRequest("", List.of("drv"), true, ValueEncoding.JSON), built);

      assertThat(built.failures).isEmpty();
      assertThat(Files.readString(Path.of(built.outcome(0).replace("\"", ""))))
          .isEqualTo("built\n");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_processKilledWhileIdle_anotherOneAnswers(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context = warm.flake("f", "{ a = 1; }");
      LockedFlake flake = warm.lock(context);
      warm.ask(context, flake, "a");
      for (long pid : warm.pids()) {
        WarmFlakes.kill(pid);
      }

      assertThat(warm.ask(context, flake, "a")).containsExactly("1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_processesKilledInTheMiddle_aNewProcessAnswers(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix)) {
      // About a second, so that it can be killed meanwhile.
      CallContext context =
          warm.flake(
              "f",
              "let many = builtins.genList (x: x) 3000; in { slow = builtins.foldl' (a: b: builtins.foldl' (c: d: c + d) a many) 0 many; }");
      LockedFlake flake = warm.lock(context);
      var answer = CompletableFuture.supplyAsync(() -> warm.ask(context, flake, "slow"));
      if (!warm.cold()) {
        Waiting.until(() -> warm.busy() == 1);
        WarmFlakes.kill(warm.pids().getFirst());
      }

      assertThat(answer.get(60, TimeUnit.SECONDS)).containsExactly("13495500000");
    }
  }
}
