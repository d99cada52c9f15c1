package dev.arda.client.cli;

import dev.arda.client.cli.view.JsonPrinter;
import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.Generation;
import dev.arda.v1.GetHostStatusRequest;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.HostStatus;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host status} and {@code arda host generations}. */
final class HostStatusCommand implements Command, TakesHosts {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", java.util.Locale.ROOT);

  private final boolean generations;

  HostStatusCommand(boolean generations) {
    this.generations = generations;
  }

  @Override
  public void describe(CommandSpec spec) {
    if (generations) {
      spec.usageMessage()
          .header("Lists the generations of hosts.")
          .description("", "Asked of the hosts. * boots next, > runs.", "");
    } else {
      spec.usageMessage()
          .header("Asks hosts what they run, and whether that is what the flake says.")
          .description("", "Fails if one cannot be asked. With --json: one object a line.", "");
      Arguments.flag(spec, "--no-drift", "Evaluate nothing; only ask the hosts.");
    }
    HostReachOptions.addTo(spec);
    Arguments.words(
        spec,
        "HOSTS",
        generations ? "1..*" : "0..*",
        "A name, a pattern such as web*, a tag as @prod, or several with & | ! ( )");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    if (generations && Arguments.words(arguments).isEmpty()) {
      throw new UsageException("no host is named; arda host list shows those there are");
    }
    var request =
        GetHostStatusRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .addAllSelections(Arguments.words(arguments))
            .setReach(HostReachOptions.of(arguments))
            .setDrift(!generations && !arguments.hasMatchedOption("--no-drift"))
            .build();
    var statuses = new ArrayList<HostStatus>();
    return session.ask(client -> {
      session.console().spinner().show("asking the hosts");
      try (var stream =
          session.cancellable(client.ask(HostServiceGrpc.getGetHostStatusMethod(), request))) {
        for (var event = stream.next(); event.isPresent(); event = stream.next()) {
          if (event.get().hasProgress()) {
            session.show(event.get().getProgress());
          } else if (event.get().hasStatus()) {
            statuses.add(event.get().getStatus());
          }
        }
      }
      session.console().spinner().stop();
      statuses.sort(Comparator.comparing(HostStatus::getHost));
      print(session, statuses);
      return statuses.stream().anyMatch(HostStatus::hasError) ? ExitCode.FAILED : ExitCode.OK;
    });
  }

  private void print(Session session, List<HostStatus> statuses) {
    var out = session.console().out();
    if (session.options().json()) {
      statuses.forEach(status -> out.line(JsonPrinter.json(status)));
      out.flush();
      return;
    }
    int columns =
        session.console().outIsTerminal()
            ? new TerminalWidth(session.environment()).columns()
            : Integer.MAX_VALUE;
    var rows = new ArrayList<List<String>>();
    if (generations) {
      rows.add(List.of("HOST", "", "GENERATION", "MADE", "VERSION", "KERNEL", "SPECIALISATIONS"));
      statuses.forEach(status ->
          status
              .getGenerationsList()
              .reversed()
              .forEach(generation -> rows.add(row(status, generation))));
    } else {
      rows.add(List.of("HOST", "DRIFT", "GENERATION", "FREE", "NOTES", "RUNS"));
      statuses.forEach(status -> rows.add(row(status)));
    }
    out.text(new TextTable(columns).of(rows));
    out.flush();
    for (var status : statuses) {
      if (status.hasError()) {
        session
            .console()
            .message(
                session.console().style().error("error:")
                    + " %s: %s"
                        .formatted(
                            Style.safe(status.getHost()),
                            Style.safe(status.getError().getMessage())));
      }
    }
  }

  private static List<String> row(HostStatus status, Generation generation) {
    return List.of(
        Style.safe(status.getHost()),
        (generation.getCurrent() ? "*" : " ") + (generation.getRunning() ? ">" : " "),
        Integer.toString(generation.getNumber()),
        generation.hasMadeAt()
            ? DATE.format(
                Instant.ofEpochSecond(generation.getMadeAt().getSeconds())
                    .atZone(ZoneId.systemDefault()))
            : "-",
        known(generation.getVersion()),
        known(generation.getKernel()),
        known(String.join(" ", generation.getSpecialisationsList())));
  }

  private static List<String> row(HostStatus status) {
    return List.of(
        Style.safe(status.getHost()),
        drift(status),
        status.getGeneration() == 0 ? "-" : Integer.toString(status.getGeneration()),
        status.getFreeBytes() == 0 ? "-" : Quantities.bytes(status.getFreeBytes()),
        notes(status),
        known(status.getRunningSystem()));
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

  private static String known(String text) {
    return text.isEmpty() ? "-" : Style.safe(text);
  }
}
