package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.DeployRequest.Rollout;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deployments of real systems by real Nix over a real sshd; what they do is noted by them. */
class DeploymentsTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** For what does not depend on the version of Nix. */
  static List<Path> oneProgram() {
    return NixSandbox.programs().subList(0, 1);
  }

  private static HostResult deploy(DeployFixture fixture, DeployRequest request) {
    return fixture.deployments.deploy(request, new Told()).hosts().getFirst();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void switching_oneAfterTheOther(Path nix) throws Exception {
    try (var fixture = new DeployFixture(nix)) {
      var first = deploy(fixture, fixture.request(DeployMode.SWITCH, "one"));
      assertThat(first.failure()).isEmpty();
      assertThat(first.ending()).isEqualTo(Ending.DONE);
      assertThat(first.generation()).hasValue(1);
      assertThat(fixture.running()).isEqualTo("one");
      assertThat(fixture.booted()).isEqualTo("one");
      assertThat(fixture.journal()).containsExactly("test one", "boot one");
      assertThat(first.system())
          .isEqualTo(fixture.root.resolve("run/current-system").toRealPath().toString());
      assertThat(fixture.root.resolve("store").resolve(Path.of(first.system()).getFileName()))
          .isDirectory();

      // Again: one look, and nothing else.
      long logins = fixture.sshd.logins();
      var told = new Told();
      var again =
          fixture
              .deployments
              .deploy(fixture.request(DeployMode.SWITCH, "one"), told)
              .hosts()
              .getFirst();
      assertThat(again.ending()).isEqualTo(Ending.UNCHANGED);
      assertThat(fixture.journal()).isEmpty();
      assertThat(fixture.sshd.logins() - logins).isEqualTo(1);
      assertThat(told.stages).containsExactly("one preflight RUNNING", "one preflight SUCCEEDED");

      // Another system; units that fail are told and are no reason to go back.
      var units = deploy(fixture, fixture.request(DeployMode.SWITCH, "units"));
      assertThat(units.ending()).isEqualTo(Ending.DONE_WITH_FAILED_UNITS);
      assertThat(units.generation()).hasValue(2);
      assertThat(units.before()).isEqualTo(first.system());
      assertThat(units.diff().orElseThrow().packages()).isNotEmpty();
      assertThat(fixture.running()).isEqualTo("units");

      var reboot = deploy(fixture, fixture.request(DeployMode.SWITCH, "reboot"));
      assertThat(reboot.ending()).isEqualTo(Ending.DONE_REBOOT_NEEDED);
      fixture.journal();

      // A system that fails: the one before runs again, and the profile is what it was.
      var bad = deploy(fixture, fixture.request(DeployMode.SWITCH, "bad"));
      assertThat(bad.ending()).isEqualTo(Ending.ROLLED_BACK);
      assertThat(bad.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_FAILED);
      assertThat(bad.failure().orElseThrow().getMessage()).contains("exit code 2");
      assertThat(fixture.journal()).containsExactly("test bad", "test reboot");
      assertThat(fixture.running()).isEqualTo("reboot");
      assertThat(fixture.booted()).isEqualTo("reboot");

      // One whose boot loader fails: the same.
      Files.createFile(fixture.root.resolve("boot-fails"));
      var unbootable = deploy(fixture, fixture.request(DeployMode.SWITCH, "two"));
      assertThat(unbootable.ending()).isEqualTo(Ending.ROLLED_BACK);
      assertThat(unbootable.failure().orElseThrow().getMessage()).contains("boot ended with 3");
      assertThat(fixture.running()).isEqualTo("reboot");
      assertThat(fixture.booted()).isEqualTo("reboot");
      var notBoot = deploy(fixture, fixture.request(DeployMode.BOOT, "two"));
      assertThat(notBoot.ending()).isEqualTo(Ending.FAILED);
      assertThat(fixture.booted()).isEqualTo("reboot");
      Files.delete(fixture.root.resolve("boot-fails"));
      fixture.journal();

      // Back, to the one before and to one of a number.
      var back = deploy(fixture, fixture.rollback(0, "one"));
      assertThat(back.failure()).isEmpty();
      assertThat(back.generation()).hasValue(2);
      assertThat(fixture.running()).isEqualTo("units");
      assertThat(fixture.booted()).isEqualTo("units");
      assertThat(deploy(fixture, fixture.rollback(1, "one")).generation()).hasValue(1);
      assertThat(fixture.booted()).isEqualTo("one");
      var missing = deploy(fixture, fixture.rollback(77, "one"));
      assertThat(missing.ending()).isEqualTo(Ending.REFUSED);
      assertThat(missing.failure().orElseThrow().getMessage()).contains("no generation 77");
      assertThat(deploy(fixture, fixture.rollback(0, "one")).failure().orElseThrow().getMessage())
          .contains("no generation before");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void modes_changeNoMoreThanTheySay(Path nix) throws IOException {
    try (var fixture = new DeployFixture(nix)) {
      assertThat(deploy(fixture, fixture.request(DeployMode.BUILD, "one")).ending())
          .isEqualTo(Ending.PLANNED);
      assertThat(fixture.sshd.logins()).isZero();
      assertThat(deploy(fixture, fixture.request(DeployMode.BOOT, "one")).ending())
          .isEqualTo(Ending.DONE);
      assertThat(fixture.running()).isEmpty();
      assertThat(fixture.booted()).isEqualTo("one");
      assertThat(fixture.journal()).containsExactly("boot one");

      var told = new Told();
      assertThat(
              fixture
                  .deployments
                  .deploy(fixture.request(DeployMode.DRY_ACTIVATE, "two"), told)
                  .hosts()
                  .getFirst()
                  .ending())
          .isEqualTo(Ending.DONE);
      assertThat(told.lines).contains("would restart demo.service");
      assertThat(fixture.journal()).containsExactly("dry-activate two");
      assertThat(fixture.running()).isEmpty();

      assertThat(deploy(fixture, fixture.request(DeployMode.TEST, "two")).ending())
          .isEqualTo(Ending.DONE);
      assertThat(fixture.running()).isEqualTo("two");
      assertThat(fixture.booted()).isEqualTo("one");
      assertThat(fixture.journal()).containsExactly("test two");
    }
  }

  @ParameterizedTest
  @MethodSource("oneProgram")
  void whatIsNotFit_isRefusedBeforeAnythingIsBuilt(Path nix) throws IOException {
    try (var fixture = new DeployFixture(nix)) {
      var alien = deploy(fixture, fixture.request(DeployMode.SWITCH, "alien"));
      assertThat(alien.ending()).isEqualTo(Ending.REFUSED);
      assertThat(alien.failure().orElseThrow().getMessage()).contains("riscv64-linux");
      var planned = deploy(fixture, fixture.request(DeployMode.SWITCH, "planned"));
      assertThat(planned.ending()).isEqualTo(Ending.REFUSED);
      assertThat(planned.failure().orElseThrow().getMessage()).contains("no configuration");
      var broken = deploy(fixture, fixture.request(DeployMode.SWITCH, "broken"));
      assertThat(broken.ending()).isEqualTo(Ending.FAILED);
      assertThat(broken.stage()).isEqualTo(Stage.BUILD);
      assertThat(broken.failure().orElseThrow().getMessage()).contains("no such option");

      Files.delete(fixture.root.resolve("etc/NIXOS"));
      var foreign = deploy(fixture, fixture.request(DeployMode.SWITCH, "one"));
      assertThat(foreign.ending()).isEqualTo(Ending.REFUSED);
      assertThat(foreign.failure().orElseThrow().getMessage()).contains("runs no NixOS");
      Files.createFile(fixture.root.resolve("etc/NIXOS"));

      fixture.sshd.know(fixture.sshd.file("host2.pub"));
      var stranger = deploy(fixture, fixture.request(DeployMode.SWITCH, "one"));
      assertThat(stranger.ending()).isEqualTo(Ending.FAILED);
      assertThat(stranger.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_KEY_REJECTED);
      fixture.sshd.know(fixture.sshd.file("host.pub"));

      assertThatThrownBy(() -> deploy(fixture, fixture.request(DeployMode.SWITCH, "onne")))
          .isInstanceOfSatisfying(
              NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HOST_NOT_FOUND));
      fixture.sshd.close();
      var gone = deploy(fixture, fixture.request(DeployMode.SWITCH, "one"));
      assertThat(gone.ending()).isEqualTo(Ending.FAILED);
      assertThat(gone.stage()).isEqualTo(Stage.PREFLIGHT);
      assertThat(gone.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_UNREACHABLE);
      assertThat(fixture.journal()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("oneProgram")
  void aConnectionThatBreaksInMidActivation_isMadeAnew(Path nix) throws Exception {
    try (var fixture = new DeployFixture(nix)) {
      Files.createFile(fixture.hold());
      var once = new CountDownLatch(1);
      var told =
          new Told(line -> {
            if (line.equals("activating one") && once.getCount() > 0) {
              once.countDown();
              fixture.sshd.cut();
              delete(fixture.hold());
            }
          });
      var result =
          fixture
              .deployments
              .deploy(fixture.request(DeployMode.SWITCH, "one"), told)
              .hosts()
              .getFirst();
      assertThat(once.getCount()).isZero();
      assertThat(result.failure()).isEmpty();
      assertThat(result.ending()).isEqualTo(Ending.DONE);
      assertThat(told.lines).filteredOn("activating one"::equals).hasSize(1);
      assertThat(fixture.running()).isEqualTo("one");
      assertThat(fixture.booted()).isEqualTo("one");
    }
  }

  @ParameterizedTest
  @MethodSource("oneProgram")
  void twoAtOnce_oneIsRefused(Path nix) throws Exception {
    try (var fixture = new DeployFixture(nix)) {
      Files.createFile(fixture.hold());
      var begun = new CountDownLatch(1);
      var first =
          CompletableFuture.supplyAsync(() ->
              fixture
                  .deployments
                  .deploy(
                      fixture.request(DeployMode.SWITCH, "one"),
                      new Told(line -> begun.countDown()))
                  .hosts()
                  .getFirst());
      begun.await();
      var second = deploy(fixture, fixture.request(DeployMode.SWITCH, "one"));
      assertThat(second.ending()).isEqualTo(Ending.REFUSED);
      assertThat(second.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_BUSY);

      // Another daemon knows nothing of this one, but the target does.
      var means = fixture.deployments.means();
      var other =
          new Deployments(
              new Means(
                  means.hosts(),
                  means.builds(),
                  means.stores(),
                  means.ssh(),
                  means.runner(),
                  new TargetLocks(),
                  means.random()));
      var third =
          other.deploy(fixture.request(DeployMode.SWITCH, "two"), new Told()).hosts().getFirst();
      assertThat(third.ending()).isEqualTo(Ending.REFUSED);
      assertThat(third.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_BUSY);
      delete(fixture.hold());
      assertThat(first.get().ending()).isEqualTo(Ending.DONE);
      assertThat(fixture.running()).isEqualTo("one");
      assertThat(fixture.booted()).isEqualTo("one");
      assertThat(fixture.journal()).containsExactly("test one", "boot one");
    }
  }

  @ParameterizedTest
  @MethodSource("oneProgram")
  void whenNobodyComesBack_theTargetGoesBackByItself(Path nix) throws Exception {
    try (var fixture = new DeployFixture(nix)) {
      assertThat(deploy(fixture, fixture.request(DeployMode.SWITCH, "one")).ending())
          .isEqualTo(Ending.DONE);
      fixture.journal();
      // The key that the target shows changes with its new system: nobody can be sure of it any
      // more.
      var told =
          new Told(line -> {
            if (line.equals("activating two")) {
              fixture.sshd.know(fixture.sshd.file("host2.pub"));
            }
            if (line.contains("cannot be reached") || line.contains("key")) {
              awaitJournal(fixture, "test one");
              fixture.sshd.know(fixture.sshd.file("host.pub"));
            }
          });
      var result =
          fixture
              .deployments
              .deploy(fixture.patient(Duration.ofSeconds(1), "two"), told)
              .hosts()
              .getFirst();
      assertThat(result.ending()).isEqualTo(Ending.ROLLED_BACK);
      assertThat(result.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_UNCONFIRMED);
      assertThat(fixture.running()).isEqualTo("one");
      assertThat(fixture.booted()).isEqualTo("one");
    }
  }

  @ParameterizedTest
  @MethodSource("oneProgram")
  void manyHosts_afterTheFailureOfACanaryNoneIsBegun(Path nix) throws IOException {
    try (var fixture = new DeployFixture(nix)) {
      assertThat(deploy(fixture, fixture.request(DeployMode.SWITCH, "one")).ending())
          .isEqualTo(Ending.DONE);
      var plain = fixture.request(DeployMode.SWITCH, "bad | two");
      var canary =
          new DeployRequest(
              fixture.context,
              "",
              plain.selections(),
              plain.mode(),
              false,
              OptionalInt.empty(),
              Optional.empty(),
              plain.reach(),
              new Rollout(1, 1, 0),
              plain.confirmation(),
              false);
      var told = new Told();
      var results = fixture.deployments.deploy(canary, told).hosts();
      assertThat(results).extracting(HostResult::name).containsExactly("bad", "two");
      assertThat(results)
          .extracting(HostResult::ending)
          .containsExactly(Ending.ROLLED_BACK, Ending.SKIPPED);
      assertThat(fixture.running()).isEqualTo("one");
      assertThatThrownBy(() ->
              fixture.deployments.deploy(
                  new DeployRequest(
                      fixture.context,
                      "",
                      List.of("bad | two"),
                      DeployMode.SWITCH,
                      false,
                      OptionalInt.empty(),
                      Optional.empty(),
                      new Reach(Optional.of("target"), false, List.of(), false),
                      plain.rollout(),
                      plain.confirmation(),
                      false),
                  told))
          .hasMessageContaining("2 were chosen");
    }
  }

  @ParameterizedTest
  @MethodSource("oneProgram")
  void thisMachine_isReachedWithoutSsh(Path nix) throws IOException {
    try (var fixture = new DeployFixture(nix)) {
      var plain = fixture.request(DeployMode.SWITCH, "one");
      var here =
          new DeployRequest(
              fixture.context,
              "",
              plain.selections(),
              plain.mode(),
              false,
              OptionalInt.empty(),
              Optional.of("night"),
              new Reach(Optional.of("localhost"), false, List.of(), false),
              plain.rollout(),
              plain.confirmation(),
              false);
      var first = deploy(fixture, here);
      assertThat(first.failure()).isEmpty();
      assertThat(first.ending()).isEqualTo(Ending.DONE);
      assertThat(first.generation()).hasValue(1);
      assertThat(fixture.root.resolve("run/current-system").toRealPath())
          .hasToString(first.system() + "/specialisation/night");
      assertThat(fixture.booted()).isEqualTo("one");
      assertThat(deploy(fixture, here).ending()).isEqualTo(Ending.UNCHANGED);
      assertThat(fixture.sshd.logins()).isZero();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void awaitJournal(DeployFixture fixture, String line) {
    try {
      while (!Files.readAllLines(fixture.root.resolve("journal")).contains(line)) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
