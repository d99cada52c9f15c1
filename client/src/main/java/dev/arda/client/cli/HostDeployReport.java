package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.BuildTargetOutcome;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/** What came of a deployment, for a person, and as an exit code. */
final class HostDeployReport {

  /** Of more hosts the differences are told only when they are asked for. */
  private static final int MOST_DIFFERENCES = 4;

  /** Of more hosts that were not begun for one reason only the number is told. */
  private static final int MOST_NAMES = 10;

  private final Session session;
  private final DeployRequest request;
  private final FailedBuilds failures;

  HostDeployReport(Session session, DeployRequest request, Operation operation) {
    this.session = session;
    this.request = request;
    this.failures = new FailedBuilds(session, operation);
  }

  /** The hosts that were refused because their machines run no NixOS. */
  static List<String> notInstalled(DeployOutcome outcome) {
    return outcome.getHostsList().stream()
        .filter(host ->
            host.hasError() && Failure.of(host.getError()).reason().equals("HOST_NOT_NIXOS"))
        .map(HostDeployOutcome::getHost)
        .toList();
  }

  /** Prints what changed and what failed, and a line for each host. */
  void print(DeployOutcome outcome) {
    details(outcome);
    var rows = new ArrayList<List<String>>();
    boolean waves = outcome.getHostsList().stream().anyMatch(host -> host.getWave() > 0);
    rows.add(row("HOST", waves ? "WAVE" : "", "RESULT", "GENERATION", "TOOK", "SYSTEM"));
    outcome.getHostsList().forEach(host -> rows.add(row(host, waves)));
    Columns.print(session, rows);
    session.console().out().flush();
  }

  /** Prints what changed and what failed. */
  void details(DeployOutcome outcome) {
    boolean many = outcome.getHostsCount() > MOST_DIFFERENCES && !request.getDiff();
    for (var host : many ? List.<HostDeployOutcome>of() : outcome.getHostsList()) {
      if (request.getDiff() && !host.hasError() && host.getSystemBefore().isEmpty()) {
        session
            .console()
            .message(
                "%s runs no system that is known; there is nothing to compare with"
                    .formatted(Style.safe(host.getHost())));
      } else if (host.getChangesCount() > 0 || (request.getDiff() && !host.hasError())) {
        new DiffTable(session.console())
            .print(
                BuildTargetOutcome.newBuilder()
                    .setLabel(host.getHost())
                    .addAllChanges(host.getChangesList())
                    .setClosureBytes(host.getClosureBytes())
                    .setClosureBytesChange(host.getClosureBytesChange())
                    .build(),
                host.getSystemBefore());
      }
    }
    var notBegun = new LinkedHashMap<String, List<String>>();
    for (var host : outcome.getHostsList()) {
      if (host.hasError()
          && host.getEnding() != DeployEnding.DEPLOY_ENDING_SKIPPED
          && host.getEnding() != DeployEnding.DEPLOY_ENDING_CANCELLED) {
        failures.print(Failure.of(host.getError()));
      }
      if (host.getEnding() == DeployEnding.DEPLOY_ENDING_SKIPPED && host.hasError()) {
        notBegun
            .computeIfAbsent(Failure.of(host.getError()).message(), _ -> new ArrayList<>())
            .add(HostTable.name(host.getHost()));
      }
      if (host.getFailedUnitsCount() > 0) {
        session
            .console()
            .message(
                session.console().style().warning("warning:")
                    + " %s: these units failed: %s"
                        .formatted(
                            Style.safe(host.getHost()),
                            Style.safe(String.join(", ", host.getFailedUnitsList()))));
      }
    }
    notBegun.forEach((why, hosts) ->
        session
            .console()
            .message(
                "not begun: %s%s: %s"
                    .formatted(
                        String.join(", ", hosts.subList(0, Math.min(MOST_NAMES, hosts.size()))),
                        hosts.size() > MOST_NAMES
                            ? " and %d more".formatted(hosts.size() - MOST_NAMES)
                            : "",
                        Style.safe(why))));
  }

  /** A row; a column that has no name is not there. */
  private static List<String> row(String... cells) {
    return Stream.of(cells).filter(cell -> !cell.isEmpty()).toList();
  }

