package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.HostStatuses.Question;
import dev.arda.nix.system.deploy.HostStatuses.Status;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.types.TimeLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Questions to targets of a real sshd, and to real Nix what they should run. */
class HostStatusesTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @Test
  void login_onThisMachine_isByTheShellOrTheCommandItself_withoutSsh() {
    var fixture = FIXTURES.any();
    assertThat(login(fixture, "localhost")).containsExactly("/bin/fancy");
    assertThat(login(fixture, "localhost", "echo hi; exit 9"))
        .containsExactly("/bin/fancy", "-c", "echo hi; exit 9");
    assertThat(login(fixture, "localhost", "echo", "a b")).containsExactly("echo", "a b");
    assertThat(login(fixture, "f06")).startsWith("ssh").endsWith("f06");
  }

  private static List<String> login(DeployFixture fixture, String target, String... command) {
    var context = fixture.fleetContext();
    var variables = new LinkedHashMap<>(context.environment());
    variables.put("SHELL", "/bin/fancy");
    return new HostStatuses(fixture.deployments.means())
        .login(
            new Question(
                new CallContext(context.cwd(), context.nixProgram(), context.options(), variables),
                "",
                List.of("f06"),
                new Reach(Optional.of(target), false, List.of(), false),
                false,
                false,
                StageLimits.NONE.evaluation()),
            List.of(command));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aHostThatIsEvaluatedTooLong_holdsNoOtherUp_andIsToldAsThat(Path nix) {
    var fixture = FIXTURES.of(nix);
    var asked = new ArrayList<String>();
    var told = new ArrayList<Status>();
    new HostStatuses(fixture.deployments.means())
        .ask(
            new Question(
                fixture.fleetContext(),
                "",
                List.of("sluggish", "f06", "f07", "f08"),
                new Reach(Optional.empty(), false, List.of(), false),
                true,
                false,
                new TimeLimit(
                    Duration.ofSeconds(20), Reason.EVALUATION_TIMEOUT, "--evaluation-timeout")),
            ProgressListener.NONE,
            new HostStatuses.Listener() {
              @Override
              public void asked(List<String> hosts) {
                asked.addAll(hosts);
              }

              @Override
              public void status(Status status) {
                told.add(status);
              }
            });
    assertThat(asked).containsExactly("f06", "f07", "f08", "sluggish");
    assertThat(told).extracting(Status::host).containsExactlyInAnyOrderElementsOf(asked);
    for (var good : told.subList(0, 3)) {
      assertThat(good.failure()).isEmpty();
      assertThat(good.wanted().orElseThrow()).contains("nixos-system-" + good.host());
    }
    var late = told.getLast();
    assertThat(late.host()).isEqualTo("sluggish");
    assertThat(late.facts()).isPresent();
    assertThat(late.wanted()).isEmpty();
    assertThat(late.failure().map(NixException::reason)).hasValue(Reason.EVALUATION_TIMEOUT);
    assertThat(late.failure().orElseThrow())
        .hasMessageContainingAll("more than 20 s", "--evaluation-timeout SECONDS");
  }
}
