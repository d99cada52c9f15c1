package dev.arda.client.cli;

import com.google.protobuf.Timestamp;
import dev.arda.client.ArdaClient;
import dev.arda.client.Deadline;
import dev.arda.v1.FlakeStatus;
import dev.arda.v1.StatusResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda daemon status}. Never starts a daemon. */
final class DaemonStatusCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Shows what the daemon is and what it is busy with.")
        .description("", "Exits with 1 if no daemon is running.", "");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var out = session.console().out();
    var socket = session.connector().location().socket();
    boolean json = session.options().json();
    var client =
        ArdaClient.connectToRunning(session.connector(), Deadline.after(Duration.ofSeconds(10)));
    if (client.isEmpty()) {
      out.line(
          json
              ? "{\"running\":false,\"socket\":" + JsonText.quote(socket.toString()) + "}"
              : "no daemon is running (socket " + socket + ")");
      return ExitCode.FAILED;
    }
    try {
      var status = client.get().greeting();
      out.text(json ? json(status) + "\n" : text(status));
      return ExitCode.OK;
    } finally {
      client.get().closeForExit();
    }
  }

  private static String json(StatusResponse status) {
    var fields = new JsonFields();
    fields.put("running", true);
    fields.put("pid", status.getPid());
    fields.put("version", status.getVersion());
    fields.raw(
        "protocol",
        new JsonFields()
            .put("min", status.getProtocol().getMin())
            .put("max", status.getProtocol().getMax())
            .toString());
    fields.put("startedAt", instant(status.getStartedAt()).toString());
    fields.put("uptimeSeconds", status.getUptime().getSeconds());
    fields.put("runtimeDirectory", status.getRuntimeDirectory());
    fields.put("logFile", status.getLogFile());
    fields.put("javaVersion", status.getJavaVersion());
    if (status.hasIdleExitAt()) {
      fields.put("idleExitAt", instant(status.getIdleExitAt()).toString());
    }
    fields.put("activeCalls", status.getActiveCalls());
    fields.put("heapUsedBytes", status.getHeapUsedBytes());
    fields.raw(
        "flakes",
        status.getFlakesList().stream()
            .map(DaemonStatusCommand::json)
            .collect(Collectors.joining(",", "[", "]")));
    return fields.toString();
  }

  private static String json(FlakeStatus flake) {
    var fields = new JsonFields();
    fields.put("flake", flake.getFlakeRef());
    fields.put("lockedUrl", flake.getLockedUrl());
    fields.put("narHash", flake.getNarHash());
    if (flake.hasLastUsedAt()) {
      fields.put("lastUsedAt", instant(flake.getLastUsedAt()).toString());
    }
    fields.put("selectorsEvaluated", flake.getSelectorsEvaluated());
    fields.put("runningEvaluations", flake.getRunningEvaluations());
    return fields.toString();
  }

  private static String text(StatusResponse status) {
    var text = new StringBuilder();
    field(text, "process", Long.toString(status.getPid()));
    field(text, "version", status.getVersion());
    field(
        text,
        "protocol",
        "%d to %d".formatted(status.getProtocol().getMin(), status.getProtocol().getMax()));
    field(text, "up for", Durations.text(Duration.ofSeconds(status.getUptime().getSeconds())));
    if (status.hasIdleExitAt()) {
      field(text, "idle exit", instant(status.getIdleExitAt()).toString());
    }
    field(text, "calls", Integer.toUnsignedString(status.getActiveCalls()));
    field(text, "heap", "%d MiB".formatted(status.getHeapUsedBytes() / (1024 * 1024)));
    field(text, "java", status.getJavaVersion());
    field(text, "runtime", status.getRuntimeDirectory());
    field(text, "log", status.getLogFile());
    if (status.getFlakesCount() > 0) {
      text.append("flakes:\n");
    }
    for (var flake : status.getFlakesList()) {
      text.append("  ").append(flake.getFlakeRef()).append('\n');
      text.append(
          "    %d selectors evaluated, %d evaluations running\n"
              .formatted(flake.getSelectorsEvaluated(), flake.getRunningEvaluations()));
    }
    return text.toString();
  }

  private static void field(StringBuilder text, String name, String value) {
    text.append("%-10s %s\n".formatted(name + ":", value));
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
