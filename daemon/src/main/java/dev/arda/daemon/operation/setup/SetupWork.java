package dev.arda.daemon.operation.setup;

import com.google.rpc.Status;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.daemon.operation.deploy.DeployWork;
import dev.arda.daemon.operation.user.ApplyWork;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.v1.OperationResult;
import dev.arda.v1.SetupOutcome;
import java.util.function.Function;

/**
 * Deploys a host, and then applies environments of users there.
 *
 * @param host its name
 * @param check fails if the flake has no environment of one of the users for the host
 * @param deploy the deployment
 * @param apply the environments; begun only if the host is as wished
 * @param errors makes of a failure the error that clients are told
 */
public record SetupWork(
    String host,
    Runnable check,
    DeployWork deploy,
    ApplyWork apply,
    Function<Throwable, Status> errors)
    implements OperationWork {

  private static final String SYSTEM = "system";
  private static final String USERS = "users";

  @Override
  public OperationResult run(OperationReport report) {
    check.run();
    var system = PartReport.first(report, SYSTEM);
    // Whoever looks sees from the beginning what comes, and afterwards how far it came.
    apply.announce(PartReport.first(report, USERS));
    var deployed = deploy.run(system);
    var outcome = SetupOutcome.newBuilder().setDeploy(deployed.getDeploy());
    if (deployed.hasError()) {
      return OperationResult.newBuilder().setError(deployed.getError()).setSetup(outcome).build();
    }
    var result = OperationResult.newBuilder();
    if (Thread.currentThread().isInterrupted()) {
      result.setError(
          errors.apply(
              new CommandException(
                  Reason.CANCELLED,
                  "It was given up when %s was deployed; no environment was applied."
                      .formatted(host))));
    } else {
      outcome.setUsersBegun(true);
      report.log("", "%s is as wished; environments of users follow".formatted(host));
      apply(system.next(USERS), outcome, result);
    }
    return result.setSetup(outcome).build();
  }

  private void apply(
      PartReport report, SetupOutcome.Builder outcome, OperationResult.Builder result) {
    try {
      var applied = apply.run(report);
      if (applied.hasError()) {
        result.setError(applied.getError());
      }
      outcome.setApplyUser(applied.getApplyUser());
    } catch (NixException e) {
      // What became of the host is told all the same.
      result.setError(errors.apply(e));
    }
  }
}
