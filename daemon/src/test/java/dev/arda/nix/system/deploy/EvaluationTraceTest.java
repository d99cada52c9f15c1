package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.NixPrograms;
import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.testing.EvaluationTrace;
import dev.arda.nix.testing.Golden;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands by which deployments have a flake evaluated, compared with those that are written
 * down beside this test. They are really run.
 */
class EvaluationTraceTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void deployments_evaluate_whatIsNotKnown(Path nix) throws IOException {
    var fixture = FIXTURES.of(nix);
    var target = fixture.target();
    var trace = new EvaluationTrace();
    var directory = Files.createTempDirectory(fixture.sandbox.work(), "evaluated");
    var sockets = Files.createTempDirectory("arda-c");
    // What Nix makes once for itself, such as caches, is there from now on.
    target.wish("one").mode(DeployMode.BUILD).run();
    try (var flakes = fixture.evaluating(trace, directory)) {
      var deployments = DeployFixture.deployments(flakes, fixture.runner, directory, sockets);
      trace.begin("build, of a flake that nothing is known of");
      deploy(deployments, target.wish("one").mode(DeployMode.BUILD));
      trace.begin("build, again");
      deploy(deployments, target.wish("one").mode(DeployMode.BUILD));
      trace.begin("switch, another host");
      deploy(deployments, target.wish("two"));
      Golden.compare(
          EvaluationTraceTest.class,
          EvaluationTrace.file(
              NixFacts.using(fixture.runner).version(NixPrograms.locate(target.context()))),
          trace.commands().text());
    } finally {
      Trees.delete(sockets);
    }
  }

  private static void deploy(Deployments deployments, DeployTarget.Wish wish) {
    var result = deployments.deploy(wish.request(), new Told()).hosts().getFirst();
    assertThat(result.failure()).isEmpty();
    assertThat(result.ending().isGood()).isTrue();
  }
}
