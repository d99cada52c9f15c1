package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.testing.Golden;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Deployments by programs that note what they are called with and do to profiles what the real ones
 * do. The command lines are compared with those that are written down beside this test.
 */
class RebuildEnginesTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  private static final List<DeployMode> MODES =
      List.of(
          DeployMode.SWITCH,
          DeployMode.BOOT,
          DeployMode.TEST,
          DeployMode.DRY_ACTIVATE,
          DeployMode.BUILD);

  @Test
  void nixosRebuild_inEveryModeAndToEveryTarget() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var trace = new StringBuilder();
    for (var form : List.of("python", "bash")) {
      var bench = new RebuildBench(fixture, target, form);
      for (var where : List.of(target.name(), "localhost")) {
        for (var mode : MODES) {
          trace.append(
              bench.traced(
                  wish -> wish.mode(mode).at(where),
                  "%s, %s, nixos-rebuild in %s"
                      .formatted(
                          mode.word(),
                          where.equals("localhost") ? "this machine" : "a target",
                          form)));
        }
      }
      trace.append(
          bench.traced(
              wish -> wish.at(bench.login()),
              "switch, a target with user and port, nixos-rebuild in " + form));
      trace.append(
          bench.traced(
              wish -> wish.builtAt("builder"),
              "switch, built on another machine, nixos-rebuild in " + form));
      trace.append(
          bench.traced(
              wish -> wish.mode(DeployMode.TEST).specialisation("night").substituting(),
              "test, a specialisation, what the target can fetch, nixos-rebuild in " + form));
      var guarded = new RebuildBench(fixture, fixture.target("guarded"), form);
      try (var _ = guarded.guarded()) {
        trace.append(
            guarded.traced(wish -> wish, "switch, a target with sudo, nixos-rebuild in " + form));
        trace.append(
            guarded.traced(
                wish -> wish.mode(DeployMode.DRY_ACTIVATE),
                "dry-activate, a target with sudo, nixos-rebuild in " + form));
      }
    }
    Golden.compare(RebuildEnginesTest.class, "nixos-rebuild.txt", trace.toString());
  }

  @Test
  void darwinRebuild_inEveryMode() throws IOException {
    var fixture = FIXTURES.any();
    var bench = new RebuildBench(fixture, fixture.target(), "darwin");
    var trace = new StringBuilder();
    for (var mode : List.of(DeployMode.SWITCH, DeployMode.DRY_ACTIVATE, DeployMode.BUILD)) {
      trace.append(
          bench.traced(
              wish -> wish.mode(mode).at("localhost"),
              mode.word() + ", this machine, darwin-rebuild"));
    }
    Golden.compare(RebuildEnginesTest.class, "darwin-rebuild.txt", trace.toString());

    for (var mode : List.of(DeployMode.BOOT, DeployMode.TEST)) {
      var refused = bench.wish().mode(mode).at("localhost").run();
      assertThat(refused.ending()).isEqualTo(Ending.REFUSED);
      assertThat(refused.failure().orElseThrow().getMessage())
          .contains("darwin-rebuild knows no mode " + mode.word());
    }
    var elsewhere = bench.wish().run();
    assertThat(elsewhere.ending()).isEqualTo(Ending.REFUSED);
    assertThat(elsewhere.failure().orElseThrow().getMessage()).contains("is no Mac");
    var natively = bench.wish().engine(Engine.NATIVE).at("localhost").run();
    assertThat(natively.failure().orElseThrow().getMessage()).contains("--engine darwin-rebuild");
  }

  @Test
  void exits_areTranslated_byWhatTheHostRunsThen() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var bench = new RebuildBench(fixture, target, "python");
    var told = new Told();
    var done = bench.wish().run(told);
    assertThat(done.failure()).isEmpty();
    assertThat(done.ending()).isEqualTo(Ending.DONE);
    assertThat(done.generation()).hasValue(1);
    assertThat(done.running()).isEqualTo(bench.system());
    assertThat(told.lines).contains("activating the configuration...", "Done.");
    assertThat(told.stages)
        .contains("one activate RUNNING", "one activate SUCCEEDED")
        .doesNotContain("one copy RUNNING");
    // Again: nothing is started.
    bench.forget();
    assertThat(bench.wish().run().ending()).isEqualTo(Ending.UNCHANGED);
    assertThat(bench.calls()).isEmpty();

    assertThat(bench.ending("4")).isEqualTo(Ending.DONE_WITH_FAILED_UNITS);
    assertThat(bench.ending("100")).isEqualTo(Ending.DONE_REBOOT_NEEDED);

    bench.reset("nothing 1");
    var untouched = bench.wish().run();
    assertThat(untouched.ending()).isEqualTo(Ending.FAILED);
    assertThat(untouched.failure().orElseThrow().getMessage())
        .contains("nixos-rebuild failed for one (exit code 1): error: it goes wrong.")
        .contains("the profile is as it was");

    // As the real one: the profile is set, and stays.
    bench.reset("profile 2");
    var stuck = bench.wish().run();
    assertThat(stuck.ending()).isEqualTo(Ending.STUCK);
    assertThat(stuck.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_FAILED);
    assertThat(stuck.failure().orElseThrow().getMessage())
        .contains("takes nothing back", "boots " + bench.system());

    bench.reset("nothing 0");
    var liar = bench.wish().run();
    assertThat(liar.ending()).isEqualTo(Ending.UNKNOWN);
    assertThat(liar.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_UNKNOWN);

    bench.reset("nothing 3");
    var tried = bench.wish().mode(DeployMode.DRY_ACTIVATE).run();
    assertThat(tried.ending()).isEqualTo(Ending.FAILED);
    var unbuilt = bench.wish().mode(DeployMode.BUILD).run();
    assertThat(unbuilt.ending()).isEqualTo(Ending.FAILED);
    assertThat(unbuilt.stage()).isEqualTo(Stage.BUILD);
    assertThat(unbuilt.failure().orElseThrow().reason()).isEqualTo(Reason.BUILD_FAILED);
  }

  /** Gives a deployment up while its program does nothing any more. */
  private static DeployResult givenUp(RebuildBench bench, DeployMode mode) throws Exception {
    var result = new CompletableFuture<DeployResult>();
    var request = bench.wish().mode(mode).request();
    var thread =
        Thread.ofVirtual()
            .start(() -> result.complete(FIXTURES.any().deployments.deploy(request, new Told())));
    var processes = bench.holding();
    assertThat(processes).hasSize(2).allMatch(ProcessHandle::isAlive);

    thread.interrupt();

    var end = result.get(2, TimeUnit.MINUTES);
    for (var process : processes) {
      // By itself it would go on for a quarter of an hour.
      process.onExit().get(2, TimeUnit.MINUTES);
    }
    assertThat(end.givenUp()).isTrue();
    return end;
  }

  @Test
  void cancelled_theProgramEnds_andWhatTheHostRunsIsNotGuessed() throws Exception {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var bench = new RebuildBench(fixture, target, "python");

    bench.reset("nothing 0 hold");
    var before = givenUp(bench, DeployMode.SWITCH).hosts().getFirst();
    assertThat(before.ending()).isEqualTo(Ending.CANCELLED);
    assertThat(before.failure().orElseThrow().getMessage())
        .contains("was ended before it switched one: what ran before runs");

    // It may have begun, and could go on there.
    bench.reset("nothing 0 hold");
    var test = givenUp(bench, DeployMode.TEST).hosts().getFirst();
    assertThat(test.ending()).isEqualTo(Ending.UNKNOWN);
    assertThat(test.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_UNKNOWN);

    bench.reset("profile 0 hold");
    var profile = givenUp(bench, DeployMode.SWITCH).hosts().getFirst();
    assertThat(profile.ending()).isEqualTo(Ending.UNKNOWN);
    assertThat(profile.failure().orElseThrow().getMessage())
        .contains("takes nothing back", "boots " + bench.system(), "is not known");

    // Also one that does not end by itself.
    bench.reset("all 0 deaf");
    var all = givenUp(bench, DeployMode.SWITCH).hosts().getFirst();
    assertThat(all.ending()).isEqualTo(Ending.UNKNOWN);
    assertThat(all.running()).isEqualTo(bench.system());
  }

  @Test
  void aProgramThatTakesTooLong_isEnded_andWhatTheHostRunsIsNotGuessed() throws Exception {
    var fixture = FIXTURES.any();
    var bench = new RebuildBench(fixture, fixture.target(), "python");
    // What the program may take is the sum. What is evaluated for it has been before.
    assertThat(bench.wish().run().failure()).isEmpty();
    var limits =
        StageLimits.of(Duration.ofSeconds(12), Duration.ofSeconds(1), Duration.ofSeconds(1));

    bench.reset("nothing 0 hold");
    var before = bench.wish().limits(limits).run();
    assertThat(before.ending()).isEqualTo(Ending.FAILED);
    assertThat(before.failure().orElseThrow().reason()).isEqualTo(Reason.COMMAND_TIMEOUT);
    assertThat(before.failure().orElseThrow())
        .hasMessageContaining("nixos-rebuild did not finish within 14 s and was ended");
    for (var process : bench.holding()) {
      // By itself it would go on for a quarter of an hour.
      process.onExit().get(2, TimeUnit.MINUTES);
    }

    bench.reset("profile 0 hold");
    var profile = bench.wish().limits(limits).run();
    assertThat(profile.ending()).isEqualTo(Ending.UNKNOWN);
    assertThat(profile.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_UNKNOWN);
    assertThat(profile.failure().orElseThrow().getMessage())
        .contains("boots " + bench.system(), "is not known");
  }

  @Test
  void aHostThatCannotBeEvaluated_failsBeforeAnyProgramIsStarted() throws IOException {
    var fixture = FIXTURES.any();
    var bench = new RebuildBench(fixture, fixture.target(), "bash");
    var broken = bench.wish("broken").run();
    assertThat(broken.ending()).isEqualTo(Ending.FAILED);
    assertThat(broken.stage()).isEqualTo(Stage.BUILD);
    assertThat(bench.calls()).isEmpty();
    assertThatThrownBy(() -> bench.wish().checks("true").run())
        .isInstanceOfSatisfying(
            NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REQUEST_INVALID));
    assertThatThrownBy(() -> bench.wish().rollback(0).run()).hasMessageContaining("engine native");
    var told = new Told();
    assertThat(bench.wish("checked").run(told).ending()).isEqualTo(Ending.DONE);
    assertThat(told.warnings).singleElement().asString().contains("health checks are not run");
  }

  @Test
  void aPassword_reachesTheProgramAndNobodyElse() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target("guarded");
    var old = new RebuildBench(fixture, target, "bash");
    var bench = new RebuildBench(fixture, target, "python");
    try (var _ = bench.guardedByPassword("hunter2 \"$\"")) {
      var told = Told.answering("hunter2 \"$\"");
      var result = bench.wish().run(told);
      assertThat(result.failure()).isEmpty();
      assertThat(result.ending()).isEqualTo(Ending.DONE);
      assertThat(bench.calls()).contains("--ask-sudo-password", "read: hunter2 \"$\"");
      assertThat(told.lines)
          .contains("the password is <redacted>")
          .noneMatch(line -> line.contains("hunter2"));

      bench.reset("");
      var refused = old.wish().run(Told.answering("hunter2 \"$\""));
      assertThat(refused.ending()).isEqualTo(Ending.REFUSED);
      assertThat(refused.failure().orElseThrow().getMessage()).contains("takes no password");
    }
  }

  @Test
  void stopped_isToldWithWhatToLookAt() {
    var facts = TargetFacts.parse("current=/nix/store/a\nprofile=/nix/store/a\n");
    var seen = new RebuildEndings.Seen(facts, Optional.of(facts), "/nix/store/b", "/nix/store/b");
    assertThat(stopped(Engine.NIXOS_REBUILD, seen)).endsWith("Look at it: arda host status one");
    // Another host's status says nothing of this machine.
    assertThat(stopped(Engine.OWN_NIXOS_REBUILD, seen))
        .endsWith("It is this machine; a reboot brings what it boots.");
  }

  private static String stopped(Engine engine, RebuildEndings.Seen seen) {
    return RebuildEndings.stopped("one", "nixos-rebuild", engine, DeployMode.TEST, seen)
        .failure()
        .orElseThrow()
        .getMessage();
  }

  @Test
  void morph_runsTheProgramOfTheSystemItself() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var bench = new RebuildBench(fixture, target, "python");
    var own =
        bench
            .wish("morphing")
            .engine(Engine.OWN_NIXOS_REBUILD)
            .mode(DeployMode.TEST)
            .at("localhost");
    var told = new Told();
    var result = own.run(told);
    assertThat(result.failure()).isEmpty();
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(target.running()).isEqualTo("morphing");
    assertThat(target.booted()).isEmpty();
    Golden.compare(
        RebuildEnginesTest.class,
        "morph.txt",
        bench.trace("test, this machine, of the system itself"));

    // What cannot be activated is not.
    bench.reset("nothing 1");
    var failed = own.run();
    assertThat(failed.ending()).isEqualTo(Ending.FAILED);
    assertThat(bench.calls()).contains("dry-activate").doesNotContain("test");

    var elsewhere = bench.wish("morphing").engine(Engine.OWN_NIXOS_REBUILD).mode(DeployMode.TEST);
    assertThat(elsewhere.run().failure().orElseThrow().getMessage())
        .contains("only the machine that it runs on");
    var without =
        bench
            .wish("one")
            .engine(Engine.OWN_NIXOS_REBUILD)
            .mode(DeployMode.TEST)
            .at("localhost")
            .run();
    assertThat(without.ending()).isEqualTo(Ending.REFUSED);
    assertThat(without.failure().orElseThrow().getMessage())
        .contains("has no sw/bin/nixos-rebuild");
    assertThatThrownBy(() -> own.mode(DeployMode.SWITCH).run())
        .hasMessageContaining("until the next boot");
  }
}
