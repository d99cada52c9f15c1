package dev.arda.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda doctor}: examines what arda needs and says what to do about each fault. */
final class DoctorCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Examines everything arda needs, and says what to do about faults.")
        .description("", "Exits with 1 if there is a fault. Starts and changes nothing.", "");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    session.console().spinner().show("examining");
    var checks = new ArrayList<>(new MachineChecks(session.environment()).run());
    checks.addAll(new DaemonChecks(session.environment()).run());
    session.console().spinner().stop();
    boolean well = checks.stream().noneMatch(check -> check.status() == Check.Status.FAULT);
    var out = session.console().out();
    if (session.options().json()) {
      out.line(json(checks, well));
    } else {
      checks.forEach(check -> print(out, check));
    }
    return well ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String json(List<Check> checks, boolean well) {
    return new JsonFields()
        .put("ok", well)
        .raw(
            "checks",
            checks.stream()
                .map(check ->
                    new JsonFields()
                        .put("name", check.name())
                        .put("status", check.status().name().toLowerCase(Locale.ROOT))
                        .put("detail", check.detail())
                        .put("remedy", check.remedy())
                        .toString())
                .collect(Collectors.joining(",", "[", "]")))
        .toString();
  }

  private static void print(Out out, Check check) {
    var status =
        switch (check.status()) {
          case OK -> "ok   ";
          case NOTE -> "note ";
          case FAULT -> "FAULT";
        };
    var margin = " ".repeat(28);
    out.line(
        "%s  %-19s  %s"
            .formatted(status, check.name(), check.detail().replace("\n", "\n" + margin)));
    if (!check.remedy().isEmpty()) {
      out.line(margin + check.remedy());
    }
  }
}
