package dev.arda.daemon.operation.build;

import com.google.rpc.Status;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.nix.store.build.BuildRequest;
import dev.arda.nix.store.build.BuildResult;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.v1.OperationResult;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A build.
 *
 * @param builds builds
 * @param request what
 * @param planOnly whether only to find out what would be done
 * @param errors makes of a failure the error that clients are told
 * @param clock tells when targets began and ended
 */
public record BuildWork(
    Builds builds,
    BuildRequest request,
    boolean planOnly,
    Function<Throwable, Status> errors,
    InstantSource clock)
    implements OperationWork {

  @Override
  public OperationResult run(OperationReport report) {
    var listener = new ReportedBuild(report, request.targets(), true, clock);
    var result = planOnly ? builds.plan(request, listener) : builds.build(request, listener);
    var proto = OperationResult.newBuilder().setBuild(BuildOutcomes.outcome(result, errors));
    var failed = result.targets().stream().filter(target -> target.failure().isPresent()).toList();
    if (!failed.isEmpty()) {
      proto.setError(
          errors.apply(
              result.targets().size() == 1
                  ? failed.getFirst().failure().orElseThrow()
                  : some(result, failed)));
    }
    return proto.build();
  }

  private static NixException some(
      BuildResult result, java.util.List<BuildResult.TargetResult> failed) {
    var reasons =
        failed.stream()
            .flatMap(target -> target.failure().stream())
            .map(NixException::reason)
            .distinct()
            .toList();
    return new StoreException(
        reasons.size() == 1 ? reasons.getFirst() : Reason.BUILD_FAILED,
        "%d of %d targets failed: %s"
            .formatted(
                failed.size(),
                result.targets().size(),
                failed.stream()
                    .limit(10)
                    .map(BuildResult.TargetResult::label)
                    .collect(Collectors.joining(", ", "", failed.size() > 10 ? ", …" : ""))),
        Details.NONE
            .with("failed", Integer.toString(failed.size()))
            .with("targets", Integer.toString(result.targets().size())));
  }
}
