package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.DeployRequest.Rollout;
import dev.arda.nix.system.deploy.DeployRequest.Verification;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.testing.Trees;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.StageLimits;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A deployment whose process is killed while the target activates. */
class KilledDeploymentTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  /**
   * Deploys {@code two}; arguments: the flake, the program {@code nix}, a directory for files, one
   * for sockets, the target.
   */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
      var context =
          new CallContext(
              Path.of(arguments[0]),
              Optional.of(Path.of(arguments[1])),
              NixOptions.NONE,
              System.getenv());
      var work = Path.of(arguments[2]);
      DeployFixture.deployments(
              DeployFixture.flakes(work), SystemProcessRunner.create(), work, Path.of(arguments[3]))
          .deploy(
              new DeployRequest(
                  context,
                  "",
                  List.of("two"),
                  DeployMode.SWITCH,
                  Engine.NATIVE,
                  false,
                  OptionalInt.empty(),
                  Optional.empty(),
                  new Reach(Optional.of(arguments[4]), false, List.of(), false),
                  Optional.empty(),
                  new Rollout(1, 0, 0),
                  StageLimits.USUAL,
                  new Verification(Duration.ofSeconds(1), List.of(), Duration.ZERO),
                  false),
              new Told());
    }
  }

  @Test
  void theTargetGoesBackByItself() throws Exception {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var sockets = Files.createTempDirectory("arda-c");
    try {
      assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
      target.journal();
      target.touch("hold");
      var killed = start(fixture, target, sockets);
      try {
        await(() -> target.running().equals("two"));
      } finally {
        killed.destroyForcibly();
        killed.waitFor();
      }
      target.remove("hold");

      var journal = new ArrayList<String>();
      await(() -> {
        journal.addAll(target.journal());
        return journal.contains("test one") && target.running().equals("one");
      });
      assertThat(journal).containsExactly("test two", "test one");
      assertThat(target.booted()).isEqualTo("one");

      // And nothing is left that would keep somebody else from it.
      await(() -> target.deploy("two").ending() == Ending.DONE);
      assertThat(target.booted()).isEqualTo("two");
    } finally {
      Trees.delete(sockets);
    }
  }

  private static Process start(DeployFixture fixture, DeployTarget target, Path sockets)
      throws IOException {
    var work = Files.createDirectories(fixture.sandbox.work().resolve("killed"));
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path", ""),
                Main.class.getName(),
                target.context().cwd().toString(),
                fixture.sandbox.nix().toString(),
                work.toString(),
                sockets.toString(),
                target.name())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(work.resolve("output").toFile()));
    builder.environment().clear();
    builder.environment().putAll(target.context().environment());
    return builder.start();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it takes too long").isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
