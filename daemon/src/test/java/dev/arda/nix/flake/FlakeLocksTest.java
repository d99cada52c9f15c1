package dev.arda.nix.flake;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.LockChange.InputChange;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Locks and checks of real flakes, with every Nix that is there to test with. */
class FlakeLocksTest {

  private static final SystemProcessRunner RUNNER = SystemProcessRunner.create();
  private static final NixCalls CALLS = new NixCalls(RUNNER, NixFacts.using(RUNNER));
  private static final FlakeLocks LOCKS = new FlakeLocks(CALLS);

  @AfterAll
  static void close() {
    RUNNER.close();
  }

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** A flake with an input of git, one of a path, and one that both reach. */
  private static CallContext flake(NixSandbox sandbox) {
    Path work = sandbox.work();
    sandbox.write("dep/flake.nix", "{ outputs = _: { x = 1; }; }");
    git(sandbox, "dep", "init", "-q");
    commit(sandbox, "dep");
    sandbox.write(
        "dep2/flake.nix",
        "{ inputs.dep.url = \"git+file://%s/dep\"; outputs = _: { }; }".formatted(work));
    sandbox.write(
        "top/flake.nix",
        """
        { inputs.dep.url = "git+file://%1$s/dep"; inputs.dep2.url = "path:%1$s/dep2";
          inputs.same.follows = "dep"; outputs = _: { }; }
        """
            .formatted(work));
    return sandbox.context(work.resolve("top"));
  }

  private static void git(NixSandbox sandbox, String directory, String... arguments) {
    var command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    sandbox.run(sandbox.work().resolve(directory), command.toArray(String[]::new));
  }

  private static void commit(NixSandbox sandbox, String directory) {
    git(sandbox, directory, "add", ".");
    git(sandbox, directory, "commit", "-qm", "change");
  }

