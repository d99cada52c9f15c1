package dev.arda.client.cli;

import com.google.protobuf.Timestamp;
import dev.arda.v1.EvaluatorStatus;
import dev.arda.v1.FlakeStatus;
import dev.arda.v1.SourceMode;
import dev.arda.v1.SourceStatus;
import dev.arda.v1.StatusResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The status of a daemon for people: no line is longer than the terminal is wide, columns of flakes
 * stand below each other, and nothing that a path contains reaches the terminal as a command.
 */
final class DaemonStatusText {

  /** Longest part of an identity that is shown; enough to tell two apart. */
  private static final int IDENTITY = 8;

  private static final String INDENT = "    ";
  private static final String GAP = "  ";

  private final StatusResponse status;
  private final int width;
  private final Instant now;

  /**
   * A status.
   *
   * @param width columns of the terminal; {@link Integer#MAX_VALUE} where there is none
   */
  DaemonStatusText(StatusResponse status, int width) {
    this.status = status;
    this.width = width;
    this.now =
        instant(status.getStartedAt())
            .plusSeconds(status.getUptime().getSeconds())
            .plusNanos(status.getUptime().getNanos());
  }

  String text() {
    var text = new StringBuilder();
    field(text, "process", Long.toString(status.getPid()));
    field(text, "version", status.getVersion() + ", " + protocol());
    field(text, "up for", Durations.text(Duration.ofSeconds(status.getUptime().getSeconds())));
    if (status.hasIdleExitAt()) {
      field(
          text,
          "idle exit",
          instant(status.getIdleExitAt()).truncatedTo(ChronoUnit.SECONDS).toString());
    }
    field(text, "calls", Integer.toUnsignedString(status.getActiveCalls()));
    field(text, "memory", memory());
    field(text, "warm", warm());
    field(text, "kept", kept());
    field(text, "java", status.getJavaVersion());
    field(text, "runtime", status.getRuntimeDirectory());
    field(text, "log", status.getLogFile());
    if (status.getFlakesCount() > 0) {
      text.append("flakes:\n");
      flakes(text);
    }
    return text.toString();
  }

  private String protocol() {
    var protocol = status.getProtocol();
    return protocol.getMin() == protocol.getMax()
        ? "protocol " + protocol.getMin()
        : "protocols %d to %d".formatted(protocol.getMin(), protocol.getMax());
  }

  private String memory() {
    var heap =
        "heap %s of %s"
            .formatted(Sizes.text(status.getHeapUsedBytes()), Sizes.text(status.getHeapMaxBytes()));
    return status.getResidentBytes() == 0
        ? heap
        : heap + ", resident " + Sizes.text(status.getResidentBytes());
  }

  private String warm() {
    var all = status.getEvaluators();
    var text =
        "%d of %d evaluators, %s of %s"
            .formatted(
                all.getRunning(),
                all.getMaxRunning(),
                Sizes.text(all.getResidentBytes()),
                Sizes.text(all.getMaxResidentBytes()));
    if (all.getBusy() > 0) {
      text += ", %d busy".formatted(all.getBusy());
    }
    return all.getWaiting() > 0 ? text + ", %d waiting".formatted(all.getWaiting()) : text;
  }

  private String kept() {
    var cache = status.getCache();
    return "%s, %s of %s, %s, %s"
        .formatted(
            count(cache.getStates(), "state"),
            Sizes.text(cache.getBytes()),
            Sizes.text(cache.getMaxBytes()),
            count(cache.getHits(), "hit"),
            misses(cache.getMisses()));
  }

