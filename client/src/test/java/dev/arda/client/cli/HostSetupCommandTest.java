package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.arda.client.FakeDaemon;
import dev.arda.v1.ActivationEnding;
import dev.arda.v1.ApplyUserOutcome;
import dev.arda.v1.CollisionPolicy;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.Host;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.SetupOutcome;
import dev.arda.v1.UserOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code arda host setup}, with a daemon that ends as it is told. */
class HostSetupCommandTest extends CliTestCase {

  private static final Status ERROR =
      FakeDaemon.error(Code.FAILED_PRECONDITION, "ACTIVATION_FAILED", "It did not work.");

  private static HostDeployOutcome.Builder host(DeployEnding ending) {
    return HostDeployOutcome.newBuilder()
        .setHost("web01")
        .setTarget("web")
        .setEnding(ending)
        .setStage("activate")
        .setSystem("/nix/store/x-system")
        .setGeneration(7);
  }

  private static UserOutcome.Builder user(String name) {
    return UserOutcome.newBuilder()
        .setName(name)
        .setStorePath("/nix/store/y-home-manager-generation")
        .setGeneration(3)
        .setActivated(true);
  }

  private void ends(OperationState state, SetupOutcome.Builder setup, Status error) {
    var result = OperationResult.newBuilder().setSetup(setup);
    if (state != OperationState.OPERATION_STATE_SUCCEEDED) {
      result.setError(error);
    }
    cli.daemon.setups.end =
        Operation.newBuilder()
            .setName("operations/abcdefgh")
            .setState(state)
            .setResult(result)
            .build();
  }

  private static SetupOutcome.Builder deployed(HostDeployOutcome.Builder host) {
    return SetupOutcome.newBuilder().setDeploy(DeployOutcome.newBuilder().addHosts(host));
  }

  @ParameterizedTest
  @CsvSource({
    "UNCHANGED, 0",
    "DONE, 0",
    "DONE_WITH_FAILED_UNITS, 4",
    "DONE_REBOOT_NEEDED, 100",
  })
  void bothDone_oneTable_andTheExitCodeOfTheDeployment(String ending, int code) {
    ends(
        OperationState.OPERATION_STATE_SUCCEEDED,
        deployed(host(DeployEnding.valueOf("DEPLOY_ENDING_" + ending)))
            .setUsersBegun(true)
            .setApplyUser(
                ApplyUserOutcome.newBuilder()
                    .addUsers(user("alice"))
                    .addUsers(user("bob").setReused(true))),
        ERROR);

    var result = cli.run("host", "setup", "web01", "--with-user", "alice,bob");

    assertThat(result.code()).as(result.err()).isEqualTo(code);
    assertThat(result.out().lines())
        .hasSize(4)
        .anyMatch(line -> line.matches("web01 .* 7 +/nix/store/x-system"))
        .anyMatch(line -> line.matches("alice +done +3 +/nix/store/y-home-manager-generation"))
        .anyMatch(line -> line.matches("bob +unchanged +3 .*"));
  }

  @ParameterizedTest
  @CsvSource({"FAILED, 1", "REFUSED, 5", "ROLLED_BACK, 6", "STUCK, 7", "UNKNOWN, 7"})
  void hostFails_usersAreNotBegun_andTheExitCodeIsThatOfTheDeployment(String ending, int code) {
    ends(
        OperationState.OPERATION_STATE_FAILED,
        deployed(host(DeployEnding.valueOf("DEPLOY_ENDING_" + ending)).setError(ERROR)),
        ERROR);

    var result = cli.run("host", "setup", "web01", "--with-user", "alice");

    assertThat(result.code()).isEqualTo(code);
    assertThat(result.out()).containsPattern("alice +not begun");
    assertThat(result.err()).containsOnlyOnce("It did not work.");
  }

  @Test
  void userFails_theHostIsToldAsDone() {
    ends(
        OperationState.OPERATION_STATE_FAILED,
        deployed(host(DeployEnding.DEPLOY_ENDING_DONE_REBOOT_NEEDED))
            .setUsersBegun(true)
            .setApplyUser(
                ApplyUserOutcome.newBuilder()
                    .addUsers(
                        user("alice")
                            .setActivated(false)
                            .setEnding(ActivationEnding.newBuilder().setRestored(true))
                            .setError(ERROR))),
        ERROR);

    var result = cli.run("host", "setup", "web01", "--with-user", "alice");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("done, reboot needed").containsPattern("failed, put back");
    assertThat(result.err()).containsOnlyOnce("It did not work.");
  }