  private static List<String> row(HostDeployOutcome host, boolean waves) {
    return row(
        HostTable.name(host.getHost()),
        waves ? host.getWave() == 0 ? "-" : Integer.toString(host.getWave()) : "",
        word(host),
        generation(host),
        Quantities.precise(
            Duration.ofSeconds(host.getElapsed().getSeconds(), host.getElapsed().getNanos())),
        host.getSystem().isEmpty() ? "-" : Style.safe(host.getSystem()));
  }

  /** Its generation, as a word. */
  static String generation(HostDeployOutcome host) {
    return host.getGeneration() == 0 ? "-" : Integer.toString(host.getGeneration());
  }

  /** How it ended, in few words. */
  static String word(HostDeployOutcome host) {
    return switch (host.getEnding()) {
      case DEPLOY_ENDING_UNCHANGED -> "unchanged";
      case DEPLOY_ENDING_DONE -> "done";
      case DEPLOY_ENDING_DONE_WITH_FAILED_UNITS -> "done, units failed";
      case DEPLOY_ENDING_DONE_REBOOT_NEEDED -> "done, reboot needed";
      case DEPLOY_ENDING_PLANNED -> "planned";
      case DEPLOY_ENDING_FAILED -> "failed (%s)".formatted(host.getStage());
      case DEPLOY_ENDING_REFUSED -> "refused";
      case DEPLOY_ENDING_ROLLED_BACK -> "rolled back";
      case DEPLOY_ENDING_STUCK -> "stuck: look at it";
      case DEPLOY_ENDING_UNKNOWN -> "unknown: look at it";
      case DEPLOY_ENDING_SKIPPED -> "not begun";
      case DEPLOY_ENDING_CANCELLED -> "cancelled (%s)".formatted(host.getStage());
      case DEPLOY_ENDING_UNSPECIFIED, UNRECOGNIZED -> "?";
    };
  }

  /** The exit code: of several hosts that of the worst. */
  static int exitCode(DeployOutcome outcome) {
    int worst = -1;
    int code = ExitCode.OK;
    for (var host : outcome.getHostsList()) {
      int rank = rank(host.getEnding());
      if (rank > worst) {
        worst = rank;
        code = code(host.getEnding());
      }
    }
    return code;
  }

  private static int code(DeployEnding ending) {
    return switch (ending) {
      case DEPLOY_ENDING_UNCHANGED, DEPLOY_ENDING_DONE, DEPLOY_ENDING_PLANNED -> ExitCode.OK;
      case DEPLOY_ENDING_DONE_WITH_FAILED_UNITS -> ExitCode.UNITS_FAILED;
      case DEPLOY_ENDING_DONE_REBOOT_NEEDED -> ExitCode.REBOOT_NEEDED;
      case DEPLOY_ENDING_REFUSED -> ExitCode.REFUSED;
      case DEPLOY_ENDING_ROLLED_BACK -> ExitCode.ROLLED_BACK;
      case DEPLOY_ENDING_STUCK, DEPLOY_ENDING_UNKNOWN -> ExitCode.LOOK_AT_IT;
      case DEPLOY_ENDING_FAILED,
          DEPLOY_ENDING_SKIPPED,
          DEPLOY_ENDING_CANCELLED,
          DEPLOY_ENDING_UNSPECIFIED,
          UNRECOGNIZED ->
          ExitCode.FAILED;
    };
  }

  private static int rank(DeployEnding ending) {
    return switch (ending) {
      case DEPLOY_ENDING_UNCHANGED, DEPLOY_ENDING_DONE, DEPLOY_ENDING_PLANNED -> 0;
      case DEPLOY_ENDING_DONE_REBOOT_NEEDED -> 1;
      case DEPLOY_ENDING_DONE_WITH_FAILED_UNITS -> 2;
      case DEPLOY_ENDING_SKIPPED, DEPLOY_ENDING_CANCELLED -> 3;
      case DEPLOY_ENDING_REFUSED -> 4;
      case DEPLOY_ENDING_FAILED, DEPLOY_ENDING_UNSPECIFIED, UNRECOGNIZED -> 5;
      case DEPLOY_ENDING_ROLLED_BACK -> 6;
      case DEPLOY_ENDING_UNKNOWN -> 7;
      case DEPLOY_ENDING_STUCK -> 8;
    };
  }
}