  private void flakes(StringBuilder text) {
    var rows = status.getFlakesList().stream().map(this::row).toList();
    int columns = rows.getFirst().size();
    var shown = new ArrayList<Integer>();
    for (int i = 0; i < columns; i++) {
      shown.add(i);
    }
    // Where there is no room for everything, the identity goes first, then what is kept.
    for (int dropped : new int[] {0, 5}) {
      if (length(rows, shown) > width) {
        shown.removeIf(column -> column == dropped);
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      var flake = status.getFlakes(i);
      line(text, GAP + Ellipsis.middle(plain(flake.getFlakeRef()), room(GAP)));
      var cells = new ArrayList<String>();
      for (int column : shown) {
        cells.add(pad(rows.get(i).get(column), widest(rows, column), column == 3 || column == 4));
      }
      line(text, Ellipsis.end(INDENT + String.join(GAP, cells).stripTrailing(), width));
      for (var note : notes(flake)) {
        line(text, INDENT + Ellipsis.end(note, room(INDENT)));
      }
    }
  }

  private int room(String indent) {
    return width == Integer.MAX_VALUE ? width : Math.max(1, width - indent.length());
  }

  private static int length(List<List<String>> rows, List<Integer> columns) {
    return INDENT.length()
        + columns.stream().mapToInt(column -> widest(rows, column)).sum()
        + GAP.length() * (columns.size() - 1);
  }

  private static int widest(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> CharacterWidth.of(row.get(column))).max().orElse(0);
  }

  private static String pad(String cell, int width, boolean right) {
    var spaces = " ".repeat(width - CharacterWidth.of(cell));
    return right ? spaces + cell : cell + spaces;
  }

  private List<String> row(FlakeStatus flake) {
    var identity = flake.getIdentity();
    return List.of(
        plain(identity.substring(0, Math.min(IDENTITY, identity.length()))),
        freshness(flake),
        warmth(flake),
        count(flake.getHits(), "hit"),
        misses(flake.getSelectorsEvaluated()),
        Sizes.text(flake.getKeptBytes()) + " kept",
        flake.getRunningEvaluations() > 0
            ? count(flake.getRunningEvaluations(), "question") + " open"
            : ago(flake));
  }

  private static String freshness(FlakeStatus flake) {
    if (flake.getSourcesCount() == 0) {
      return "asked";
    }
    return flake.getSourcesList().stream().anyMatch(DaemonStatusText::isScanned)
        ? "scanned"
        : "watched";
  }

  private static String warmth(FlakeStatus flake) {
    var evaluators = flake.getEvaluatorsList();
    if (evaluators.isEmpty()) {
      return flake.getOneShotReason().isEmpty() ? "cold" : "one-shot";
    }
    long bytes = evaluators.stream().mapToLong(EvaluatorStatus::getResidentBytes).sum();
    long busy = evaluators.stream().filter(EvaluatorStatus::getBusy).count();
    return "%d warm, %s%s"
        .formatted(
            evaluators.size(), Sizes.text(bytes), busy > 0 ? ", %d busy".formatted(busy) : "");
  }

  private String ago(FlakeStatus flake) {
    var time = Duration.between(instant(flake.getLastUsedAt()), now);
    return time.toSeconds() < 1 ? "just now" : Durations.largest(time) + " ago";
  }

  private static List<String> notes(FlakeStatus flake) {
    var result = new ArrayList<String>();
    if (!flake.getAskedReason().isEmpty()) {
      result.add("asked of Nix each time: " + plain(flake.getAskedReason()));
    }
    var scanned =
        flake.getSourcesList().stream()
            .filter(DaemonStatusText::isScanned)
            .map(source -> plain(source.getScannedReason()))
            .distinct()
            .collect(Collectors.joining("; "));
    if (!scanned.isEmpty()) {
      result.add("scanned: " + scanned);
    }
    if (!flake.getOneShotReason().isEmpty() && flake.getEvaluatorsCount() == 0) {
      result.add("one-shot: " + plain(flake.getOneShotReason()));
    }
    return result;
  }

  private static boolean isScanned(SourceStatus source) {
    return source.getMode() == SourceMode.SOURCE_MODE_SCANNED;
  }

  private void field(StringBuilder text, String name, String value) {
    line(
        text,
        "%-10s %s".formatted(name + ":", Ellipsis.middle(plain(value), room("-".repeat(11)))));
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }

  private static String count(long number, String what) {
    return "%s %s%s".formatted(grouped(number), what, number == 1 ? "" : "s");
  }

  private static String misses(long number) {
    return grouped(number) + (number == 1 ? " miss" : " misses");
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** One line that commands nothing. */
  private static String plain(String text) {
    return Style.safe(text).replace("\n", "\\u000a").replace("\t", "\\u0009");
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
