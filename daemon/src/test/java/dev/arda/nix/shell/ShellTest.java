package dev.arda.nix.shell;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.ChildProcess;
import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.shell.ShellEnvironment.Provision;
import dev.arda.nix.shell.ShellEnvironment.Source;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packages of a small stand-in for nixpkgs, with every Nix that is there to test with. */
class ShellTest {

  private static final String PACKAGES =
      """
      { outputs = _: let
          mk = name: outputs: script: derivation {
            inherit name outputs; system = builtins.currentSystem or "x86_64-linux"; builder = "/bin/sh";
            args = [ "-c" script ]; PATH = "/bin:/usr/bin"; };
          program = name: "mkdir -p $out/bin; printf '#!/bin/sh\\necho ${name} \\"$@\\"\\n' > $out/bin/${name}; chmod +x $out/bin/${name}";
        in { legacyPackages.x86_64-linux = {
          git = mk "git-2" [ "out" ] (program "git");
          rsync = mk "rsync-3" [ "out" "man" ] "${program "rsync"}; echo > $man";
          openssh = mk "openssh-9" [ "out" ] (program "ssh");
          age = mk "age-1" [ "out" ] "exit 1";
          sops = throw "sops is broken";
        }; }; }
      """;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** Counts what is run. */
  private static final class Counting implements ProcessRunner {
    private final SystemProcessRunner real = SystemProcessRunner.create();
    private final List<List<String>> commands = new CopyOnWriteArrayList<>();

    @Override
    public CommandResult run(Command command, OutputListener listener) {
      commands.add(command.arguments());
      return real.run(command, listener);
    }

    @Override
    public ChildProcess start(Command command, OutputListener errors) {
      throw new AssertionError("nothing is started");
    }

    /** Runs of {@code nix build}. */
    private long builds() {
      return commands.stream().filter(command -> command.contains("build")).count();
    }
  }

  private static final class Fixture implements AutoCloseable {
    private final NixSandbox sandbox;
    private final Counting runner = new Counting();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final Shell shell;

    private Fixture(Path nix) {
      this.sandbox = NixSandbox.create(nix);
      Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
      this.shell =
          new Shell(runner, NixFacts.using(runner.real), sandbox.work().resolve("links"), clock);
      sandbox.write("pkgs/flake.nix", PACKAGES);
    }

    private CallContext context(Map<String, String> more) {
      var environment = new HashMap<>(sandbox.environment());
      environment.put("ARDA_NIXPKGS", "path:" + sandbox.work().resolve("pkgs"));
      environment.put("PATH", "/usr/bin:/bin");
      environment.putAll(more);
      return new CallContext(
          sandbox.work(), Optional.of(sandbox.nix()), NixOptions.NONE, environment);
    }

    private CallContext context() {
      return context(Map.of());
    }

    private ShellEnvironment provide(String... packages) {
      return shell.provide(context(), List.of(packages), ProgressListener.NONE);
    }

    @Override
    public void close() {
      runner.real.close();
      sandbox.close();
    }
  }

