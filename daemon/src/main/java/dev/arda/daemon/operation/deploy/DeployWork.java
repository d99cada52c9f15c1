package dev.arda.daemon.operation.deploy;

import com.google.rpc.Status;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.nix.system.deploy.DeployRequest;
import dev.arda.nix.system.deploy.DeployResult;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.system.deploy.Deployments;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import dev.arda.v1.OperationResult;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A deployment.
 *
 * @param deployments deploys
 * @param request what
 * @param interactive whether the client that starts it can answer prompts
 * @param errors makes of a failure the error that clients are told
 * @param clock tells when stages began and ended
 */
public record DeployWork(
    Deployments deployments,
    DeployRequest request,
    boolean interactive,
    Function<Throwable, Status> errors,
    InstantSource clock)
    implements OperationWork {

  @Override
  public OperationResult run(OperationReport report) {
    var result =
        deployments.deploy(request, new ReportedDeploy(report, interactive, errors, clock));
    var proto = OperationResult.newBuilder().setDeploy(DeployOutcomes.outcome(result, errors));
    if (result.givenUp()) {
      return proto
          .setError(
              errors.apply(new CommandException(Reason.CANCELLED, "The deployment was given up.")))
          .build();
    }
    var failed = result.hosts().stream().filter(host -> !host.ending().isGood()).toList();
    if (!failed.isEmpty()) {
      proto.setError(
          errors.apply(
              result.hosts().size() == 1
                  ? failed.getFirst().failure().orElseThrow()
                  : some(result, failed)));
    }
    return proto.build();
  }

  private static NixException some(DeployResult result, List<HostResult> failed) {
    var reasons =
        failed.stream()
            .flatMap(host -> host.failure().stream())
            .map(NixException::reason)
            .filter(reason -> reason != Reason.CANCELLED && reason != Reason.HOST_SKIPPED)
            .distinct()
            .toList();
    return new SystemException(
        result.hosts().stream().allMatch(host -> host.ending() == Ending.CANCELLED)
            ? Reason.CANCELLED
            : reasons.size() == 1 ? reasons.getFirst() : Reason.ACTIVATION_FAILED,
        "%d of %d hosts %s not as wished: %s"
            .formatted(
                failed.size(),
                result.hosts().size(),
                failed.size() == 1 ? "is" : "are",
                failed.stream()
                    .limit(10)
                    .map(HostResult::name)
                    .collect(Collectors.joining(", ", "", failed.size() > 10 ? ", …" : ""))),
        Details.NONE
            .with("failed", Integer.toString(failed.size()))
            .with("hosts", Integer.toString(result.hosts().size())));
  }
}
