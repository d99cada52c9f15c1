package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.GetOperationRequest;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationServiceGrpc;
import dev.arda.v1.OperationState;
import dev.arda.v1.SetupHostRequest;
import dev.arda.v1.SetupServiceGrpc;
import dev.arda.v1.UserOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A host and its users by one operation, with a real daemon, a real Nix and a real sshd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SetupTest {

  private static final String ALICE = "users/target-0";

  private Path directory;
  private RealDaemon daemon;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @BeforeAll
  void start() throws IOException {
    directory = Leaks.temporaryDirectory();
    daemon = new RealDaemon(directory);
  }

  @AfterAll
  void stop() {
    daemon.close();
    daemon.delete();
  }

  private SetupServiceGrpc.SetupServiceBlockingStub setups() {
    return SetupServiceGrpc.newBlockingStub(daemon.channel());
  }

  private Operation run(SetupHostRequest.Builder request) {
    var events = new ArrayList<OperationEvent>();
    setups().setupHost(request.build()).forEachRemaining(one -> events.add(one.getEvent()));
    return events.getLast().getFinished().getOperation();
  }

  private List<OperationNode> nodes(String operation) {
    return OperationServiceGrpc.newBlockingStub(daemon.channel())
        .getOperation(GetOperationRequest.newBuilder().setName(operation).build())
        .getNodesList();
  }

  private static OperationNode node(List<OperationNode> nodes, String id) {
    return nodes.stream().filter(node -> node.getId().equals(id)).findFirst().orElseThrow();
  }

  private static HostDeployOutcome host(Operation operation) {
    return operation.getResult().getSetup().getDeploy().getHosts(0);
  }

  private static UserOutcome user(Operation operation, int index) {
    return operation.getResult().getSetup().getApplyUser().getUsers(index);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void setUp_hostAndUsers_thenAgain_thenFailures(Path nix) throws IOException {
    try (var machine = new SetupMachine(nix)) {
      // Nobody knows them, so that nothing is touched.
      var unknown = run(machine.request("one", "alice", "nobody"));
      assertThat(unknown.getState()).isEqualTo(OperationState.OPERATION_STATE_FAILED);
      assertThat(Errors.info(unknown.getResult().getError()).getReason())
          .isEqualTo("USER_NOT_FOUND");
      assertThat(unknown.getResult().getError().getMessage()).contains("nobody on one");
      assertThat(machine.logins()).isZero();
      var stranger = run(machine.request("one", "carol"));
      assertThat(Errors.info(stranger.getResult().getError()).getReason())
          .isEqualTo("USER_NOT_FOUND");
      assertThat(machine.journal()).isEmpty();

      // A plan changes nothing.
      var planned = machine.request("one", "alice");
      planned.getDeployBuilder().setValidateOnly(true);
      var plan = run(planned);
      assertThat(plan.getResult().getError().getMessage()).isEmpty();
      assertThat(host(plan).getEnding()).isEqualTo(DeployEnding.DEPLOY_ENDING_PLANNED);
      assertThat(user(plan, 0).getActivated()).isFalse();
      assertThat(user(plan, 0).getFilesList()).isNotEmpty();
      assertThat(machine.journal()).isEmpty();
      assertThat(machine.home(".profile")).doesNotExist();

      // An account may only come with the deployment; the real thing finds out that it did not.
      var early = machine.request("one", "stranger");
      early.getDeployBuilder().setValidateOnly(true);
      var foreseen = run(early);
      assertThat(foreseen.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
      assertThat(user(foreseen, 0).getAccountMissing()).isTrue();
      assertThat(user(foreseen, 0).getUsername()).isEqualTo("nobody-at-all");
      assertThat(user(foreseen, 0).getStorePath()).contains("home-manager-generation");
      assertThat(user(plan, 0).getAccountMissing()).isFalse();
      assertThat(machine.journal()).isEmpty();

      var request = machine.request("one", "alice", "legacy");
      request.getDeployBuilder().setRequestId(UUID.randomUUID().toString());
      var first = run(request);
      assertThat(first.getResult().getError().getMessage()).isEmpty();
      assertThat(first.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
      assertThat(first.getKind()).isEqualTo(OperationKind.OPERATION_KIND_SETUP);
      assertThat(first.getTitle()).isEqualTo("set up one for alice legacy");
      assertThat(first.getHostsList()).containsExactly("one");
      assertThat(first.getUsersList()).containsExactly("alice", "legacy");
      assertThat(host(first).getEnding()).isEqualTo(DeployEnding.DEPLOY_ENDING_DONE);
      assertThat(machine.journal()).containsExactly("test one", "boot one");
      assertThat(user(first, 0).getActivated()).isTrue();
      assertThat(user(first, 1).getActivated()).isTrue();
      assertThat(machine.home(".legacy")).hasContent("l");
      // Asked again after a lost connection, it is the same.
      assertThat(run(request).getName()).isEqualTo(first.getName());
      assertThat(machine.journal()).isEmpty();

      var again = run(machine.request("one", "legacy"));
      assertThat(host(again).getEnding()).isEqualTo(DeployEnding.DEPLOY_ENDING_UNCHANGED);
      assertThat(user(again, 0).getReused()).isTrue();

      // The host fails: nobody's environment is touched.
      var bad = run(machine.request("bad", "alice"));
      assertThat(bad.getState()).isEqualTo(OperationState.OPERATION_STATE_FAILED);
      assertThat(host(bad).getEnding()).isEqualTo(DeployEnding.DEPLOY_ENDING_ROLLED_BACK);
      assertThat(bad.getResult().getSetup().hasApplyUser()).isFalse();
      assertThat(bad.getResult().getSetup().getUsersBegun()).isFalse();
      assertThat(machine.home(".legacy")).hasContent("l");
      assertThat(node(nodes(bad.getName()), ALICE).getState())
          .isEqualTo(OperationNodeState.OPERATION_NODE_STATE_CANCELLED);

      // A user fails: the host is as wished all the same, and so are other users.
      var failing = run(machine.request("units", "failing", "alice"));
      assertThat(failing.getState()).isEqualTo(OperationState.OPERATION_STATE_FAILED);
      assertThat(host(failing).getEnding())
          .isEqualTo(DeployEnding.DEPLOY_ENDING_DONE_WITH_FAILED_UNITS);
      assertThat(user(failing, 0).getError().getMessage()).contains("last words");
      assertThat(user(failing, 1).getActivated()).isTrue();
      assertThat(machine.home(".profile")).hasContent("p");
    }
  }

  @Test
  void setUp_cancelledWhileTheHostActivates_finishesThat_andBeginsNoUser() throws IOException {
    try (var machine = new SetupMachine(programs().getFirst())) {
      Files.createFile(machine.file("hold"));
      var events = setups().setupHost(machine.request("one", "alice").build());
      var name = events.next().getEvent().getAccepted().getOperation().getName();
      Eventually.until(
          "the host activates", () -> Files.exists(machine.file("run/current-system")));

      OperationServiceGrpc.newBlockingStub(daemon.channel())
          .cancelOperation(CancelOperationRequest.newBuilder().setName(name).build());
      Files.delete(machine.file("hold"));
      Operation end = Operation.getDefaultInstance();
      while (events.hasNext()) {
        end = events.next().getEvent().getFinished().getOperation();
      }

      assertThat(end.getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
      assertThat(host(end).getRunningSystem()).endsWith("nixos-system-one");
      assertThat(end.getResult().getSetup().getUsersBegun()).isFalse();
      assertThat(machine.home(".profile")).doesNotExist();
    }
  }

  @Test
  void setUp_daemonIsKilled_theJournalTellsHowFarItCame() throws IOException {
    try (var machine = new SetupMachine(programs().getFirst())) {
      try {
        var inUsers = killed(machine.request("one", "slow"), line -> line.contains("waiting"));
        assertThat(inUsers.getState()).isEqualTo(OperationState.OPERATION_STATE_INTERRUPTED);
        var nodes = nodes(inUsers.getName());
        assertThat(node(nodes, "system/host-one").getState())
            .isEqualTo(OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED);
        assertThat(node(nodes, ALICE + "/activate").hasStartedAt()).isTrue();
        assertThat(node(nodes, ALICE + "/activate").getState())
            .isEqualTo(OperationNodeState.OPERATION_NODE_STATE_CANCELLED);
        // What has begun goes on without a daemon.
        Files.writeString(machine.home("go"), "");
        Eventually.until("it is applied", () -> Files.exists(machine.home(".slow")));
      } finally {
        Files.writeString(machine.home("go"), "");
      }

      machine.journal();
      Files.createFile(machine.file("hold"));
      try {
        var impatient = machine.request("two", "alice");
        impatient.getDeployBuilder().getConfirmationBuilder().setSeconds(1);
        var inSystem = killed(impatient, line -> line.contains("activating two"));
        var nodes = nodes(inSystem.getName());
        assertThat(node(nodes, "system/host-two").getState())
            .isEqualTo(OperationNodeState.OPERATION_NODE_STATE_CANCELLED);
        assertThat(node(nodes, ALICE).hasStartedAt()).isFalse();
      } finally {
        Files.delete(machine.file("hold"));
      }
      // Asked anew, it does what is left, once the host has gone back by itself.
      Eventually.until("the host has gone back", () -> machine.wasDone("test one"));
      var done = run(machine.request("two", "alice"));
      for (int i = 0; i < 1000 && isBusy(done); i++) {
        done = run(machine.request("two", "alice"));
      }
      assertThat(done.getResult().getError().getMessage()).isEmpty();
      assertThat(machine.home(".profile")).hasContent("p");
    }
  }

  private static boolean isBusy(Operation operation) {
    return operation.getResult().hasError()
        && Errors.info(operation.getResult().getError()).getReason().equals("HOST_BUSY");
  }

  /** Kills the daemon as soon as a line was printed; starts another. */
  private Operation killed(SetupHostRequest.Builder request, Predicate<String> line) {
    var events = setups().setupHost(request.build());
    var name = events.next().getEvent().getAccepted().getOperation().getName();
    boolean seen = false;
    while (!seen) {
      var event = events.next().getEvent();
      assertThat(event.hasFinished()).as(event.toString()).isFalse();
      seen = event.getUpdate().getLogsList().stream().anyMatch(chunk -> line.test(chunk.getText()));
    }
    daemon.close();
    daemon = new RealDaemon(directory);
    return OperationServiceGrpc.newBlockingStub(daemon.channel())
        .getOperation(GetOperationRequest.newBuilder().setName(name).build())
        .getOperation();
  }

  @Test
  void aUser_isLookedForByTheNameThatTheFlakeHasForTheHost() throws IOException {
    try (var machine = new SetupMachine(programs().getFirst())) {
      var found = run(machine.request("one", "erin"));
      assertThat(found.getResult().getError().getMessage()).isEmpty();
      assertThat(user(found, 0).getActivated()).isTrue();
      assertThat(machine.home(".legacy")).hasContent("l");

      // The name that the machine has for itself leads elsewhere: nobody guesses.
      var unclear = run(machine.request("one", "dave"));
      assertThat(unclear.getState()).isEqualTo(OperationState.OPERATION_STATE_FAILED);
      assertThat(host(unclear).getEnding()).isEqualTo(DeployEnding.DEPLOY_ENDING_UNCHANGED);
      assertThat(unclear.getResult().getError().getMessage())
          .contains(
              "one calls itself " + SetupMachine.ownName(),
              "dave@" + SetupMachine.ownName(),
              "dave@one");
      assertThat(machine.home(".profile")).doesNotExist();
      var named = run(machine.request("one", "dave@one"));
      assertThat(named.getResult().getError().getMessage()).isEmpty();

      // What it is called by itself only is no environment of the host, which is told at once.
      var foreign = run(machine.request("two", "dave"));
      assertThat(Errors.info(foreign.getResult().getError()).getReason())
          .isEqualTo("USER_NOT_FOUND");
      assertThat(foreign.getResult().getError().getMessage()).contains("dave on two", "dave@one");
      assertThat(machine.journal()).doesNotContain("test two");
    }
  }

  @Test
  void setUp_badRequest_isToldWhichField() {
    var request = SetupHostRequest.newBuilder();
    request.getApplyBuilder().setHost("web01").setFlake("/f");
    request.getDeployBuilder().getRollbackBuilder().setGeneration(1);
    var thrown = catchThrowable(() -> run(request));
    assertThat(Errors.of(thrown).getMessage()).contains("deploy.rollback");
    assertThat(Errors.of(thrown).toString()).contains("apply.users").contains("apply.host");
  }
}
