package dev.arda.client.cli;

import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.GetHostStatusRequest;
import dev.arda.v1.HostStatus;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host status}. */
final class HostStatusCommand implements Command, TakesHosts {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Asks hosts what they run, and whether that is what the flake says.")
        .description("", "Fails if one cannot be asked. With --json: one object a line.", "");
    Arguments.flag(spec, "--no-drift", "Evaluate nothing; only ask the hosts.");
    HostReachOptions.addTo(spec);
    Arguments.words(
        spec,
        "HOSTS",
        "0..*",
        "A name, a pattern such as web*, a tag as @prod, or several with & | ! ( )");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    return new HostStatuses(session)
        .ask(
            GetHostStatusRequest.newBuilder()
                .setContext(session.context())
                .setFlake(session.options().flake())
                .addAllSelections(Arguments.words(arguments))
                .setReach(HostReachOptions.of(arguments))
                .setDrift(!arguments.hasMatchedOption("--no-drift"))
                .build(),
            HostStatusCommand::rows);
  }

  private static List<List<String>> rows(List<HostStatus> statuses) {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("HOST", "DRIFT", "GENERATION", "FREE", "NOTES", "RUNS"));
    statuses.forEach(status -> rows.add(row(status)));
    return rows;
  }

  private static List<String> row(HostStatus status) {
    return List.of(
        Style.safe(status.getHost()),
        drift(status),
        status.getGeneration() == 0 ? "-" : Integer.toString(status.getGeneration()),
        status.getFreeBytes() == 0 ? "-" : Quantities.bytes(status.getFreeBytes()),
        notes(status),
        status.getRunningSystem().isEmpty() ? "-" : Style.safe(status.getRunningSystem()));
  }

  private static String drift(HostStatus status) {
    return switch (status.getDrift()) {
      case HOST_DRIFT_NONE -> "none";
      case HOST_DRIFT_PARTIAL -> "runs and boots differ";
      case HOST_DRIFT_OUTDATED -> "outdated";
      case HOST_DRIFT_UNSPECIFIED, UNRECOGNIZED -> status.hasError() ? "?" : "-";
    };
  }

  private static String notes(HostStatus status) {
    var notes = new ArrayList<String>();
    if (status.getRebootNeeded()) {
      notes.add("reboot needed");
    }
    if (status.getFailedUnitsCount() > 0) {
      notes.add("failed: " + String.join(" ", status.getFailedUnitsList()));
    }
    if (!status.getLastActivation().isEmpty() && !status.getLastActivation().equals("done")) {
      notes.add("last activation: " + status.getLastActivation());
    }
    return notes.isEmpty() ? "-" : Style.safe(String.join("; ", notes));
  }
}
