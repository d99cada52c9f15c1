package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.remote.RemoteRealisation;
import dev.arda.nix.remote.SshConnection;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.Machine;
import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deployments of real systems by real Nix over a real sshd; what they do is noted by them. */
class DeploymentsTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void switching_oneAfterTheOther(Path nix) throws IOException {
    var fixture = FIXTURES.of(nix);
    var target = fixture.target();
    var first = target.deploy("one");
    assertThat(first.failure()).isEmpty();
    assertThat(first.ending()).isEqualTo(Ending.DONE);
    assertThat(first.generation()).hasValue(1);
    assertThat(target.running()).isEqualTo("one");
    assertThat(target.booted()).isEqualTo("one");
    assertThat(target.journal()).containsExactly("test one", "boot one");
    assertThat(first.system())
        .isEqualTo(target.root().resolve("run/current-system").toRealPath().toString())
        .isEqualTo(first.running());
    assertThat(target.root().resolve("store").resolve(Path.of(first.system()).getFileName()))
        .isDirectory();

    // Again: one look, and nothing else.
    long logins = fixture.sshd.logins();
    var told = new Told();
    assertThat(target.wish("one").run(told).ending()).isEqualTo(Ending.UNCHANGED);
    assertThat(target.journal()).isEmpty();
    assertThat(fixture.sshd.logins() - logins).isEqualTo(1);
    assertThat(told.stages).containsExactly("one preflight RUNNING", "one preflight SUCCEEDED");

    // Another system; units that fail are told and are no reason to go back.
    var units = target.deploy("units");
    assertThat(units.ending()).isEqualTo(Ending.DONE_WITH_FAILED_UNITS);
    assertThat(units.generation()).hasValue(2);
    assertThat(units.before()).isEqualTo(first.system());
    assertThat(units.diff().orElseThrow().packages()).isNotEmpty();
    assertThat(target.running()).isEqualTo("units");

    // A system that fails: the one before runs again, and the profile is what it was.
    target.journal();
    var bad = target.deploy("bad");
    assertThat(bad.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(bad.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_FAILED);
    assertThat(bad.failure().orElseThrow().getMessage()).contains("exit code 2");
    assertThat(bad.running()).isEqualTo(units.system());
    assertThat(target.journal()).containsExactly("test bad", "test units");
    assertThat(target.running()).isEqualTo("units");
    assertThat(target.booted()).isEqualTo("units");

    // Back, to the one before.
    var back = target.wish("one").rollback(0).run();
    assertThat(back.failure()).isEmpty();
    assertThat(back.generation()).hasValue(1);
    assertThat(target.running()).isEqualTo("one");
    assertThat(target.booted()).isEqualTo("one");
  }

