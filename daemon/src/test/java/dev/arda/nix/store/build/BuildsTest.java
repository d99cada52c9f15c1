package dev.arda.nix.store.build;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.core.build.BuildTotals.Count;
import dev.arda.nix.store.build.BuildFixture.Heard;
import dev.arda.nix.store.build.BuildListener.TargetState;
import dev.arda.nix.store.build.BuildResult.Origin;
import dev.arda.nix.store.build.BuildResult.TargetResult;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Builds with each Nix, in stores of their own. */
class BuildsTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private static final String PACKAGES =
      """
      {
        packages.SYSTEM = {
          default = run "default" "echo hello; echo 1 > $out" { };
          multi = run "multi" "echo o > $out; echo d > $dev; echo m > $man" { outputs = [ "out" "dev" "man" ]; };
          some = run "some" "echo o > $out; echo d > $dev" { outputs = [ "out" "dev" ]; } // { meta.outputsToInstall = [ "dev" ]; };
          bad = run "bad" "echo one; echo two >&2; exit 3" { };
          needsBad = run "needs-bad" "echo > $out" { bad = run "bad" "echo one; echo two >&2; exit 3" { }; };
          chosen = run "multi" "echo o > $out; echo d > $dev; echo m > $man" { outputs = [ "out" "dev" "man" ]; } // { outputName = "man"; outputSpecified = true; };
          "dotted.name" = run "dotted" "echo > $out" { };
          thrown = throw "no such luck";
          text = "a text";
        };
        legacyPackages.SYSTEM.old.pkg = run "old" "echo > $out" { };
        elsewhere.thing = run "thing" "echo > $out" { };
        nixosConfigurations.web.config.system.build.toplevel = run "nixos-web" "echo > $out" { };
        homeConfigurations."alice@web".activationPackage = run "home-alice" "echo > $out" { };
      }
      """;

  @ParameterizedTest
  @MethodSource("programs")
  void installables_areFoundAsNixBuildFindsThem(Path nix) {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(PACKAGES);
      var request =
          new BuildRequest(
              context,
              ".",
              List.of(
                  new BuildTarget.OfFlake("."),
                  new BuildTarget.OfFlake(".#multi"),
                  new BuildTarget.OfFlake("multi^dev,man"),
                  new BuildTarget.OfFlake("multi^*"),
                  new BuildTarget.OfFlake("some"),
                  new BuildTarget.OfFlake(".#chosen"),
                  new BuildTarget.OfFlake(".#\"dotted.name\""),
                  new BuildTarget.OfFlake("old.pkg"),
                  new BuildTarget.OfFlake(".#elsewhere.thing"),
                  new BuildTarget.Host("web"),
                  new BuildTarget.User("alice@web")),
              false,
              java.util.Optional.empty(),
              java.util.Optional.empty(),
              java.util.Optional.empty());

      var result = fixture.builds.build(request, new Heard());

      assertThat(result.targets()).allMatch(target -> target.failure().isEmpty());
      assertThat(result.targets())
          .extracting(BuildsTest::outputs)
          .containsExactly(
              List.of("out:default"),
              List.of("out:multi"),
              List.of("dev:multi-dev", "man:multi-man"),
              List.of("dev:multi-dev", "man:multi-man", "out:multi"),
              List.of("dev:some-dev"),
              List.of("man:multi-man"),
              List.of("out:dotted"),
              List.of("out:old"),
              List.of("out:thing"),
              List.of("out:nixos-web"),
              List.of("out:home-alice"));
      assertThat(result.built()).isEqualTo(8);
      assertThat(result.targets()).allMatch(target -> target.origin() == Origin.BUILT);
      // The same derivations as Nix itself finds.
      assertThat(result.targets().get(1).drvPath())
          .isEqualTo(
              fixture
                  .sandbox
                  .run(context.cwd(), nix.toString(), "eval", "--raw", ".#multi.drvPath")
                  .strip());

      var again = fixture.builds.build(request, new Heard());

      assertThat(again.built()).isZero();
      assertThat(again.targets()).allMatch(target -> target.origin() == Origin.CACHED);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void targetsThatFail_failAlone_andSayWhy(Path nix) {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(PACKAGES);
      var heard = new Heard();

      var result =
          fixture.builds.build(
              BuildFixture.request(
                  context,
                  ".#bad",
                  ".#needsBad",
                  ".#thrown",
                  ".#missing",
                  ".#text",
                  ".#multi^lib",
                  "/nowhere#x",
                  ".#default"),
              heard);

      var targets = result.targets();
      assertThat(targets)
          .extracting(target -> target.failure().map(NixException::reason).orElse(Reason.CANCELLED))
          .containsExactly(
              Reason.BUILD_FAILED,
              Reason.BUILD_FAILED,
              Reason.EVALUATION_FAILED,
              Reason.ATTRIBUTE_MISSING,
              Reason.WRONG_TYPE,
              Reason.ATTRIBUTE_MISSING,
              Reason.FLAKE_SOURCE_MISSING,
              Reason.CANCELLED);
      assertThat(targets.get(0).failure().orElseThrow())
          .hasMessage(".#bad cannot be built: builder failed with exit code 3");
      assertThat(targets.get(0).failure().orElseThrow().nixError().orElseThrow().logTail())
          .isEqualTo("one\ntwo");
      assertThat(targets.get(1).failure().orElseThrow())
          .hasMessage(
              ".#needsBad cannot be built: it needs bad, which failed: builder failed with exit code 3");
      assertThat(targets.get(1).failedDrvPath()).isEqualTo(targets.get(0).drvPath());
      var thrown = "packages.%s.thrown".formatted(BuildFixture.system());
      assertThat(targets.get(2).failure().orElseThrow())
          .hasMessage("cannot evaluate %s: no such luck".formatted(thrown));
      assertThat(targets.get(2).failure().orElseThrow().metadata())
          .containsEntry("selector", thrown);
      assertThat(targets.get(3).failure().orElseThrow())
          .hasMessageContaining(
              "has no packages.SYSTEM.missing".replace("SYSTEM", BuildFixture.system()));
      assertThat(targets.get(5).failure().orElseThrow())
          .hasMessageContaining("no output lib; it has dev, man, out");
      assertThat(targets.get(7).outputs()).hasSize(1);
      assertThat(heard.targets.get(1)).isEqualTo(TargetState.FAILED);
      assertThat(heard.targets.get(7)).isEqualTo(TargetState.SUCCEEDED);
      assertThat(heard.lines).contains("hello", "one", "two");
    }
  }

  private static final String TWENTY =
      """
      {
        packages.SYSTEM.default = derivation {
          name = "all"; system = "SYSTEM"; builder = "/bin/sh"; args = [ "-c" "echo > $out" ];
          parts = map (n: run "part-${toString n}" (if n == 7 then "echo failing; exit 1" else "echo part ${toString n}; echo > $out") { })
            (builtins.genList (n: n) 19);
        };
      }
      """;

  @ParameterizedTest
  @MethodSource("programs")
  void twentyDerivations_oneFails_keepGoingBuildsTheOthers(Path nix) {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(TWENTY);
      var heard = new Heard();

      var result = fixture.builds.build(BuildFixture.request(context, true, "."), heard);

      assertThat(heard.totals.builds()).isEqualTo(new Count(18, 0, 2, 20));
      assertThat(result.built()).isEqualTo(18);
      assertThat(result.targets().getFirst().failure().orElseThrow())
          .hasMessage(
              ". cannot be built: it needs part-7, which failed: builder failed with exit code 1");
      assertThat(requireNonNull(heard.steps.get("all")).failure().orElseThrow().dependency())
          .isTrue();
      assertThat(requireNonNull(heard.steps.get("part-7")).failure().orElseThrow().lastLines())
          .containsExactly("failing");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void twentyDerivations_oneFails_withoutKeepGoingTheRestIsCancelled(Path nix) {
    try (var fixture = new BuildFixture(nix)) {
      var context = BuildFixture.with(fixture.flake(TWENTY), "max-jobs", "1");
      var heard = new Heard();

      var result = fixture.builds.build(BuildFixture.request(context, "."), heard);

      assertThat(result.targets().getFirst().failure().orElseThrow())
          .hasMessageContaining("it needs part-7");
      var builds = heard.totals.builds();
      assertThat(builds.expected()).isEqualTo(20);
      assertThat(builds.running()).isZero();
      assertThat(heard.steps.values())
          .extracting(BuildStep::state)
          .doesNotContain(BuildStep.State.WAITING, BuildStep.State.RUNNING);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void plan_tellsWhatWouldBeBuilt_andBuildsNothing(Path nix) {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(TWENTY);
      var heard = new Heard();

      var result = fixture.builds.plan(BuildFixture.request(context, "."), heard);

      var target = result.targets().getFirst();
      assertThat(target.failure()).isEmpty();
      assertThat(target.outputs()).isEmpty();
      assertThat(target.drvPath()).endsWith("-all.drv");
      assertThat(result.built()).isZero();
      assertThat(heard.totals.builds().expected()).isEqualTo(20);
      assertThat(heard.steps).hasSize(20);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void storePaths_derivationsAndLinks_areBuilt(Path nix) throws Exception {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(PACKAGES);
      var multi =
          fixture
              .builds
              .build(BuildFixture.request(context, ".#multi"), new Heard())
              .targets()
              .getFirst();
      var link =
          Files.createSymbolicLink(
              fixture.sandbox.work().resolve("result"), Path.of(multi.outputs().getFirst().path()));

      var result =
          fixture.builds.build(
              new BuildRequest(
                  context,
                  "",
                  List.of(
                      new BuildTarget.OfStore(multi.drvPath()),
                      new BuildTarget.OfStore(multi.drvPath() + "^man"),
                      new BuildTarget.OfStore(multi.drvPath() + "!dev"),
                      new BuildTarget.OfStore(multi.outputs().getFirst().path()),
                      new BuildTarget.OfFlake(link.toString()),
                      new BuildTarget.OfStore(
                          fixture.sandbox.store() + "/00000000000000000000000000000000-none")),
                  false,
                  java.util.Optional.empty(),
                  java.util.Optional.empty(),
                  java.util.Optional.empty()),
              new Heard());

      assertThat(result.targets())
          .extracting(BuildsTest::outputs)
          .containsExactly(
              List.of("dev:multi-dev", "man:multi-man", "out:multi"),
              List.of("man:multi-man"),
              List.of("dev:multi-dev"),
              List.of(":multi"),
              List.of(":multi"),
              List.of());
      assertThat(result.targets().get(5).failure()).isPresent();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void collectedDerivation_isInstantiatedAgain(Path nix) {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(PACKAGES);
      var first = fixture.builds.plan(BuildFixture.request(context, ".#old.pkg"), new Heard());
      // An evaluator that lives keeps what it has written from the collector.
      fixture.restart();
      fixture.sandbox.run(
          context.cwd(),
          nix.resolveSibling("nix-store").toString(),
          "--gc",
          "--max-freed",
          "100000000");
      assertThat(Path.of(first.targets().getFirst().drvPath())).doesNotExist();

      var second = fixture.builds.build(BuildFixture.request(context, ".#old.pkg"), new Heard());

      assertThat(second.targets().getFirst().failure()).isEmpty();
      assertThat(second.targets().getFirst().drvPath())
          .isEqualTo(first.targets().getFirst().drvPath());
      assertThat(second.targets().getFirst().origin()).isEqualTo(Origin.BUILT);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void interruptedBuild_endsItsProcesses(Path nix) throws Exception {
    try (var fixture = new BuildFixture(nix)) {
      var context =
          fixture.flake(
              """
              { packages.SYSTEM.default = run "slow" "echo begun; sleep 1000; echo > $out" { }; }
              """);
      var begun = new java.util.concurrent.CountDownLatch(1);
      var heard =
          new Heard() {
            @Override
            public void line(String drvPath, String line) {
              if (line.equals("begun")) {
                begun.countDown();
              }
            }
          };
      var failure = new java.util.concurrent.CompletableFuture<Throwable>();
      var worker =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  fixture.builds.build(BuildFixture.request(context, "."), heard);
                  failure.complete(new AssertionError("it was built"));
                } catch (RuntimeException e) {
                  failure.complete(e);
                }
              });
      assertThat(begun.await(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      var children = ProcessHandle.current().descendants().toList();
      assertThat(children).isNotEmpty();

      long interrupted = System.nanoTime();
      worker.interrupt();
      var thrown = failure.get(60, java.util.concurrent.TimeUnit.SECONDS);

      assertThat(System.nanoTime() - interrupted).isLessThan(2_000_000_000L);
      assertThat(thrown)
          .isInstanceOfSatisfying(
              NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CANCELLED));
      // One that has ended, and that nobody collects, has no command line any more.
      assertThat(children)
          .filteredOn(ProcessHandle::isAlive)
          .extracting(child -> child.info().commandLine().orElse(""))
          .allMatch(line -> line.isEmpty() || line.contains(" repl "));
      assertThat(sleeping()).isEmpty();
      assertThat(requireNonNull(heard.steps.get("slow")).state())
          .isEqualTo(BuildStep.State.CANCELLED);
      assertThat(heard.targets.get(0)).isEqualTo(TargetState.CANCELLED);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void killedNix_isToldAsWhatItIs_andItsBuildersEndToo(Path nix) throws Exception {
    try (var fixture = new BuildFixture(nix)) {
      var context =
          fixture.flake(
              """
              { packages.SYSTEM.default = run "slow" "echo begun; sleep 1.5; echo going; sleep 1000; echo > $out" { }; }
              """);
      var heard =
          new Heard() {
            @Override
            public void line(String drvPath, String line) {
              if (line.equals("going")) {
                ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().commandLine().orElse("").contains("--realise"))
                    .forEach(ProcessHandle::destroyForcibly);
              }
            }
          };

      var result = fixture.builds.build(BuildFixture.request(context, "."), heard);

      assertThat(result.targets().getFirst().failure().orElseThrow())
          .hasMessageContaining("nix-store was ended by signal 9 (exit code 137)");
      assertThat(sleeping()).isEmpty();
    }
  }

  /** The sleepers that tests here started. */
  private static List<ProcessHandle> sleeping() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").endsWith("sleep 1000"))
        .toList();
  }

  private static List<String> outputs(TargetResult target) {
    return target.outputs().stream()
        .map(output -> output.name() + ":" + output.path().replaceFirst(".*/[0-9a-z]{32}-", ""))
        .toList();
  }
}
