package dev.arda.daemon.operation.deploy;

import com.google.protobuf.Duration;
import com.google.rpc.Status;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.nix.system.install.InstallRequest;
import dev.arda.nix.system.install.Installations;
import dev.arda.nix.types.Reason;
import dev.arda.v1.InstallOutcome;
import dev.arda.v1.OperationResult;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * An installation.
 *
 * @param installations installs
 * @param request what
 * @param errors makes of a failure the error that clients are told
 * @param clock tells when stages began and ended
 */
public record InstallWork(
    Installations installations,
    InstallRequest request,
    Function<Throwable, Status> errors,
    InstantSource clock)
    implements OperationWork {

  @Override
  public OperationResult run(OperationReport report) {
    var result = installations.install(request, new ReportedInstall(report, clock));
    var cancelled = result.failure().filter(failure -> failure.reason() == Reason.CANCELLED);
    if (cancelled.isPresent() && Thread.currentThread().isInterrupted()) {
      throw cancelled.get();
    }
    var outcome =
        InstallOutcome.newBuilder()
            .setHost(result.host())
            .setTarget(result.target())
            .setStage(result.stage().word())
            .setSystem(result.system())
            .setDisksTouched(result.mayBeErased())
            .setElapsed(
                Duration.newBuilder()
                    .setSeconds(result.elapsed().toSeconds())
                    .setNanos(result.elapsed().toNanosPart()));
    var proto = OperationResult.newBuilder();
    result
        .failure()
        .map(errors)
        .ifPresent(error -> {
          outcome.setError(error);
          proto.setError(error);
        });
    return proto.setInstall(outcome).build();
  }
}
