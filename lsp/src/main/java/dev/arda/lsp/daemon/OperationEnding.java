package dev.arda.lsp.daemon;

import dev.arda.client.Failure;
import dev.arda.lsp.daemon.Operations.Ending;
import dev.arda.lsp.daemon.Operations.Outcome;
import dev.arda.lsp.feature.Deed;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.PackageChange;
import dev.arda.v1.UserOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says how an operation ended, to a person in an editor. */
final class OperationEnding {

  private OperationEnding() {}

  static Ending of(Deed deed, String name, Operation operation) {
    if (operation.getState() == OperationState.OPERATION_STATE_CANCELLED) {
      return new Ending(Outcome.CANCELLED, name + ": cancelled");
    }
    var result = operation.getResult();
    boolean succeeded = operation.getState() == OperationState.OPERATION_STATE_SUCCEEDED;
    return new Ending(
        succeeded ? Outcome.DONE : Outcome.FAILED, name + ": " + told(deed, result, succeeded));
  }

  private static String told(Deed deed, OperationResult result, boolean succeeded) {
    return failure(result)
        .orElseGet(() -> succeeded ? success(deed, result) : "it failed; see: arda ops list");
  }

  /** What went wrong, as near to its cause as it is told. */
  private static Optional<String> failure(OperationResult result) {
    var causes = new ArrayList<com.google.rpc.Status>();
    result.getBuild().getTargetsList().stream()
        .filter(target -> target.hasError())
        .forEach(target -> causes.add(target.getError()));
    for (var host : result.getDeploy().getHostsList()) {
      if (host.hasError()) {
        causes.add(host.getError());
      } else if (isBad(host.getEnding())) {
        return Optional.of(word(host));
      }
    }
    result.getApplyUser().getUsersList().stream()
        .filter(UserOutcome::hasError)
        .forEach(user -> causes.add(user.getError()));
    if (causes.isEmpty() && result.hasError()) {
      causes.add(result.getError());
    }
    return causes.stream().findFirst().map(Failure::of).map(Failure::message);
  }

  private static boolean isBad(DeployEnding ending) {
    return switch (ending) {
      case DEPLOY_ENDING_UNCHANGED,
          DEPLOY_ENDING_DONE,
          DEPLOY_ENDING_DONE_REBOOT_NEEDED,
          DEPLOY_ENDING_PLANNED ->
          false;
      case DEPLOY_ENDING_DONE_WITH_FAILED_UNITS,
          DEPLOY_ENDING_FAILED,
          DEPLOY_ENDING_REFUSED,
          DEPLOY_ENDING_ROLLED_BACK,
          DEPLOY_ENDING_STUCK,
          DEPLOY_ENDING_UNKNOWN,
          DEPLOY_ENDING_SKIPPED,
          DEPLOY_ENDING_CANCELLED,
          DEPLOY_ENDING_UNSPECIFIED,
          UNRECOGNIZED ->
          true;
    };
  }

  private static String word(HostDeployOutcome host) {
    return switch (host.getEnding()) {
      case DEPLOY_ENDING_UNCHANGED -> "is as it should be";
      case DEPLOY_ENDING_DONE -> "deployed, generation " + host.getGeneration();
      case DEPLOY_ENDING_DONE_REBOOT_NEEDED ->
          "deployed, generation %d; it takes full effect with the next boot"
              .formatted(host.getGeneration());
      case DEPLOY_ENDING_PLANNED -> "built";
      case DEPLOY_ENDING_DONE_WITH_FAILED_UNITS ->
          "deployed, but units failed: " + String.join(", ", host.getFailedUnitsList());
      case DEPLOY_ENDING_FAILED -> "failed in " + host.getStage() + "; it runs what it ran";
      case DEPLOY_ENDING_REFUSED -> "refused before anything changed";
      case DEPLOY_ENDING_ROLLED_BACK -> "failed, and runs again what it ran before";
      case DEPLOY_ENDING_STUCK -> "is stuck between two systems: look at it";
      case DEPLOY_ENDING_UNKNOWN -> "it cannot be told what it runs: look at it";
      case DEPLOY_ENDING_SKIPPED -> "not begun";
      case DEPLOY_ENDING_CANCELLED -> "cancelled before anything changed";
      case DEPLOY_ENDING_UNSPECIFIED, UNRECOGNIZED -> "ended";
    };
  }

  private static String success(Deed deed, OperationResult result) {
    return switch (deed) {
      case BUILD ->
          "built "
              + String.join(
                  " ",
                  result.getBuild().getTargetsList().stream()
                      .flatMap(target -> target.getOutputsList().stream())
                      .map(output -> output.getPath())
                      .toList());
      case DEPLOY ->
          result.getDeploy().getHostsList().stream()
              .findFirst()
              .map(OperationEnding::word)
              .orElse("done");
      case APPLY ->
          result.getApplyUser().getUsersList().stream()
              .findFirst()
              .map(user ->
                  (user.getActivated() ? "applied" : "nothing to do")
                      + (user.getGeneration() == 0 ? "" : ", generation " + user.getGeneration()))
              .orElse("done");
      case DIFF -> difference(result);
    };
  }

  private static String difference(OperationResult result) {
    var changes = new ArrayList<PackageChange>();
    result.getDeploy().getHostsList().forEach(host -> changes.addAll(host.getChangesList()));
    result.getApplyUser().getUsersList().forEach(user -> changes.addAll(user.getPackagesList()));
    if (changes.isEmpty()) {
      return "the same packages";
    }
    var lines = new ArrayList<String>();
    lines.add(changes.size() == 1 ? "1 package changes" : changes.size() + " packages change");
    for (var change : changes) {
      lines.add("  %s: %s".formatted(change.getPackage(), versions(change)));
    }
    return String.join("\n", lines);
  }

  private static String versions(PackageChange change) {
    if (change.getVersionsBeforeCount() == 0) {
      return "new " + list(change.getVersionsAfterList());
    }
    return change.getVersionsAfterCount() == 0
        ? "gone " + list(change.getVersionsBeforeList())
        : list(change.getVersionsBeforeList()) + " → " + list(change.getVersionsAfterList());
  }

  private static String list(List<String> versions) {
    return String.join(", ", versions.stream().map(v -> v.isEmpty() ? "(no version)" : v).toList());
  }
}
