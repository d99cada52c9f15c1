package dev.arda.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code arda build} of the distribution, as a user types it. */
class BuildIT {

  @Test
  void build_ofAHost_printsItsPath() {
    try (var arda = new ArdaFixture()) {
      var run = arda.run("build", "--host", "web01", "--no-link");

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out().lines()).hasSize(1);
      assertThat(Path.of(run.out().strip())).exists();
    }
  }

  @Test
  void build_withJson_printsEvents() {
    try (var arda = new ArdaFixture()) {
      var run = arda.run("build", "--host", "web01", "--no-link", "--json");

      assertThat(run.exitCode()).as(run.err()).isZero();
      var events = run.out().lines().toList();
      assertThat(events)
          .hasSizeGreaterThan(1)
          .allMatch(event -> event.startsWith("{\"sequence\":\"") && event.endsWith("}"));
      assertThat(events.getFirst()).contains("\"accepted\":");
      assertThat(events.getLast()).contains("\"finished\":", "\"OPERATION_STATE_SUCCEEDED\"");

      var list = arda.run("ops", "list", "--json");
      assertThat(list.exitCode()).as(list.err()).isZero();
      assertThat(list.out()).contains("\"OPERATION_KIND_BUILD\"");
    }
  }

  @Test
  void build_daemonIsKilled_leavesNothingBehindAndSaysSo() throws Exception {
    try (var arda = new ArdaFixture()) {
      Path flake = slow(arda);
      Process build = arda.start(flake, "build", ".#slow", "--no-link", "--print-build-logs");
      var shown = build.errorReader();
      String line = shown.readLine();
      while (line != null && !line.contains("begun")) {
        line = shown.readLine();
      }
      assertThat(line).as("what the build prints").isNotNull();

      arda.daemon().destroyForcibly();

      assertThat(build.waitFor(1, TimeUnit.MINUTES)).isTrue();
      var rest = String.join("\n", shown.lines().toList());
      assertThat(build.exitValue()).as(rest).isEqualTo(69);
      assertThat(rest).contains("the daemon ended while it worked on");
      var list = arda.run("ops", "list");
      assertThat(list.out()).as(list.err()).contains("interrupted");
      assertThat(arda.processes().stream().map(ArdaFixture::commandLine))
          .noneMatch(command -> command.contains("nix-store") || command.contains("begun"));
    }
  }

  /** A flake whose build takes longer than any test waits for it. */
  private static Path slow(ArdaFixture arda) throws IOException {
    Path flake = Files.createDirectory(arda.root.resolve("slow"));
    var run =
        arda.run("eval", "--raw", "nixosConfigurations.web01.config.nixpkgs.hostPlatform.system");
    assertThat(run.exitCode()).as(run.err()).isZero();
    Files.writeString(
        flake.resolve("flake.nix"),
        """
        { outputs = { self }: { slow = derivation { name = "slow"; system = "%s"; builder = "/bin/sh";
            args = [ "-c" "echo begun; while :; do :; done" ]; }; }; }
        """
            .formatted(run.out().strip()));
    return flake;
  }
}