  @Test
  void aBootLoaderThatFails_leavesEverythingAsItWas() {
    var target = FIXTURES.any().target();
    target.touch("boot-fails");

    // Nothing was there before, and nothing is then.
    assertThat(target.wish("one").mode(DeployMode.BOOT).run().ending()).isEqualTo(Ending.FAILED);
    assertThat(target.booted()).isEmpty();
    assertThat(target.root().resolve("nix/var/nix/profiles")).isEmptyDirectory();
    var first = target.deploy("one");
    assertThat(first.ending()).isEqualTo(Ending.STUCK);
    assertThat(first.failure().orElseThrow())
        .hasMessageContaining("there was none before to go back to: ")
        .hasMessageNotContaining("could not be activated again");
    assertThat(target.booted()).isEmpty();

    target.remove("boot-fails");
    assertThat(target.deploy("one").generation()).hasValue(1);
    assertThat(target.deploy("reboot").ending()).isEqualTo(Ending.DONE_REBOOT_NEEDED);
    target.touch("boot-fails");
    var unbootable = target.deploy("two");
    assertThat(unbootable.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(unbootable.failure().orElseThrow().getMessage()).contains("boot ended with 3");
    assertThat(target.wish("two").mode(DeployMode.BOOT).run().ending()).isEqualTo(Ending.FAILED);
    assertThat(target.running()).isEqualTo("reboot");
    assertThat(target.booted()).isEqualTo("reboot");
    target.remove("boot-fails");

    // Back, to one of a number.
    assertThat(target.wish("one").rollback(1).run().generation()).hasValue(1);
    assertThat(target.booted()).isEqualTo("one");
    var missing = target.wish("one").rollback(77).run();
    assertThat(missing.ending()).isEqualTo(Ending.REFUSED);
    assertThat(missing.failure().orElseThrow().getMessage()).contains("no generation 77");
    assertThat(target.wish("one").rollback(0).run().failure().orElseThrow().getMessage())
        .contains("no generation before");
  }

  @Test
  void modes_changeNoMoreThanTheySay() {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    long logins = fixture.sshd.logins();
    assertThat(target.wish("one").mode(DeployMode.BUILD).run().ending()).isEqualTo(Ending.PLANNED);
    assertThat(fixture.sshd.logins()).isEqualTo(logins);
    assertThat(target.wish("one").mode(DeployMode.BOOT).run().ending()).isEqualTo(Ending.DONE);
    assertThat(target.running()).isEmpty();
    assertThat(target.booted()).isEqualTo("one");
    assertThat(target.journal()).containsExactly("boot one");

    var told = new Told();
    assertThat(target.wish("two").mode(DeployMode.DRY_ACTIVATE).run(told).ending())
        .isEqualTo(Ending.DONE);
    assertThat(told.lines).contains("would restart demo.service");
    assertThat(target.journal()).containsExactly("dry-activate two");
    assertThat(target.running()).isEmpty();

    assertThat(target.wish("two").mode(DeployMode.TEST).run().ending()).isEqualTo(Ending.DONE);
    assertThat(target.running()).isEqualTo("two");
    assertThat(target.booted()).isEqualTo("one");
    assertThat(target.journal()).containsExactly("test two");
  }

  @Test
  void whatIsNotFit_isRefusedBeforeAnythingIsBuilt() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var alien = target.deploy("alien");
    assertThat(alien.ending()).isEqualTo(Ending.REFUSED);
    assertThat(alien.failure().orElseThrow().getMessage()).contains("riscv64-linux");
    var planned = target.deploy("planned");
    assertThat(planned.ending()).isEqualTo(Ending.REFUSED);
    assertThat(planned.failure().orElseThrow().getMessage()).contains("no configuration");
    var broken = target.deploy("broken");
    assertThat(broken.ending()).isEqualTo(Ending.FAILED);
    assertThat(broken.stage()).isEqualTo(Stage.BUILD);
    assertThat(broken.failure().orElseThrow().getMessage()).contains("no such option");

    Files.delete(target.root().resolve("etc/NIXOS"));
    var foreign = target.deploy("one");
    assertThat(foreign.ending()).isEqualTo(Ending.REFUSED);
    assertThat(foreign.failure().orElseThrow().getMessage()).contains("runs no NixOS");
    target.touch("etc/NIXOS");

    fixture.sshd.know(fixture.sshd.file("host2.pub"));
    var stranger = target.deploy("one");
    fixture.sshd.know(fixture.sshd.file("host.pub"));
    assertThat(stranger.ending()).isEqualTo(Ending.FAILED);
    assertThat(stranger.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_KEY_REJECTED);

    var gone = target.wish("one").at("127.0.0.1:1").run();
    assertThat(gone.ending()).isEqualTo(Ending.FAILED);
    assertThat(gone.stage()).isEqualTo(Stage.PREFLIGHT);
    assertThat(gone.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_UNREACHABLE);
    assertThat(target.journal()).isEmpty();

    assertThatThrownBy(() -> target.deploy("onne"))
        .isInstanceOfSatisfying(
            NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HOST_NOT_FOUND));
    assertThatThrownBy(() -> target.deploy("one | two")).hasMessageContaining("2 were chosen");
    assertThatThrownBy(() -> target.wish("a", "b").at("").run())
        .hasMessageContaining("wait for each other: a, b");
  }

  @Test
  void thisMachine_isReachedWithoutSsh() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var variables = new LinkedHashMap<>(target.context().environment());
    variables.put("HOME", target.root().resolve("home").toString());
    var here =
        target
            .wish("one")
            .specialisation("night")
            .at("localhost")
            .as(
                new dev.arda.nix.types.CallContext(
                    target.context().cwd(),
                    target.context().nixProgram(),
                    target.context().options(),
                    variables));
    long logins = fixture.sshd.logins();
    var first = here.run();
    assertThat(first.failure()).isEmpty();
    assertThat(first.ending()).isEqualTo(Ending.DONE);
    assertThat(first.generation()).hasValue(1);
    assertThat(target.root().resolve("run/current-system").toRealPath())
        .hasToString(first.system() + "/specialisation/night");
    assertThat(target.booted()).isEqualTo("one");
    assertThat(here.run().ending()).isEqualTo(Ending.UNCHANGED);
    assertThat(fixture.sshd.logins()).isEqualTo(logins);

    // Its profile keeps it here; what went elsewhere is held here for a while.
    assertThat(fixture.isHeld(first.system())).isFalse();
    assertThat(fixture.isHeld(fixture.target().deploy("two").system())).isTrue();
  }

  @Test
  void healthChecks_thatDoNotSucceed_bringTheSystemBeforeBack() {
    var target = FIXTURES.any().target();
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
    target.journal();

    // Of the flake.
    var told = new Told();
    var checked = target.wish("checked").run(told);
    assertThat(checked.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(checked.stage()).isEqualTo(Stage.CONFIRM);
    assertThat(checked.failure().orElseThrow().reason()).isEqualTo(Reason.HEALTH_CHECK_FAILED);
    assertThat(checked.failure().orElseThrow().getMessage())
        .contains("test -e $HOME/well ended with 1");
    assertThat(target.journal()).containsExactly("test checked", "test one");
    assertThat(target.running()).isEqualTo("one");
    assertThat(target.booted()).isEqualTo("one");

    // Of the one who deploys; those of the flake come first, and all have to succeed.
    target.touch("home/well");
    var asked =
        target
            .wish("checked")
            .checks("true", "echo 'it is \"$HOME\" that hurts'; exit 3")
            .run(told);
    assertThat(asked.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(asked.failure().orElseThrow().getMessage())
        .contains("ended with 3: it is \"$HOME\" that hurts");
    assertThat(target.running()).isEqualTo("one");
    var endless =
        target.wish("checked").checks("sleep 600").checkLimit(Duration.ofSeconds(3)).run(told);
    assertThat(endless.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(endless.failure().orElseThrow())
        .hasMessageContaining("is not well: sleep 600 did not end within 3 s. The one before runs");
    target.journal();
    assertThat(target.wish("checked").checks("true").run().ending()).isEqualTo(Ending.DONE);
    assertThat(target.booted()).isEqualTo("checked");
    assertThat(target.journal()).containsExactly("test checked", "boot checked");
  }

  @Test
  void buildHost_buildsInsteadOfThisMachine() {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var told = new Told();
    var result = target.wish("spare").builtAt("builder").run(told);
    assertThat(result.failure()).isEmpty();
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(told.details).contains("building on builder", "on builder");
    assertThat(fixture.target("builder").root().resolve("store"))
        .isDirectoryContaining(
            path -> path.getFileName().toString().endsWith("-nixos-system-spare"));
    assertThat(target.running()).isEqualTo("spare");
    var late = target.wish("reboot").builtAt("builder").copyLimit(Duration.ofMillis(1)).run(told);
    assertThat(late.ending()).isEqualTo(Ending.FAILED);
    assertThat(late.stage()).isEqualTo(Stage.BUILD);
    assertThat(late.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_COPY_TIMEOUT);
    assertThat(late.failure().orElseThrow().getMessage())
        .startsWith(
            "The copy of the derivations of the system of reboot to builder took too long: ")
        .contains("did not finish within 1 ms", "Nothing was built.", "--copy-timeout");
    fetchingIn(Duration.ofMillis(1), target, result.system());
    var failed = target.wish("failing").builtAt("builder").run(told);
    assertThat(failed.ending()).isEqualTo(Ending.FAILED);
    assertThat(failed.stage()).isEqualTo(Stage.BUILD);
    assertThat(failed.failure().orElseThrow().reason()).isEqualTo(Reason.BUILD_FAILED);
    assertThat(failed.failure().orElseThrow().getMessage()).contains("on builder");
    assertThat(target.running()).isEqualTo("spare");
  }

  /** What is built on another machine cannot be brought here in so little time. */
  private static void fetchingIn(Duration time, DeployTarget target, String system) {
    var means = FIXTURES.any().deployments.means();
    var reach = new DeployRequest.Reach(Optional.empty(), false, List.of(), false);
    var way = new TargetAccess(means, target.context(), reach, SshTarget.parse("builder"));
    try (var shell = way.shared()) {
      var there =
          new RemoteRealisation(
              means.stores(),
              target.context(),
              (SshConnection) shell,
              StageLimits.of(Duration.ofHours(1), Duration.ofHours(1), time));
      assertThatThrownBy(() ->
              there.fetch(
                  "the system of spare",
                  HostDeployment.path(system),
                  new RemoteRealisation.Listener() {
                    @Override
                    public void does(String what) {}

                    @Override
                    public void line(String line) {}
                  }))
          .isInstanceOfSatisfying(
              NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HOST_COPY_TIMEOUT))
          .hasMessageStartingWith("The copy of the system of spare from builder took too long: ")
          .hasMessageContaining("It is built there.")
          .hasMessageEndingWith("goes on from it. --copy-timeout SECONDS gives it more time.");
    }
  }

  @Test
  void aMachine_isBroughtToItsConfiguration() {
    var fixture = FIXTURES.any();
    var machine =
        new Machine(
            fixture.deployments.means().hosts().flakes(),
            fixture.fleetContext(),
            "",
            new HostName("f07"));
    var target = fixture.target("f07");
    // Not what other tests bring it to.
    fixture.fleet(7);
    var before = target.running();
    machine.update(fixture.deployments, "boot");
    assertThat(target.booted()).isEqualTo("f07-7");
    assertThat(target.running()).isEqualTo(before);
    machine.update(fixture.deployments);
    assertThat(target.running()).isEqualTo(target.booted());
    assertThatThrownBy(() -> machine.update(fixture.deployments, "explode"))
        .hasMessageContaining("explode");
  }

  /** A socket to share cannot have so long a path. Nix waits for a sign of its own ssh then. */
  @Test
  void aConnectionThatCannotBeShared_copiesAllTheSame() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var work = Files.createDirectories(fixture.sandbox.work().resolve("unshared"));
    try (var flakes = DeployFixture.flakes(work)) {
      var result =
          DeployFixture.deployments(flakes, fixture.runner, work, work.resolve("s".repeat(120)))
              .deploy(target.wish("one").request(), new Told())
              .hosts()
              .getFirst();
      assertThat(result.failure()).isEmpty();
      assertThat(result.ending()).isEqualTo(Ending.DONE);
      assertThat(target.running()).isEqualTo("one");
    }
  }

  @Test
  void aCopyThatTakesTooLong_isEnded_andChangesNothing() {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
    target.journal();
    var late = target.wish("two").copyLimit(Duration.ofMillis(1)).run();
    assertThat(late.ending()).isEqualTo(Ending.FAILED);
    assertThat(late.stage()).isEqualTo(Stage.COPY);
    assertThat(late.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_COPY_TIMEOUT);
    assertThat(late.failure().orElseThrow().getMessage())
        .startsWith("The copy to two (%s) took too long: ".formatted(target.name()))
        .contains("did not finish within 1 ms", "Nothing was activated", "--copy-timeout");
    assertThat(target.running()).isEqualTo("one");
    assertThat(target.booted()).isEqualTo("one");
    assertThat(target.journal()).isEmpty();
    var early = target.wish("two").copyLimit(Duration.ofMinutes(30)).run();
    assertThat(early.ending()).isEqualTo(Ending.DONE);
  }
}
