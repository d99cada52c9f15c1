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
