package dev.arda.daemon.operation.build;

import com.google.protobuf.Duration;
import com.google.rpc.Status;
import dev.arda.nix.store.build.BuildResult;
import dev.arda.nix.store.build.BuildResult.TargetResult;
import dev.arda.nix.store.build.Difference;
import dev.arda.v1.BuildOrigin;
import dev.arda.v1.BuildOutcome;
import dev.arda.v1.BuildOutput;
import dev.arda.v1.BuildTargetOutcome;
import dev.arda.v1.PackageChange;
import java.util.function.Function;

/** What came of a build, as clients are told. */
final class BuildOutcomes {

  private BuildOutcomes() {}

  static BuildOutcome outcome(BuildResult result, Function<Throwable, Status> errors) {
    var proto =
        BuildOutcome.newBuilder()
            .setBuilt(result.built())
            .setDownloaded(result.downloaded())
            .setDownloadedBytes(result.downloadedBytes());
    result.targets().forEach(target -> proto.addTargets(target(target, errors)));
    return proto.build();
  }

  private static BuildTargetOutcome target(
      TargetResult target, Function<Throwable, Status> errors) {
    var proto =
        BuildTargetOutcome.newBuilder()
            .setLabel(target.label())
            .setDrvPath(target.drvPath())
            .setOrigin(origin(target.origin()))
            .setClosureBytes(target.closureBytes())
            .setElapsed(duration(target.elapsed()));
    target
        .outputs()
        .forEach(output ->
            proto.addOutputs(
                BuildOutput.newBuilder().setName(output.name()).setPath(output.path())));
    target.outLinks().forEach(link -> proto.addOutLinks(link.toString()));
    target
        .difference()
        .ifPresent(difference -> {
          proto.setClosureBytesChange(difference.closureBytes());
          difference.changes().forEach(change -> proto.addChanges(change(change)));
        });
    target.failure().ifPresent(failure -> proto.setError(errors.apply(failure)));
    if (!target.failedDrvPath().isEmpty()) {
      proto.setFailedNodeId(ReportedBuild.node(target.failedDrvPath()));
    }
    return proto.build();
  }

  private static Duration duration(java.time.Duration time) {
    return Duration.newBuilder().setSeconds(time.toSeconds()).setNanos(time.toNanosPart()).build();
  }

  private static PackageChange change(Difference.Change change) {
    return PackageChange.newBuilder()
        .setPackage(change.name())
        .addAllVersionsBefore(change.before())
        .addAllVersionsAfter(change.after())
        .setBytesChange(change.bytes())
        .build();
  }

  private static BuildOrigin origin(BuildResult.Origin origin) {
    return switch (origin) {
      case CACHED -> BuildOrigin.BUILD_ORIGIN_CACHED;
      case SUBSTITUTED -> BuildOrigin.BUILD_ORIGIN_SUBSTITUTED;
      case BUILT -> BuildOrigin.BUILD_ORIGIN_BUILT;
      case NONE -> BuildOrigin.BUILD_ORIGIN_UNSPECIFIED;
    };
  }
}
