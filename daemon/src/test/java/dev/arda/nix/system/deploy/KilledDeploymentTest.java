package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.DeployRequest.Rollout;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A deployment whose process is killed while the target activates. */
class KilledDeploymentTest {

  /** Deploys {@code two}; arguments: the flake, the program {@code nix}, a directory for files. */
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
      DeployFixture.deployments(DeployFixture.flakes(work), SystemProcessRunner.create(), work)
          .deploy(
              new DeployRequest(
                  context,
                  "",
                  List.of("two"),
                  DeployMode.SWITCH,
                  false,
                  OptionalInt.empty(),
                  Optional.empty(),
                  new Reach(Optional.empty(), false, List.of(), false),
                  new Rollout(1, 0, 0),
                  Duration.ofSeconds(1),
                  false),
              new Told());
    }
  }

  @Test
  void theTargetGoesBackByItself() throws Exception {
    var nix = NixSandbox.programs().getFirst();
    try (var fixture = new DeployFixture(nix)) {
      assertThat(
              fixture
                  .deployments
                  .deploy(fixture.request(DeployMode.SWITCH, "one"), new Told())
                  .hosts()
                  .getFirst()
                  .ending())
          .isEqualTo(Ending.DONE);
      fixture.journal();
      Files.createFile(fixture.hold());
      var killed = start(fixture, nix);
      try {
        await(() -> fixture.running().equals("two"));
      } finally {
        killed.destroyForcibly();
        killed.waitFor();
      }
      Files.delete(fixture.hold());

      var journal = new ArrayList<String>();
      await(() -> {
        journal.addAll(fixture.journal());
        return journal.contains("test one") && fixture.running().equals("one");
      });
      assertThat(journal).containsExactly("test two", "test one");
      assertThat(fixture.booted()).isEqualTo("one");

      // And nothing is left that would keep somebody else from it.
      await(() ->
          fixture
                  .deployments
                  .deploy(fixture.request(DeployMode.SWITCH, "two"), new Told())
                  .hosts()
                  .getFirst()
                  .ending()
              == Ending.DONE);
      assertThat(fixture.booted()).isEqualTo("two");
    }
  }

  private static Process start(DeployFixture fixture, Path nix) throws IOException {
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
                fixture.context.cwd().toString(),
                nix.toString(),
                work.toString())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(work.resolve("output").toFile()));
    builder.environment().clear();
    builder.environment().putAll(fixture.context.environment());
    return builder.start();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it takes too long").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
