package dev.arda.client.cli;

import com.google.protobuf.Timestamp;
import dev.arda.v1.EvaluatorStatus;
import dev.arda.v1.FlakeStatus;
import dev.arda.v1.SourceMode;
import dev.arda.v1.SourceStatus;
import dev.arda.v1.StatusResponse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The status of a daemon for programs: everything that it says. */
final class DaemonStatusJson {

  private DaemonStatusJson() {}

  static String of(StatusResponse status) {
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
    fields.put("startedAt", instant(status.getStartedAt()));
    fields.put("uptimeSeconds", status.getUptime().getSeconds());
    fields.put("runtimeDirectory", status.getRuntimeDirectory());
    fields.put("logFile", status.getLogFile());
    fields.put("javaVersion", status.getJavaVersion());
    if (status.hasIdleExitAt()) {
      fields.put("idleExitAt", instant(status.getIdleExitAt()));
    }
    fields.put("activeCalls", status.getActiveCalls());
    fields.put("heapUsedBytes", status.getHeapUsedBytes());
    fields.put("heapMaxBytes", status.getHeapMaxBytes());
    fields.put("residentBytes", status.getResidentBytes());
    var all = status.getEvaluators();
    fields.raw(
        "evaluators",
        new JsonFields()
            .put("running", all.getRunning())
            .put("busy", all.getBusy())
            .put("waiting", all.getWaiting())
            .put("maxRunning", all.getMaxRunning())
            .put("residentBytes", all.getResidentBytes())
            .put("maxResidentBytes", all.getMaxResidentBytes())
            .toString());
    var cache = status.getCache();
    fields.raw(
        "cache",
        new JsonFields()
            .put("states", cache.getStates())
            .put("bytes", cache.getBytes())
            .put("maxBytes", cache.getMaxBytes())
            .put("hits", cache.getHits())
            .put("misses", cache.getMisses())
            .toString());
    fields.raw("flakes", array(status.getFlakesList(), DaemonStatusJson::flake));
    return fields.toString();
  }

  private static String flake(FlakeStatus flake) {
    var fields = new JsonFields();
    fields.put("flake", flake.getFlakeRef());
    fields.put("lockedUrl", flake.getLockedUrl());
    fields.put("narHash", flake.getNarHash());
    fields.put("revision", flake.getRevision());
    fields.put("identity", flake.getIdentity());
    if (flake.hasLastUsedAt()) {
      fields.put("lastUsedAt", instant(flake.getLastUsedAt()));
    }
    fields.put("hits", flake.getHits());
    fields.put("selectorsEvaluated", flake.getSelectorsEvaluated());
    fields.put("runningEvaluations", flake.getRunningEvaluations());
    fields.put("keptBytes", flake.getKeptBytes());
    fields.raw("sources", array(flake.getSourcesList(), DaemonStatusJson::source));
    fields.put("askedReason", flake.getAskedReason());
    fields.raw("evaluators", array(flake.getEvaluatorsList(), DaemonStatusJson::evaluator));
    fields.put("oneShotReason", flake.getOneShotReason());
    return fields.toString();
  }

  private static String source(SourceStatus source) {
    return new JsonFields()
        .put("source", source.getSource())
        .put("git", source.getGit())
        .put("mode", mode(source.getMode()))
        .put("watchedDirectories", source.getWatchedDirectories())
        .put("scannedReason", source.getScannedReason())
        .toString();
  }

  private static String mode(SourceMode mode) {
    return mode.name().replaceFirst("^SOURCE_MODE_", "").toLowerCase(Locale.ROOT);
  }

  private static String evaluator(EvaluatorStatus evaluator) {
    return new JsonFields()
        .put("pid", evaluator.getPid())
        .put("residentBytes", evaluator.getResidentBytes())
        .put("questions", evaluator.getQuestions())
        .put("uptimeSeconds", evaluator.getUptime().getSeconds())
        .put("busy", evaluator.getBusy())
        .toString();
  }

  private static <T> String array(List<T> values, Function<T, String> json) {
    return values.stream().map(json).collect(Collectors.joining(",", "[", "]"));
  }

  private static String instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos()).toString();
  }
}
