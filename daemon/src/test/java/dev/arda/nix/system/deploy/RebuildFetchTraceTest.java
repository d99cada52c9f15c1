package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.testing.CommandTrace;
import dev.arda.nix.testing.Golden;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.Trees;
import dev.arda.nix.types.StageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of a deployment by a {@code nixos-rebuild} that is not on the {@code PATH}, compared
 * with those that are written down beside this test. One text for all versions of Nix; {@link
 * CommandTrace} says what it takes for the same.
 */
class RebuildFetchTraceTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nixosRebuild_thatIsNotOnThePath_isFetchedOnce(Path nix) throws IOException {
    var fixture = FIXTURES.of(nix);
    var target = fixture.target();
    var bench = new RebuildBench(fixture, target, "python");
    var wish = bench.fetching().limits(StageLimits.USUAL);
    var sockets = Files.createTempDirectory("arda-c");
    try {
      var trace = new CommandTrace();
      var deployments = fixture.traced(trace, sockets);
      trace
          .script(Deployments.class, "facts.sh")
          .script(Deployments.class, "lock.sh")
          .name(target.root().toString(), "ROOT")
          .name(bench.packages().toString(), "PACKAGES")
          .pattern("STATE/shell/[0-9a-f]{32}/", "STATE/shell/SET/")
          .pattern("(?<![\\w-])%s(?![\\w-])".formatted(target.name()), "TARGET");
      for (var mode : List.of(DeployMode.TEST, DeployMode.DRY_ACTIVATE)) {
        trace.begin(
            mode == DeployMode.TEST
                ? "test, nixos-rebuild is not on the PATH"
                : "dry-activate, nixos-rebuild was fetched before");
        bench.forget();
        var result =
            deployments
                .deploy(
                    wish.mode(mode).request(),
                    new Told() {
                      @Override
                      public void stage(String host, Stage stage, StageState state, String detail) {
                        if (state == StageState.RUNNING && detail.isEmpty()) {
                          trace.enter(stage.word());
                        }
                      }

                      @Override
                      public BuildListener build(List<String> hosts) {
                        trace.enter("build");
                        return super.build(hosts);
                      }
                    })
                .hosts()
                .getFirst();
        assertThat(result.failure()).isEmpty();
        assertThat(result.ending()).isEqualTo(Ending.DONE);
        assertThat(bench.calls()).contains("nixos-rebuild", mode.word());
      }
      Golden.compare(RebuildFetchTraceTest.class, "nixos-rebuild-fetched.txt", trace.text());
    } finally {
      Trees.delete(sockets);
    }
  }
}
