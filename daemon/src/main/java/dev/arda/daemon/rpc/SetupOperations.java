package dev.arda.daemon.rpc;

import com.google.rpc.Status;
import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationSpec.OnShutdown;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.operation.setup.SetupWork;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import dev.arda.v1.ApplyMode;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.DeployMode;
import dev.arda.v1.OperationKind;
import dev.arda.v1.SetupHostRequest;
import dev.arda.v1.SetupHostResponse;
import java.util.function.Function;

/** Operations that bring a machine to all that its flake says of it. */
final class SetupOperations {

  private static final int NAMED = 5;

  private final HostOperations hosts;
  private final UserOperations users;
  private final OperationStream operations;
  private final Function<Throwable, Status> errors;

  SetupOperations(
      HostOperations hosts,
      UserOperations users,
      Operations operations,
      Function<Throwable, Status> errors) {
    this.hosts = hosts;
    this.users = users;
    this.operations = new OperationStream(operations);
    this.errors = errors;
  }

  void setUp(SetupHostRequest request, ResponseStream<SetupHostResponse> stream) {
    check(request);
    var deploy = hosts.prepare(request.getDeploy());
    if (deploy.hosts().size() != 1) {
      throw new SystemException(
          deploy.hosts().isEmpty() ? Reason.HOST_NOT_FOUND : Reason.REQUEST_INVALID,
          deploy.hosts().isEmpty()
              ? "This selection chooses no host; arda host list shows them all."
              : "One host is set up at a time, but %d were chosen."
                  .formatted(deploy.hosts().size()));
    }
    var host = deploy.hosts().getFirst();
    var apply = apply(request, host);
    var work = users.work(apply, true);
    boolean changes = !request.getDeploy().getValidateOnly();
    operations.start(
        OperationSpec.of(
                OperationKind.OPERATION_KIND_SETUP,
                "%s %s for %s"
                    .formatted(
                        changes ? "set up" : "plan",
                        host,
                        String.join(" ", apply.getUsersList().stream().limit(NAMED).toList())))
            .flake(deploy.flakeRef())
            .hosts(deploy.hosts())
            .users(apply.getUsersList())
            .requestId(request.getDeploy().getRequestId())
            .survivesClients(true)
            .onShutdown(changes ? OnShutdown.FINISH : OnShutdown.INTERRUPT)
            .build(),
        new SetupWork(host, () -> users.require(apply), deploy.work(), work, errors),
        stream,
        event -> SetupHostResponse.newBuilder().setEvent(event).build());
  }

  /** The second part, at the host of the first. */
  private static ApplyUserRequest apply(SetupHostRequest request, String host) {
    var deploy = request.getDeploy();
    var apply = request.getApply().toBuilder();
    TimeLimits.of(deploy).passTo(apply);
    return apply
        .setContext(deploy.getContext())
        .setFlake(deploy.getFlake())
        .setMode(
            deploy.getValidateOnly() ? ApplyMode.APPLY_MODE_DRY_RUN : ApplyMode.APPLY_MODE_SWITCH)
        .setHost(host)
        .setReach(deploy.getReach())
        .build();
  }

  private static void check(SetupHostRequest request) {
    var check = new RequestCheck();
    var deploy = request.getDeploy();
    var apply = request.getApply();
    check
        .require(
            deploy.getMode() == DeployMode.DEPLOY_MODE_UNSPECIFIED
                || deploy.getMode() == DeployMode.DEPLOY_MODE_SWITCH,
            "deploy.mode",
            "has to be DEPLOY_MODE_SWITCH")
        .require(
            !deploy.getReach().getForwardAgent(),
            "deploy.reach.forward_agent",
            "is not possible here")
        .require(!deploy.hasRollback(), "deploy.rollback", "is not possible here")
        .require(apply.getUsersCount() > 0, "apply.users", "is empty")
        .require(!apply.hasRollback(), "apply.rollback", "is not possible here")
        .require(
            apply.getMode() == ApplyMode.APPLY_MODE_UNSPECIFIED, "apply.mode", "must not be set")
        .require(!apply.hasContext(), "apply.context", "is that of deploy")
        .require(apply.getFlake().isEmpty(), "apply.flake", "is that of deploy")
        .require(apply.getHost().isEmpty(), "apply.host", "is that of deploy")
        .require(!apply.hasReach(), "apply.reach", "is that of deploy")
        .require(
            !apply.hasEvaluationLimit() && !apply.hasBuildLimit() && !apply.hasCopyLimit(),
            "apply",
            "has the limits of deploy")
        .require(apply.getRequestId().isEmpty(), "apply.request_id", "is that of deploy")
        .done();
  }
}
