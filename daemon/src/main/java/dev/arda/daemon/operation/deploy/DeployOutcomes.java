package dev.arda.daemon.operation.deploy;

import com.google.protobuf.Duration;
import com.google.rpc.Status;
import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.system.deploy.DeployResult;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.PackageChange;
import java.util.function.Function;

/** What came of a deployment, as clients are told. */
final class DeployOutcomes {

  private DeployOutcomes() {}

  static DeployOutcome outcome(DeployResult result, Function<Throwable, Status> errors) {
    var proto = DeployOutcome.newBuilder();
    result.hosts().forEach(host -> proto.addHosts(host(host, errors)));
    return proto.build();
  }

  /** What came of one host. */
  static HostDeployOutcome host(HostResult host, Function<Throwable, Status> errors) {
    var proto =
        HostDeployOutcome.newBuilder()
            .setHost(host.name())
            .setTarget(host.target())
            .setEnding(ending(host.ending()))
            .setStage(host.stage().word())
            .setSystem(host.system())
            .setSystemBefore(host.before())
            .setRunningSystem(host.running())
            .setGeneration(host.generation().orElse(0))
            .addAllFailedUnits(host.failedUnits())
            .setWave(host.wave())
            .setElapsed(
                Duration.newBuilder()
                    .setSeconds(host.elapsed().toSeconds())
                    .setNanos(host.elapsed().toNanosPart()));
    host.diff()
        .ifPresent(diff -> {
          proto.setClosureBytes(diff.sizeAfter()).setClosureBytesChange(diff.sizeDelta());
          diff.packages().forEach(change -> proto.addChanges(change(change)));
        });
    host.failure().ifPresent(failure -> proto.setError(errors.apply(failure)));
    return proto.build();
  }

  private static PackageChange change(ClosureDiff.PackageChange change) {
    return PackageChange.newBuilder()
        .setPackage(change.name())
        .addAllVersionsBefore(change.versionsBefore())
        .addAllVersionsAfter(change.versionsAfter())
        .setBytesChange(change.sizeDelta())
        .build();
  }

  private static DeployEnding ending(Ending ending) {
    return switch (ending) {
      case UNCHANGED -> DeployEnding.DEPLOY_ENDING_UNCHANGED;
      case DONE -> DeployEnding.DEPLOY_ENDING_DONE;
      case DONE_WITH_FAILED_UNITS -> DeployEnding.DEPLOY_ENDING_DONE_WITH_FAILED_UNITS;
      case DONE_REBOOT_NEEDED -> DeployEnding.DEPLOY_ENDING_DONE_REBOOT_NEEDED;
      case PLANNED -> DeployEnding.DEPLOY_ENDING_PLANNED;
      case FAILED -> DeployEnding.DEPLOY_ENDING_FAILED;
      case REFUSED -> DeployEnding.DEPLOY_ENDING_REFUSED;
      case ROLLED_BACK -> DeployEnding.DEPLOY_ENDING_ROLLED_BACK;
      case STUCK -> DeployEnding.DEPLOY_ENDING_STUCK;
      case UNKNOWN -> DeployEnding.DEPLOY_ENDING_UNKNOWN;
      case SKIPPED -> DeployEnding.DEPLOY_ENDING_SKIPPED;
      case CANCELLED -> DeployEnding.DEPLOY_ENDING_CANCELLED;
    };
  }
}
