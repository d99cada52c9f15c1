package dev.arda.daemon.operation.user;

import com.google.rpc.Status;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.ApplyRequest;
import dev.arda.nix.user.ApplyResult;
import dev.arda.nix.user.Homes;
import dev.arda.v1.OperationResult;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Applies environments.
 *
 * @param homes apply them
 * @param request which; finds out where they are
 * @param users names of the request
 * @param errors makes of a failure the error that clients are told
 * @param clock tells when steps began and ended
 */
public record ApplyWork(
    Homes homes,
    Function<ProgressListener, ApplyRequest> request,
    List<String> users,
    Function<Throwable, Status> errors,
    InstantSource clock)
    implements OperationWork {

  /** Tells of the users as of some whose turn will come. */
  public void announce(OperationReport report) {
    new ReportedApply(report, users, clock).announce();
  }

  @Override
  public OperationResult run(OperationReport report) {
    var listener = new ReportedApply(report, users, clock);
    var results = homes.apply(request.apply(listener), listener);
    var proto = OperationResult.newBuilder().setApplyUser(ApplyOutcomes.outcome(results, errors));
    var failed = results.stream().filter(result -> result.failure().isPresent()).toList();
    if (!failed.isEmpty()) {
      proto.setError(
          errors.apply(
              results.size() == 1
                  ? failed.getFirst().failure().orElseThrow()
                  : some(results, failed)));
    }
    return proto.build();
  }

  private static UserException some(List<ApplyResult> results, List<ApplyResult> failed) {
    var reasons =
        failed.stream()
            .flatMap(result -> result.failure().stream())
            .map(failure -> failure.reason())
            .distinct()
            .toList();
    return new UserException(
        reasons.size() == 1 ? reasons.getFirst() : Reason.USER_ACTIVATION_FAILED,
        "%d of %d users failed: %s"
            .formatted(
                failed.size(),
                results.size(),
                failed.stream().limit(10).map(ApplyResult::name).collect(Collectors.joining(", "))),
        Details.NONE.with("failed", Integer.toString(failed.size())));
  }
}