  @Test
  void machineIsLostInBetween_theReasonIsTold() {
    ends(
        OperationState.OPERATION_STATE_FAILED,
        deployed(host(DeployEnding.DEPLOY_ENDING_DONE)).setUsersBegun(true),
        FakeDaemon.error(Code.FAILED_PRECONDITION, "HOST_UNREACHABLE", "It is away."));

    var result = cli.run("host", "setup", "web01", "--with-user", "alice");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).containsPattern("web01 +done").containsPattern("alice +not known");
    assertThat(result.err()).containsOnlyOnce("It is away.");
  }

  @Test
  void options_reachTheDaemon() {
    ends(
        OperationState.OPERATION_STATE_SUCCEEDED,
        deployed(host(DeployEnding.DEPLOY_ENDING_PLANNED)),
        ERROR);
    cli.run(
        "--flake",
        "/f",
        "host",
        "setup",
        "web01",
        "--with-user",
        "alice",
        "--with-user",
        "bob,alice",
        "--dry-run",
        "--target-host",
        "root@x:7",
        "--jump",
        "j",
        "--substitute",
        "--backup",
        "old",
        "--on-collision",
        ".profile=overwrite",
        "--keep-secrets");

    var request = cli.daemon.setups.requests.getLast();
    var deploy = request.getDeploy();
    assertThat(deploy.getFlake()).isEqualTo("/f");
    assertThat(deploy.getSelectionsList()).containsExactly("web01");
    assertThat(deploy.getMode()).isEqualTo(DeployMode.DEPLOY_MODE_SWITCH);
    assertThat(deploy.getValidateOnly()).isTrue();
    assertThat(deploy.getInteractive()).isFalse();
    assertThat(deploy.getRequestId()).isNotEmpty();
    assertThat(deploy.getReach().getTargetHost()).isEqualTo("root@x:7");
    assertThat(deploy.getReach().getJumpHostsList()).containsExactly("j");
    assertThat(deploy.getReach().getSubstitute()).isTrue();
    var apply = request.getApply();
    assertThat(apply.getUsersList()).containsExactly("alice", "bob");
    assertThat(apply.getOnCollision()).isEqualTo(CollisionPolicy.COLLISION_POLICY_BACKUP);
    assertThat(apply.getBackupExtension()).isEqualTo("old");
    assertThat(apply.getCollisionRules(0).getPath()).isEqualTo(".profile");
    assertThat(apply.getSecrets().getKeep()).isTrue();
    assertThat(apply.hasContext()).isFalse();
  }

  @Test
  void json_hasBothOutcomes() {
    ends(
        OperationState.OPERATION_STATE_SUCCEEDED,
        deployed(host(DeployEnding.DEPLOY_ENDING_DONE))
            .setUsersBegun(true)
            .setApplyUser(ApplyUserOutcome.newBuilder().addUsers(user("alice"))),
        ERROR);

    var result = cli.run("--json", "host", "setup", "web01", "--with-user", "alice");

    assertThat(result.code()).isZero();
    assertThat(result.out().lines().reduce((_, last) -> last).orElse(""))
        .contains("\"setup\":{\"deploy\":", "\"applyUser\":", "DEPLOY_ENDING_DONE");
  }

  @Test
  void detach_printsTheName() {
    ends(
        OperationState.OPERATION_STATE_SUCCEEDED,
        deployed(host(DeployEnding.DEPLOY_ENDING_DONE)),
        ERROR);

    assertThat(cli.run("host", "setup", "web01", "--with-user", "alice", "--detach").out())
        .isEqualTo("operations/abcdefgh\n");
  }

  @Test
  void usage() {
    assertThat(cli.run("host", "setup", "web01").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("host", "setup", "--with-user", "alice").code()).isEqualTo(ExitCode.USAGE);
    var empty = cli.run("host", "setup", "web01", "--with-user", "alice,");
    assertThat(empty.code()).isEqualTo(ExitCode.USAGE);
    assertThat(empty.err()).contains("--with-user takes names of users");
    assertThat(cli.daemon.setups.requests).isEmpty();
  }

  @Test
  void machineWithoutNixos_isInstalledOnlyAfterItsNameWasTyped() {
    cli.daemon.hosts.all = List.of(Host.newBuilder().setName("web01").build());
    ends(
        OperationState.OPERATION_STATE_FAILED,
        deployed(
            host(DeployEnding.DEPLOY_ENDING_REFUSED)
                .setError(
                    FakeDaemon.error(
                        Code.FAILED_PRECONDITION, "HOST_NOT_NIXOS", "It runs no NixOS."))),
        ERROR);

    var result = cli.run("host", "setup", "web01", "--with-user", "alice");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("All disks that web01 names are erased", "--yes");
  }

  @Test
  void plan_accountThatIsNotThere_saysWhereItHasToComeFrom() {
    ends(
        OperationState.OPERATION_STATE_SUCCEEDED,
        deployed(host(DeployEnding.DEPLOY_ENDING_PLANNED))
            .setUsersBegun(true)
            .setApplyUser(
                ApplyUserOutcome.newBuilder()
                    .addUsers(
                        user("alice")
                            .setUsername("alice")
                            .setActivated(false)
                            .setAccountMissing(true))),
        ERROR);

    var result = cli.run("host", "setup", "web01", "--with-user", "alice", "--dry-run");

    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).containsPattern("alice +no account yet ");
    assertThat(result.err()).contains("it has to come with the deployment");
  }
}