  private static Map<String, InputChange> byPath(LockChange change) {
    return change.changes().stream().collect(Collectors.toMap(InputChange::path, one -> one));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void lockAndUpdate_tellWhatMoved(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      var context = flake(sandbox);

      var locked = LOCKS.lock(context, "", OutputListener.NONE);
      assertThat(locked.lockFile()).isEqualTo(context.cwd().resolve("flake.lock")).exists();
      assertThat(byPath(locked)).containsOnlyKeys("dep", "dep2", "dep2/dep", "same");
      assertThat(locked.changes()).allSatisfy(change -> assertThat(change.before()).isEmpty());
      assertThat(byPath(locked).get("same"))
          .extracting(change -> change.after().orElseThrow().follows())
          .isEqualTo("dep");
      assertThat(LOCKS.lock(context, "", OutputListener.NONE).changes()).isEmpty();

      sandbox.write("dep/flake.nix", "{ outputs = _: { x = 2; }; }");
      commit(sandbox, "dep");
      var updated = LOCKS.update(context, "", List.of("dep"), OutputListener.NONE);
      assertThat(updated.changes())
          .singleElement()
          .satisfies(change -> {
            assertThat(change.path()).isEqualTo("dep");
            var before = change.before().orElseThrow();
            var after = change.after().orElseThrow();
            assertThat(before.revision()).hasSize(40).isNotEqualTo(after.revision());
            assertThat(before.narHash()).startsWith("sha256-").isNotEqualTo(after.narHash());
            assertThat(after.url()).contains(after.revision());
            assertThat(after.lastModified()).isGreaterThanOrEqualTo(before.lastModified());
          });

      sandbox.write("dep2/extra", "x");
      assertThat(byPath(LOCKS.update(context, "", List.of("dep2/dep"), OutputListener.NONE)))
          .containsKey("dep2/dep");
      var all = LOCKS.update(context, "", List.of(), OutputListener.NONE);
      assertThat(byPath(all)).containsKey("dep2").doesNotContainKey("dep");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void update_inputThatIsNewOrGone_isAddedOrRemoved(Path nix) throws Exception {
    try (var sandbox = NixSandbox.create(nix)) {
      var context = flake(sandbox);

      // Never locked before: is locked first, with the others.
      assertThat(byPath(LOCKS.update(context, "", List.of("dep"), OutputListener.NONE)))
          .containsKeys("dep", "dep2");

      Files.writeString(
          context.cwd().resolve("flake.nix"),
          "{ inputs.dep.url = \"git+file://%s/dep\"; outputs = _: { }; }"
              .formatted(sandbox.work()));
      var removed = LOCKS.lock(context, "", OutputListener.NONE);
      assertThat(byPath(removed)).containsOnlyKeys("dep2", "dep2/dep", "same");
      assertThat(removed.changes()).allSatisfy(change -> assertThat(change.after()).isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void update_whatCannotBe_failsByNameAndChangesNothing(Path nix) throws Exception {
    try (var sandbox = NixSandbox.create(nix)) {
      var context = flake(sandbox);
      LOCKS.lock(context, "", OutputListener.NONE);
      var before = Files.readString(context.cwd().resolve("flake.lock"));

      fails(
          () -> update(context, "", "nosuch"), Reason.FLAKE_INPUT_MISSING, "'nosuch'", "dep2/dep");
      fails(() -> update(context, "", "-x"), Reason.FLAKE_INPUT_MISSING, "'-x'");
      fails(() -> update(context, "", "same"), Reason.FLAKE_INPUT_MISSING, "follows 'dep'");
      fails(
          () -> update(context, "git+https://localhost.invalid/x", "dep"),
          Reason.FLAKE_READ_ONLY,
          "git+https://localhost.invalid/x");
      fails(
          () -> update(context, "git+file://" + sandbox.work() + "/dep?rev=" + "0".repeat(40)),
          Reason.FLAKE_READ_ONLY);
      fails(() -> update(context, "/nowhere"), Reason.FLAKE_SOURCE_MISSING, "/nowhere");
      assertThat(context.cwd().resolve("flake.lock")).hasContent(before);
    }
  }

  private static void update(CallContext context, String flake, String... inputs) {
    LOCKS.update(context, flake, List.of(inputs), OutputListener.NONE);
  }

  private static void fails(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable work, Reason reason, String... words) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(FlakeException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .satisfies(e -> {
          for (var word : words) {
            assertThat(e).hasMessageContaining(word);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void check_severalThingsWrong_areToldByOutput(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      var flake =
          sandbox.write(
              "chk/flake.nix",
              """
              { outputs = { self }: let
                  mk = name: script: derivation {
                    inherit name; system = "x86_64-linux"; builder = "/bin/sh";
                    args = [ "-c" script ]; PATH = "/bin:/usr/bin"; };
                in {
                  packages.x86_64-linux.good = mk "good" "echo > $out";
                  packages.x86_64-linux.bad = throw "bad package";
                  packages.x86_64-linux.number = 42;
                  checks.x86_64-linux.ok = mk "ok" "echo > $out";
                  checks.x86_64-linux.failing = mk "failing" "echo hello from failing; exit 3";
                  nixosConfigurations.h = throw "host broken";
                  overlays.default = 3;
                  strange = 1;
                }; }
              """);
      var context = sandbox.context(requireNonNull(flake.getParent()));
      var checks = new FlakeChecks(CALLS);

      var fast = failures(checks.check(context, "", false, false, OutputListener.NONE));
      assertThat(fast)
          .containsOnlyKeys(
              "packages.x86_64-linux.bad",
              "packages.x86_64-linux.number",
              "nixosConfigurations.h",
              "overlays.default");
      assertThat(fast.get("packages.x86_64-linux.bad"))
          .satisfies(detail -> {
            assertThat(detail.message()).isEqualTo("bad package");
            assertThat(detail.position().orElseThrow().file()).isEqualTo(flake.toString());
            assertThat(detail.position().orElseThrow().line()).isEqualTo(7);
          });
      assertThat(fast.get("nixosConfigurations.h"))
          .extracting(NixErrorDetail::message)
          .isEqualTo("host broken");

      var whole = checks.check(context, "", true, false, OutputListener.NONE);
      assertThat(whole.passed()).isFalse();
      assertThat(whole.warnings()).anyMatch(line -> line.contains("strange"));
      assertThat(whole.outputs())
          .extracting(FlakeCheck.Output::name)
          .contains("packages", "checks", "nixosConfigurations");
      assertThat(failures(whole))
          .hasSize(5)
          .anySatisfy((name, detail) -> {
            assertThat(name).endsWith("failing");
            assertThat(detail.message()).contains("exit code 3");
          });
    }
  }

  private static Map<String, NixErrorDetail> failures(FlakeCheck check) {
    return check.outputs().stream()
        .filter(output -> output.failure().isPresent())
        .collect(
            Collectors.toMap(FlakeCheck.Output::name, output -> output.failure().orElseThrow()));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void check_goodFlake_passes_andABrokenFileFails(Path nix) throws Exception {
    try (var sandbox = NixSandbox.create(nix)) {
      var flake = sandbox.write("good/flake.nix", "{ outputs = _: { nixosModules.m = { }; }; }");
      var context = sandbox.context(requireNonNull(flake.getParent()));
      var checks = new FlakeChecks(CALLS);

      var check = checks.check(context, "", true, false, OutputListener.NONE);
      assertThat(check.passed()).isTrue();
      assertThat(check.outputs()).extracting(FlakeCheck.Output::name).contains("nixosModules");

      Files.writeString(flake, "{ outputs = _: { x = ; }; }");
      fails(
          () -> checks.check(context, "", true, false, OutputListener.NONE),
          Reason.FLAKE_INVALID,
          "syntax error");
    }
  }
}
