package dev.arda.nix.system.deploy;

import static dev.arda.nix.core.ProgressListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.remote.ClosureTransfer;
import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A target whose store has no room: a real file system, small, that only the target sees. */
class FullDiskTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** A disk, for as long as the process that holds it lives. */
  private record Disk(Process holder, long pid, Path store) implements AutoCloseable {

    static Disk make(DeployFixture fixture, DeployTarget target) throws IOException {
      var store = fixture.sandbox.store();
      var holder =
          new ProcessBuilder(
                  "unshare",
                  "-m",
                  "sh",
                  "-c",
                  "mount -t tmpfs -o size=400m,nr_inodes=100 tmpfs \"$1\" && echo $$ && exec sleep 900",
                  "sh",
                  store.toString())
              .redirectErrorStream(true)
              .start();
      var said = String.valueOf(holder.inputReader().readLine());
      assertThat(said).as("no disk can be made").matches("[0-9]+");
      Files.writeString(target.root().resolve("disk"), said);
      return new Disk(holder, Long.parseLong(said), store);
    }

    /** Runs a command that sees it; {@code $1} is the store. */
    void run(String command) throws IOException {
      var process =
          new ProcessBuilder(
                  "nsenter",
                  "--mount",
                  "--target",
                  Long.toString(pid),
                  "--",
                  "sh",
                  "-c",
                  command,
                  "sh",
                  store.toString())
              .redirectErrorStream(true)
              .start();
      process.getInputStream().readAllBytes();
    }

    @Override
    public void close() {
      holder.destroyForcibly();
      try {
        holder.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void fullInTheMiddleOfACopy_changesNothing_andIsToldAsThat(Path nix) throws IOException {
    var fixture = FIXTURES.of(nix);
    var target = fixture.target("small");
    try (var disk = Disk.make(fixture, target)) {
      var first = target.deploy("one");
      assertThat(first.failure()).isEmpty();
      target.journal();
      lacks(fixture, target, first);

      // There is room for bytes, and none for files; nobody can know that before.
      disk.run("i=0; while : >$1/fill-$i; do i=$((i + 1)); done 2>/dev/null");
      var full = target.deploy("two");
      assertThat(full.ending()).isEqualTo(Ending.FAILED);
      assertThat(full.stage()).isEqualTo(Stage.COPY);
      assertThat(full.failure().orElseThrow().reason()).isEqualTo(Reason.STORE_FAILED);
      assertThat(full.failure().orElseThrow().getMessage())
          .startsWith("The disk of two (small) is full: two (small) had ")
          .contains("left for its store. Nothing was activated", "nix-collect-garbage", "No space");
      assertThat(full.running()).isEqualTo(first.system());
      assertThat(target.running()).isEqualTo("one");
      assertThat(target.booted()).isEqualTo("one");
      assertThat(target.journal()).isEmpty();

      // Too little to begin with: it is refused before anything is built or copied.
      disk.run("mount -o remount,size=50m $1");
      var told = new Told();
      var refused = target.wish("two").run(told);
      assertThat(refused.ending()).isEqualTo(Ending.REFUSED);
      assertThat(refused.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_UNFIT);
      assertThat(refused.failure().orElseThrow().getMessage())
          .matches("two \\(small\\) has only [0-9]+ MiB left for its store.*");
      assertThat(told.stages).noneMatch(stage -> stage.contains("copy"));

      // Room is made, and it goes on.
      disk.run("mount -o remount,size=400m $1; rm -f $1/fill-*");
      assertThat(target.deploy("two").ending()).isEqualTo(Ending.DONE);
      assertThat(target.booted()).isEqualTo("two");
    }
  }

  @Test
  void fullRun_whatBecameOfTheActivationIsToldAllTheSame() throws Exception {
    var fixture = FIXTURES.any();
    var crammed = fixture.target("crammed");
    try (var disk = Disk.make(fixture, crammed)) {
      var run = crammed.root().resolve("run");
      disk.run("mount -t tmpfs -o size=256k tmpfs " + run);
      var fill = "dd if=/dev/zero of=%s/fill bs=1k".formatted(run);
      var target =
          new DeployTarget(
              fixture,
              crammed.name(),
              Path.of("/proc/%d/root%s".formatted(disk.pid(), crammed.root())),
              crammed.context());
      assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
      target.journal();

      // While the new system is being activated, and fails.
      target.touch("hold");
      var first = CompletableFuture.supplyAsync(() -> target.deploy("bad"));
      target.awaitJournal("test bad");
      disk.run(fill);
      target.remove("hold");
      var back = first.get();
      assertThat(back.ending()).isEqualTo(Ending.ROLLED_BACK);
      assertThat(back.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_FAILED);
      assertThat(back.failure().orElseThrow().getMessage())
          .contains("(exit code 2)", "The one before runs again", "No room is left in its /run.");
      assertThat(Files.readSymbolicLink(target.root().resolve("run/current-system")))
          .isEqualTo(Path.of(back.running()));
      assertThat(back.running()).endsWith("-nixos-system-one");
      assertThat(target.booted()).isEqualTo("one");
      assertThat(target.journal()).containsExactly("test bad", "test one");
      assertThat(facts(fixture, target).lastActivation()).contains("failed");

      // Before.
      var absent = target.deploy("two");
      assertThat(absent.ending()).isEqualTo(Ending.FAILED);
      assertThat(absent.failure().orElseThrow().getMessage())
          .isEqualTo(
              "The activation could not be begun on two: nothing can be written to %s/arda: No space left on device. Nothing was changed."
                  .formatted(run));
      assertThat(target.journal()).isEmpty();

      // While the new system is being activated, which needs none of it.
      disk.run("rm %s/fill".formatted(run));
      target.touch("hold");
      var told = new Told();
      var second = CompletableFuture.supplyAsync(() -> target.wish("two").run(told));
      target.awaitJournal("test two");
      disk.run(fill);
      target.remove("hold");
      assertThat(second.get().ending()).isEqualTo(Ending.DONE);
      assertThat(told.warnings).containsExactly("no room is left in its /run");
      assertThat(target.booted()).isEqualTo("two");
      assertThat(facts(fixture, target).lastActivation()).contains("done");
    }
  }

  private static TargetFacts facts(DeployFixture fixture, DeployTarget target) {
    var ways =
        new HostWays(
            fixture.deployments.means(),
            target.context(),
            "",
            new DeployRequest.Reach(Optional.of(target.name()), false, List.of(), false));
    try (var shell = ways.to(ways.one("one", NONE)).shared()) {
      return TargetAccess.look(shell, TargetRoot.of(target.context(), "one"));
    }
  }

  /** What a target lacks is counted, and it is asked only where that could be too much. */
  private static void lacks(
      DeployFixture fixture, DeployTarget target, DeployResult.HostResult deployed) {
    var means = fixture.deployments.means();
    var ways =
        new HostWays(
            means,
            target.context(),
            "",
            new DeployRequest.Reach(Optional.of(target.name()), false, List.of(), false));
    var two = target.wish("two").mode(DeployMode.BUILD).run().system();
    try (var shell = ways.to(ways.one("one", NONE)).shared()) {
      var transfer = new ClosureTransfer(means.stores(), target.context(), shell, "two");
      assertThat(transfer.lacking(HostDeployment.path(deployed.system()), 0)).hasValue(0);
      assertThat(transfer.lacking(HostDeployment.path(two), 0).orElse(0)).isPositive();
      assertThat(transfer.lacking(HostDeployment.path(two), Long.MAX_VALUE)).isEmpty();
    }
  }

  @Test
  void figures_areTold() {
    long mib = 1024 * 1024;
    var small = new StoreRoom("web (w)", OptionalLong.of(7 * mib), OptionalLong.of(4096 * mib));
    assertThat(small.seemsTooSmall()).isTrue();
    assertThat(small.told())
        .isEqualTo("web (w) has 7168 KiB left for its store, and lacks 4096 MiB of the system");
    assertThat(new StoreRoom("web (w)", OptionalLong.empty(), OptionalLong.empty()).seemsTooSmall())
        .isFalse();
  }
}
