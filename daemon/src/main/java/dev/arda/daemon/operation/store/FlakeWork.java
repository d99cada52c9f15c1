package dev.arda.daemon.operation.store;

import com.google.rpc.Status;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.flake.FlakeCheck;
import dev.arda.nix.flake.FlakeChecks;
import dev.arda.nix.flake.FlakeLocks;
import dev.arda.nix.flake.LockChange;
import dev.arda.nix.flake.LockedInput;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.v1.CheckOutcome;
import dev.arda.v1.CheckedOutput;
import dev.arda.v1.InputChange;
import dev.arda.v1.LockOutcome;
import dev.arda.v1.OperationResult;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Operations on flakes.
 *
 * @param locks changes lock files
 * @param checks checks flakes
 * @param errors makes of a failure the error that clients are told
 * @param clock tells when things began and ended
 */
public record FlakeWork(
    FlakeLocks locks, FlakeChecks checks, Function<Throwable, Status> errors, InstantSource clock) {

  private static final int NAMED = 10;

  /** Locks inputs anew; see {@link FlakeLocks#update}. */
  public OperationWork update(CallContext context, String flake, List<String> inputs) {
    return report ->
        result(heard(report, listener -> locks.update(context, flake, inputs, listener)));
  }

  /** Locks what is not locked; see {@link FlakeLocks#lock}. */
  public OperationWork lock(CallContext context, String flake) {
    return report -> result(heard(report, listener -> locks.lock(context, flake, listener)));
  }

  private static OperationResult result(LockChange change) {
    var outcome =
        LockOutcome.newBuilder()
            .setFlakeRef(change.flakeRef())
            .setLockFile(change.lockFile().toString());
    for (var one : change.changes()) {
      var input = InputChange.newBuilder().setPath(one.path());
      one.before().map(FlakeWork::input).ifPresent(input::setBefore);
      one.after().map(FlakeWork::input).ifPresent(input::setAfter);
      outcome.addChanges(input);
    }
    return OperationResult.newBuilder().setLock(outcome).build();
  }

  private static dev.arda.v1.LockedInput input(LockedInput input) {
    return dev.arda.v1.LockedInput.newBuilder()
        .setUrl(input.url())
        .setRevision(input.revision())
        .setNarHash(input.narHash())
        .setLastModified(input.lastModified())
        .setFollows(input.follows())
        .build();
  }

  /** Checks a flake; see {@link FlakeChecks#check}. */
  public OperationWork check(CallContext context, String flake, boolean build, boolean allSystems) {
    return report -> {
      var check =
          heard(report, listener -> checks.check(context, flake, build, allSystems, listener));
      var outcome =
          CheckOutcome.newBuilder().setFlakeRef(check.flakeRef()).addAllWarnings(check.warnings());
      for (var output : check.outputs()) {
        var checked = CheckedOutput.newBuilder().setName(output.name()).setKind(output.kind());
        output
            .failure()
            .ifPresent(detail ->
                checked.setError(errors.apply(failure(check.flakeRef(), output, detail))));
        outcome.addOutputs(checked);
      }
      var result = OperationResult.newBuilder().setCheck(outcome);
      if (!check.passed()) {
        result.setError(errors.apply(failure(check)));
      }
      return result.build();
    };
  }

  private static NixException failure(
      String flakeRef, FlakeCheck.Output output, NixErrorDetail detail) {
    var details = Details.NONE.with("flake", flakeRef).with("output", output.name()).with(detail);
    return isBuild(output)
        ? new StoreException(Reason.BUILD_FAILED, detail.message(), details)
        : new FlakeException(Reason.EVALUATION_FAILED, detail.message(), details);
  }

  private static boolean isBuild(FlakeCheck.Output output) {
    return output
        .failure()
        .filter(detail ->
            detail.message().contains("failed with exit code")
                || detail.message().contains("Cannot build"))
        .isPresent();
  }

  private static NixException failure(FlakeCheck check) {
    var failed = check.outputs().stream().filter(output -> output.failure().isPresent()).toList();
    var names =
        failed.stream()
            .limit(NAMED)
            .map(FlakeCheck.Output::name)
            .collect(Collectors.joining(", ", "", failed.size() > NAMED ? ", …" : ""));
    var message =
        "%s %s wrong in %s: %s"
            .formatted(
                failed.size() == 1 ? "1 thing" : failed.size() + " things",
                failed.size() == 1 ? "is" : "are",
                check.flakeRef(),
                names);
    var details =
        Details.NONE
            .with("flake", check.flakeRef())
            .with("failed", Integer.toString(failed.size()));
    return failed.stream().allMatch(FlakeWork::isBuild)
        ? new StoreException(Reason.BUILD_FAILED, message, details)
        : new FlakeException(Reason.EVALUATION_FAILED, message, details);
  }

  private <T> T heard(OperationReport report, Function<OutputListener, T> work) {
    return work.apply(new ReportedNix(report, clock));
  }
}
