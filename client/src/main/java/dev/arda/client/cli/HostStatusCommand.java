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
        .description(
            "",
            "Tells each as soon as it has answered. Fails if one cannot be asked. With --json: one"
                + " object a line.",
            "");
    Arguments.flag(spec, "--no-drift", "Evaluate nothing; only ask the hosts.");
    Arguments.number(
        spec,
        "--evaluation-timeout",
        "Seconds that the evaluation of the system of each host may take. Default: 60.");
    HostReachOptions.addTo(spec);
    Arguments.words(
        spec,
        "HOSTS",
        "0..*",
        "A name, a pattern such as web*, a tag as @prod, or several with & | ! ( )");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request =
        GetHostStatusRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .addAllSelections(Arguments.words(arguments))
            .setReach(HostReachOptions.of(arguments))
            .setDrift(!arguments.hasMatchedOption("--no-drift"));
    TimeLimitOptions.evaluation(arguments).ifPresent(request::setEvaluationLimit);
    return new HostStatuses(session).ask(request.build(), new Rows(session));
  }

  /** A row for each answer, below a line of heads. */
  private static final class Rows implements HostStatuses.Table {

    private static final List<String> HEADS =
        List.of("HOST", "DRIFT", "GENERATION", "FREE", "NOTES", "RUNS");

    private final Session session;
    private final int[] widths = new int[HEADS.size()];
    private boolean headed;

    Rows(Session session) {
      this.session = session;
      widths[1] = "outdated".length();
      widths[3] = "999.9 MiB".length();
    }

    @Override
    public void asked(List<String> hosts) {
      widths[0] = hosts.stream().mapToInt(Columns::width).max().orElse(0);
    }

    @Override
    public void answer(HostStatus status) {
      Columns.print(session, headed ? List.of(row(status)) : List.of(HEADS, row(status)), widths);
      headed = true;
    }

    @Override
    public void end(List<HostStatus> statuses) {}
  }

  private static List<String> row(HostStatus status) {
    return List.of(
        Style.safe(status.getHost()),
        drift(status),
        status.getGeneration() == 0 ? "-" : Integer.toString(status.getGeneration()),
        status.hasFreeBytes() ? Quantities.bytes(status.getFreeBytes()) : "-",
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
    if (status.getBusy()) {
      notes.add("is being deployed to");
    }
    if (status.getGenerationsList().stream()
        .anyMatch(one -> one.getRunning() && !one.getSystem().equals(status.getRunningSystem()))) {
      notes.add("runs a specialisation");
    }
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