  private static void fails(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable work, Reason reason, String... words) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(NixException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .satisfies(e -> {
          for (var word : words) {
            assertThat(e).hasMessageContaining(word);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void provide_secondTime_evaluatesNothing(Path nix) {
    try (var test = new Fixture(nix)) {
      var first = test.provide("git", "rsync", "git");
      assertThat(first.packages())
          .extracting(Provision::name, Provision::source)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("git", Source.BUILT),
              org.assertj.core.groups.Tuple.tuple("rsync", Source.BUILT));
      assertThat(first.binDirectories())
          .hasSize(2)
          .allSatisfy(path -> assertThat(path).startsWith(test.sandbox.store()));
      assertThat(test.runner.builds()).isEqualTo(2);
      var before = test.runner.commands.size();

      var second = test.provide("rsync", "git");

      assertThat(test.runner.commands).hasSize(before);
      assertThat(second.packages())
          .allSatisfy(one -> assertThat(one.source()).isEqualTo(Source.LINK));
      assertThat(second.binDirectories())
          .containsExactly(first.binDirectories().get(1), first.binDirectories().get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void links_areRootsOfTheGarbageCollector(Path nix) {
    try (var test = new Fixture(nix)) {
      var git = test.provide("git").binDirectories().getFirst();
      var nixStore = nix.resolveSibling("nix-store").toString();

      test.sandbox.run(test.sandbox.work(), nixStore, "--gc");

      assertThat(git.resolve("git")).exists();
      assertThat(test.provide("git").packages().getFirst().source()).isEqualTo(Source.LINK);
      // Whoever removes the path by force does not leave arda with a dead link.
      test.sandbox.run(
          test.sandbox.work(),
          nixStore,
          "--delete",
          "--ignore-liveness",
          requireNonNull(git.getParent()).toString());
      assertThat(test.provide("git").packages().getFirst().source()).isEqualTo(Source.BUILT);
      assertThat(git.resolve("git")).exists();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nixShell_commandLine_runsWithThePrograms(Path nix) {
    try (var test = new Fixture(nix)) {
      var command =
          test.shell.nixShell(
              test.context(), List.of("git"), List.of("git", "a b", "--flag", "$HOME"));

      assertThat(command.get(0)).isEqualTo("env");
      assertThat(command.get(1))
          .startsWith("PATH=" + test.sandbox.store())
          .endsWith("-git-2/bin:/usr/bin:/bin");
      assertThat(command.subList(2, command.size()))
          .containsExactly("git", "a b", "--flag", "$HOME");
      assertThat(test.sandbox.run(test.sandbox.work(), command.toArray(String[]::new)))
          .isEqualTo("git a b --flag $HOME\n");
    }
  }

  @Test
  void nixShell_insideASandboxOrProvided_leavesTheCommandAlone() {
    try (var test = new Fixture(NixSandbox.programs().getFirst())) {
      var command = List.of("git", "status");

      assertThat(
              test.shell.nixShell(
                  test.context(Map.of("IN_NIX_SANDBOX", "1")), List.of("git", "rsync"), command))
          .isEqualTo(command);
      assertThat(
              test.shell.nixShell(
                  test.context(Map.of("ARDA_PROVIDED_PACKAGES", "rsync:git")),
                  List.of("git", "rsync"),
                  command))
          .isEqualTo(command);
      assertThat(test.runner.builds()).isZero();
      assertThat(
              test.shell
                  .provide(
                      test.context(Map.of("CLAN_PROVIDED_PACKAGES", "git")),
                      List.of("git", "rsync"),
                      ProgressListener.NONE)
                  .packages())
          .extracting(Provision::source)
          .containsExactly(Source.SURROUNDINGS, Source.BUILT);
    }
  }

  @Test
  void provide_packagesOutsideTheList_areAllNamedBeforeAnythingRuns() throws Exception {
    try (var test = new Fixture(NixSandbox.programs().getFirst())) {
      fails(
          () -> test.provide("git", "cowsay", "--help", "a\nb", "../../etc"),
          Reason.PACKAGE_NOT_ALLOWED,
          "cowsay, '--help', 'a\\nb', '../../etc' are not on the list",
          "allowed-packages.json");
      assertThat(test.runner.commands).isEmpty();
      // Inside a sandbox too: what works there must work elsewhere.
      fails(
          () ->
              test.shell.provide(
                  test.context(Map.of("IN_NIX_SANDBOX", "1")),
                  List.of("cowsay"),
                  ProgressListener.NONE),
          Reason.PACKAGE_NOT_ALLOWED,
          "cowsay is not");

      var list = Path.of(test.sandbox.environment().getOrDefault("HOME", ""), ".config/arda");
      Files.createDirectories(list);
      Files.writeString(list.resolve("allowed-packages.json"), "[\"cowsay\"]");
      assertThat(Packages.of(test.context()).allowed()).contains("cowsay", "git");
      fails(() -> test.provide("cowsay"), Reason.PACKAGE_MISSING, "cowsay");
      for (var broken : List.of("{}", "[1]", "[\"a b\"]", "nonsense", "[\"../x\"]")) {
        Files.writeString(list.resolve("allowed-packages.json"), broken);
        fails(() -> test.provide("git"), Reason.REQUEST_INVALID, "allowed-packages.json");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void provide_whatCannotBeHad_failsByName(Path nix) {
    try (var test = new Fixture(nix)) {
      fails(() -> test.provide("jq"), Reason.PACKAGE_MISSING, "jq", "pkgs");
      fails(() -> test.provide("age"), Reason.BUILD_FAILED, "age");
      fails(() -> test.provide("sops"), Reason.BUILD_FAILED, "sops is broken");
      assertThat(test.provide("git").packages()).hasSize(1);
    }
  }

  @Test
  void provide_packageSetThatChangesOrGrowsOld_isAskedAgain() throws Exception {
    try (var test = new Fixture(NixSandbox.programs().getFirst())) {
      var first = test.provide("git").binDirectories();
      test.now.set(test.now.get().plus(ShellLinks.FRESH).plus(Duration.ofMinutes(1)));
      assertThat(test.provide("git").packages().getFirst().source()).isEqualTo(Source.BUILT);
      assertThat(test.provide("git").packages().getFirst().source()).isEqualTo(Source.LINK);

      Files.writeString(
          test.sandbox.work().resolve("pkgs/flake.nix"), PACKAGES.replace("git-2", "git-2.1"));
      var changed = test.provide("git");
      assertThat(changed.packages().getFirst().source()).isEqualTo(Source.BUILT);
      assertThat(changed.binDirectories()).isNotEqualTo(first);

      var links = test.sandbox.work().resolve("links");
      try (var sets = Files.list(links)) {
        assertThat(sets).hasSize(2);
      }
      test.now.set(test.now.get().plus(ShellLinks.UNUSED).plus(Duration.ofMinutes(1)));
      test.provide("rsync");
      try (var sets = Files.list(links)) {
        assertThat(sets).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ensureShellTool_onThePathElseFromItsPackage(Path nix) {
    try (var test = new Fixture(nix)) {
      assertThat(test.shell.ensureShellTool(test.context(), "sh"))
          .isEqualTo(Path.of("/usr/bin/sh"));
      assertThat(test.runner.commands).isEmpty();
      var elsewhere = test.context(Map.of("PATH", "/nowhere"));

      var ssh = test.shell.ensureShellTool(elsewhere, "ssh");

      assertThat(ssh).startsWith(test.sandbox.store()).isExecutable();
      fails(
          () -> test.shell.ensureShellTool(elsewhere, "scp"),
          Reason.PACKAGE_MISSING,
          "scp",
          "openssh");
      fails(() -> test.shell.ensureShellTool(elsewhere, "cowsay"), Reason.PACKAGE_NOT_ALLOWED);
    }
  }
}
