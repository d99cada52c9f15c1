package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.arda.client.FakeDaemon;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.DeployEngine;
import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.Host;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.NixError;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.WaveSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostDeployCommandTest extends CliTestCase {

  private int wave;
  private OperationState good = OperationState.OPERATION_STATE_SUCCEEDED;
  private OperationState bad = OperationState.OPERATION_STATE_FAILED;

  @BeforeEach
  void arrange() {
    ends(DeployEnding.DEPLOY_ENDING_DONE);
  }

  private void ends(DeployEnding... endings) {
    var outcome = DeployOutcome.newBuilder();
    boolean isGood = true;
    for (int i = 0; i < endings.length; i++) {
      var host =
          HostDeployOutcome.newBuilder()
              .setHost("web0" + (i + 1))
              .setTarget("web")
              .setEnding(endings[i])
              .setStage("activate")
              .setSystem("/nix/store/x")
              .setWave(wave)
              .setGeneration(7);
      if (endings[i].getNumber() > DeployEnding.DEPLOY_ENDING_PLANNED_VALUE) {
        isGood = false;
        host.setError(
            FakeDaemon.error(
                com.google.rpc.Code.FAILED_PRECONDITION, "ACTIVATION_FAILED", "It did not work."));
      }
      outcome.addHosts(host);
    }
    ends(outcome, isGood);
  }

  private void ends(DeployOutcome.Builder outcome, boolean isGood) {
    var operation =
        Operation.newBuilder()
            .setName("operations/abcdefgh")
            .setState(isGood ? good : bad)
            .setResult(OperationResult.newBuilder().setDeploy(outcome))
            .build();
    cli.daemon.hosts.deploy =
        (_, events) ->
            events.send(
                OperationEvent.newBuilder()
                    .setSequence(1)
                    .setAccepted(OperationAccepted.newBuilder().setOperation(operation))
                    .build(),
                OperationEvent.newBuilder()
                    .setSequence(2)
                    .setFinished(OperationFinished.newBuilder().setOperation(operation))
                    .build());
  }

  @ParameterizedTest
  @CsvSource({
    "UNCHANGED, 0",
    "DONE, 0",
    "PLANNED, 0",
    "DONE_WITH_FAILED_UNITS, 4",
    "DONE_REBOOT_NEEDED, 100",
    "FAILED, 1",
    "REFUSED, 5",
    "ROLLED_BACK, 6",
    "STUCK, 7",
    "UNKNOWN, 7",
    "SKIPPED, 1",
    "CANCELLED, 1"
  })
  void exitCodes(String ending, int code) {
    ends(DeployEnding.valueOf("DEPLOY_ENDING_" + ending));
    assertThat(cli.run("host", "update", "web01").code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"CANCELLED, 1", "ROLLED_BACK, 1", "UNKNOWN, 7"})
  void exitCode_ofWhatSomebodyElseCancelled_saysWhetherToLook(String ending, int code) {
    good = OperationState.OPERATION_STATE_CANCELLED;
    bad = OperationState.OPERATION_STATE_CANCELLED;
    ends(DeployEnding.valueOf("DEPLOY_ENDING_" + ending));
    var result = cli.run("host", "update", "web01");
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.err()).contains("was cancelled by somebody else");
  }

  @Test
  void exitCode_ofSeveralHosts_isThatOfTheWorst() {
    ends(
        DeployEnding.DEPLOY_ENDING_DONE,
        DeployEnding.DEPLOY_ENDING_ROLLED_BACK,
        DeployEnding.DEPLOY_ENDING_SKIPPED);
    var result = cli.run("host", "update", "web*");
    assertThat(result.code()).isEqualTo(6);
    assertThat(result.out())
        .contains("web01  done", "web02  rolled back", "web03  not begun", "7 ");
    assertThat(result.err())
        .containsOnlyOnce("error: It did not work.")
        .contains("not begun: web03: It did not work.\n");
  }

  @Test
  void oddNames_areShownAsTheyAreInLists() {
    ends(
        DeployOutcome.newBuilder()
            .addHosts(host("", DeployEnding.DEPLOY_ENDING_DONE))
            .addHosts(host("a\nb", DeployEnding.DEPLOY_ENDING_UNCHANGED)),
        true);
    assertThat(
            cli.run("host", "update", "*").out().lines().map(line -> line.replaceFirst("  .*", "")))
        .containsExactly("HOST", "\"\"", "\"a\\nb\"");
  }

  private static HostDeployOutcome host(String name, DeployEnding ending) {
    return HostDeployOutcome.newBuilder().setHost(name).setEnding(ending).build();
  }

  @Test
  void aBuildThatFailed_isTold_withItsDerivationItsLogAndWhereTheRestIs_once() {
    var drv = "/nix/store/0000-nixos-system-web.drv";
    var error =
        com.google.rpc.Status.newBuilder()
            .setCode(com.google.rpc.Code.FAILED_PRECONDITION.getNumber())
            .setMessage("web01 cannot be built: builder failed with exit code 1")
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason("BUILD_FAILED")
                        .setDomain("arda")
                        .putMetadata("failed_derivation", drv)
                        .build()))
            .addDetails(
                Any.pack(
                    NixError.newBuilder()
                        .setMessage("builder failed with exit code 1")
                        .setLogTail("checking\nno such file\n")
                        .build()));
    var host =
        HostDeployOutcome.newBuilder()
            .setHost("web01")
            .setEnding(DeployEnding.DEPLOY_ENDING_FAILED)
            .setStage("build")
            .setError(error);
    ends(DeployOutcome.newBuilder().addHosts(host).addHosts(host.clone().setHost("web02")), false);
    var told =
        """
               /nix/store/0000-nixos-system-web.drv
               its log:
               > checking
               > no such file
               whole log: arda ops logs abcdefgh --node 0000-nixos-system-web.drv
        """;
    for (var command : List.of("update", "diff")) {
      assertThat(cli.run("host", command, "web01", "web02").err()).containsOnlyOnce(told);
    }
  }

  @Test
  void deploy_toAMachineWithoutNixos_asksAndTellsNoFailure() {
    cli.daemon.hosts.all = List.of(Host.newBuilder().setName("web01").build());
    ends(
        DeployOutcome.newBuilder()
            .addHosts(
                HostDeployOutcome.newBuilder()
                    .setHost("web01")
                    .setEnding(DeployEnding.DEPLOY_ENDING_REFUSED)
                    .setStage("preflight")
                    .setError(
                        FakeDaemon.error(
                            com.google.rpc.Code.FAILED_PRECONDITION,
                            "HOST_NOT_NIXOS",
                            "It runs no NixOS."))),
        false);
    var installed = cli.run("host", "deploy", "web01", "--yes");
    assertThat(installed.err())
        .contains("web01 runs no NixOS yet: it is not updated, but installed")
        .doesNotContain("error:");
    assertThat(installed.out()).startsWith("web01  installed on ").doesNotContain("refused");
    assertThat(installed.code()).isZero();
    assertThat(cli.run("host", "update", "web01").err()).contains("error: It runs no NixOS.");
  }

  @Test
  void diff_againstAHostOnWhichNothingRuns_saysSo() {
    ends(
        DeployOutcome.newBuilder()
            .addHosts(
                HostDeployOutcome.newBuilder()
                    .setHost("web02")
                    .setEnding(DeployEnding.DEPLOY_ENDING_PLANNED)
                    .setSystem("/nix/store/x")),
        true);
    assertThat(cli.run("host", "diff", "web02").err())
        .contains("web02 runs no system that is known; there is nothing to compare with")
        .doesNotContain("against");
  }

  @Test
  void json_aFailureOfTheWholeCommand_isItsLastLine() {
    cli.daemon.hosts.deploy =
        (_, _) -> {
          throw FakeDaemon.exception(
              com.google.rpc.Code.NOT_FOUND, "HOST_NOT_FOUND", "There is no \"host\" web99.");
        };
    var unknown = cli.run("host", "update", "web99", "--json");
    assertThat(unknown.out())
        .isEqualTo(
            """
            {"error":{"code":"NOT_FOUND","reason":"HOST_NOT_FOUND","message":"There is no \\"host\\" web99."}}
            """);
    assertThat(unknown.err()).contains("error: There is no \"host\" web99.");
    assertThat(unknown.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.run("host", "update", "web99").out()).isEmpty();

    for (var wrong :
        List.of(
            List.of("--json", "host", "deploy"),
            List.of("host", "update", "--mode", "zz", "--json"),
            List.of("host", "update", "--mdoe", "switch", "--json"),
            List.of("host", "updaet", "--json"))) {
      var result = cli.run(wrong.toArray(String[]::new));
      assertThat(result.code()).isEqualTo(ExitCode.USAGE);
      assertThat(result.out())
          .startsWith(
              "{\"error\":{\"code\":\"INVALID_ARGUMENT\",\"reason\":\"USAGE\",\"message\":\"")
          .endsWith("\"}}\n");
    }
  }

  @Test
  void options_reachTheDaemon() {
    cli.run(
        "--flake",
        "/f",
        "host",
        "deploy",
        "a",
        "b",
        "--mode",
        "boot",
        "--canary",
        "1",
        "--max-failures",
        "2",
        "--parallel",
        "3",
        "--confirm-timeout",
        "5",
        "--target-host",
        "root@x:7",
        "--jump",
        "j",
        "--accept-new-host-key",
        "--specialisation",
        "night",
        "--substitute",
        "--build-host",
        "big",
        "--health-check",
        "curl -f localhost",
        "--health-check",
        "true",
        "--health-timeout",
        "7");
    var request = cli.daemon.hosts.deployments.getLast();
    assertThat(request.getFlake()).isEqualTo("/f");
    assertThat(request.getSelectionsList()).containsExactly("a", "b");
    assertThat(request.getMode()).isEqualTo(DeployMode.DEPLOY_MODE_BOOT);
    assertThat(List.of(request.getCanary(), request.getMaxFailures(), request.getParallel()))
        .containsExactly(1, 2, 3);
    assertThat(request.getConfirmation().getSeconds()).isEqualTo(5);
    assertThat(request.getReach().getTargetHost()).isEqualTo("root@x:7");
    assertThat(request.getReach().getJumpHostsList()).containsExactly("j");
    assertThat(request.getReach().getAcceptNewHostKey()).isTrue();
    assertThat(request.getReach().getSubstitute()).isTrue();
    assertThat(request.getSpecialisation()).isEqualTo("night");
    assertThat(request.getBuildHost()).isEqualTo("big");
    assertThat(request.getHealthChecksList()).containsExactly("curl -f localhost", "true");
    assertThat(request.getHealthCheckLimit().getSeconds()).isEqualTo(7);
    assertThat(request.getInteractive()).isFalse();
    assertThat(request.hasRollback()).isFalse();
    assertThat(request.getRequestId()).isNotEmpty();
  }

  @Test
  void timeLimits_reachTheDaemon() {
    for (var command : List.of("update", "deploy", "diff")) {
      cli.run(
          "host",
          command,
          "web01",
          "--evaluation-timeout",
          "11",
          "--build-timeout",
          "12",
          "--copy-timeout",
          "13");
      var request = cli.daemon.hosts.deployments.getLast();
      assertThat(request.getEvaluationLimit().getSeconds()).isEqualTo(11);
      assertThat(request.getBuildLimit().getSeconds()).isEqualTo(12);
      assertThat(request.getCopyLimit().getSeconds()).isEqualTo(13);
    }
    cli.run("host", "rollback", "web01", "--evaluation-timeout", "14");
    assertThat(cli.daemon.hosts.deployments.getLast().getEvaluationLimit().getSeconds())
        .isEqualTo(14);
    for (var option : List.of("--evaluation-timeout", "--build-timeout")) {
      int before = cli.daemon.hosts.deployments.size();
      assertThat(cli.run("host", "update", "web01", option, "0").code()).isEqualTo(ExitCode.USAGE);
      assertThat(cli.daemon.hosts.deployments).hasSize(before);
    }
  }

  @Test
  void rollout_reachesTheDaemon() {
    cli.run(
        "host",
        "update",
        "@prod",
        "--parallel-copies",
        "4",
        "--parallel-activations",
        "2",
        "--waves",
        "1, 25%,100%",
        "--copy-timeout",
        "90",
        "--forward-agent");
    var request = cli.daemon.hosts.deployments.getLast();
    assertThat(request.getParallel()).isZero();
    assertThat(request.getParallelCopies()).isEqualTo(4);
    assertThat(request.getParallelActivations()).isEqualTo(2);
    assertThat(request.getWavesList())
        .containsExactly(
            WaveSize.newBuilder().setHosts(1).build(),
            WaveSize.newBuilder().setPercent(25).build(),
            WaveSize.newBuilder().setPercent(100).build());
    assertThat(request.getCopyLimit().getSeconds()).isEqualTo(90);
    assertThat(request.getReach().getForwardAgent()).isTrue();
    cli.run("host", "update", "@prod", "--copy-timeout", "0");
    assertThat(cli.daemon.hosts.deployments.getLast().hasCopyLimit()).isTrue();
    cli.run("host", "update", "@prod");
    assertThat(cli.daemon.hosts.deployments.getLast().hasCopyLimit()).isFalse();
    assertThat(cli.daemon.hosts.deployments.getLast().hasEvaluationLimit()).isFalse();
    assertThat(cli.daemon.hosts.deployments.getLast().hasBuildLimit()).isFalse();
    assertThat(cli.daemon.hosts.deployments.getLast().getReach().getForwardAgent()).isFalse();
    cli.run("host", "diff", "web01", "--forward-agent");
    assertThat(cli.daemon.hosts.deployments.getLast().getReach().getForwardAgent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0%", "101%", "1,,2", "-1", "1.5", "a", "25 %", "9999999"})
  void waves_ofNoSize_areRefused(String sizes) {
    var result = cli.run("host", "update", "@prod", "--waves", sizes);
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("is no size of a wave", "1,25%,100%");
    assertThat(cli.daemon.hosts.deployments).isEmpty();
  }

  @Test
  void help_writesPercentagesAsTheyAreTyped() {
    assertThat(cli.run("host", "update", "--help").out())
        .contains("example 1,25%,")
        .doesNotContain("%%");
  }

  @Test
  void report_hasAColumnOfWaves_ifThereWereSome() {
    assertThat(cli.run("host", "update", "web*").out()).doesNotContain("WAVE");
    wave = 2;
    ends(DeployEnding.DEPLOY_ENDING_DONE, DeployEnding.DEPLOY_ENDING_SKIPPED);
    assertThat(cli.run("host", "update", "web*").out())
        .contains("HOST   WAVE  RESULT", "web01  2     done", "web02  2     not begun");
  }

  @Test
  void update_withoutAName_meansThisMachine() {
    var told = cli.run("host", "update").err();
    var request = cli.daemon.hosts.deployments.getLast();
    assertThat(told)
        .contains(
            "no host is named: this machine, by its host name, "
                + request.getSelections(0).replace("\"", ""));
    assertThat(request.getReach().getTargetHost()).isEqualTo("localhost");
    assertThat(request.getSelectionsList()).singleElement().asString().startsWith("\"");
    assertThat(cli.run("host", "deploy").code()).isEqualTo(2);
  }

  @Test
  void emptyPlaces_areNotTakenAsNotGiven() {
    for (var option : List.of("--target-host", "--build-host", "--jump")) {
      for (var nothing : List.of("", " ")) {
        var result = cli.run("host", "update", "web01", option, nothing);
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(option + " takes [user@]host[:port]");
      }
    }
    assertThat(cli.run("host", "status", "--target-host", "").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.daemon.hosts.deployments).isEmpty();
  }

  @Test
  void emptyNames_areNotTakenAsNotGiven() {
    for (var wrong :
        Map.of(
                List.of("--resume", ""), "--resume takes the name of an operation",
                List.of("--specialisation", ""), "--specialisation takes the name of a special",
                List.of("--specialisation", "../.."), "takes a name, and ../.. cannot be one")
            .entrySet()) {
      var words = new ArrayList<>(List.of("host", "update", "web01"));
      words.addAll(wrong.getKey());
      var result = cli.run(words.toArray(String[]::new));
      assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).contains(wrong.getValue());
    }
    assertThat(cli.run("user", "apply", "--specialisation", "").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("host", "ssh", "web01", "--jump", "").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.daemon.hosts.deployments).isEmpty();
  }

  @Test
  void rollback_toNoGeneration_isRefused() {
    for (var number : List.of("0", "00")) {
      var result = cli.run("host", "rollback", "web01", number);
      assertThat(result.code()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).contains("generations are numbered from 1");
    }
    assertThat(cli.daemon.hosts.deployments).isEmpty();
  }

  @Test
  void rollback_takesAGeneration() {
    cli.run("host", "rollback", "web01", "12");
    assertThat(cli.daemon.hosts.deployments.getLast().getRollback().getGeneration()).isEqualTo(12);
    cli.run("host", "rollback", "web01");
    assertThat(cli.daemon.hosts.deployments.getLast().hasRollback()).isTrue();
    assertThat(cli.run("host", "rollback", "web01", "x").code()).isEqualTo(2);
    assertThat(cli.run("host", "update", "a", "--mode", "x").err()).contains("there is no mode x");
  }

  @Test
  void update_goesBackOnSeveralHosts() {
    cli.run("host", "update", "--rollback", "web01", "web02", "--canary", "1");
    var request = cli.daemon.hosts.deployments.getLast();
    assertThat(request.getSelectionsList()).containsExactly("web01", "web02");
    assertThat(request.hasRollback()).isTrue();
    assertThat(request.getRollback().getGeneration()).isZero();
    cli.run("host", "deploy", "web01", "--rollback=12");
    assertThat(cli.daemon.hosts.deployments.getLast().getRollback().getGeneration()).isEqualTo(12);
    cli.run("host", "update", "web01");
    assertThat(cli.daemon.hosts.deployments.getLast().hasRollback()).isFalse();
    assertThat(cli.run("host", "update", "web01", "--rollback=last").err())
        .contains("last is not the number of a generation");
    assertThat(cli.run("host", "update", "--resume", "abcdefgh", "--rollback").err())
        .contains("--rollback is another one");
  }

  @Test
  void engine_reachesTheDaemon() {
    cli.run("host", "update", "web01", "--engine", "nixos-rebuild", "--mode", "dry-activate");
    assertThat(cli.daemon.hosts.deployments.getLast().getEngine())
        .isEqualTo(DeployEngine.DEPLOY_ENGINE_NIXOS_REBUILD);
    cli.run("host", "update", "web01");
    assertThat(cli.daemon.hosts.deployments.getLast().getEngine())
        .isEqualTo(DeployEngine.DEPLOY_ENGINE_NATIVE);
    var result = cli.run("host", "update", "web01", "--engine", "hammer");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("no engine hammer: darwin-rebuild, native, nixos-rebuild");
  }

  @Test
  void morph_asksAndActivatesHereUntilTheNextBoot() {
    cli.daemon.hosts.all = List.of(Host.newBuilder().setName("web01").build());
    assertThat(cli.run("host", "morph", "web02").err())
        .startsWith("error: one host is wanted, by its name; web02 chooses 1: web01");
    var asked = cli.run("host", "morph", "web01");
    assertThat(asked.code()).isEqualTo(ExitCode.USAGE);
    assertThat(asked.err()).contains("This machine runs the system of web01 until its next boot");
    assertThat(cli.daemon.hosts.deployments).isEmpty();
    assertThat(cli.run("host", "morph", "web01", "--yes").code()).isZero();
    var request = cli.daemon.hosts.deployments.getLast();
    assertThat(request.getEngine()).isEqualTo(DeployEngine.DEPLOY_ENGINE_OWN_NIXOS_REBUILD);
    assertThat(request.getMode()).isEqualTo(DeployMode.DEPLOY_MODE_TEST);
    assertThat(request.getReach().getTargetHost()).isEqualTo("localhost");
    assertThat(request.getSelectionsList()).containsExactly("web01");
  }
}
