package dev.arda.client.cli.view;

import dev.arda.client.cli.CharacterWidth;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The lines that show an operation at a moment: one for each thing that is being done, the longest
 * running first within its kind, and a summary below.
 */
final class LiveLayout {

  private static final String[] UNICODE_FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  private static final String[] ASCII_FRAMES = {"|", "/", "-", "\\"};

  /** With less, a phase says nothing. */
  private static final int LEAST_PHASE = 6;

  /** With less, what a build printed last would say nothing. */
  private static final int ROOM_FOR_LAST_LINE = 16;

  private static final Comparator<OperationNode> ORDER =
      Comparator.comparingInt(Kinds::rank)
          .thenComparing(node -> Quantities.instant(node.getStartedAt()));

  private final OperationModel model;
  private final Experience experience;
  private final boolean unicode;
  private final Summary summary;

  LiveLayout(OperationModel model, Experience experience, boolean unicode) {
    this.model = model;
    this.experience = experience;
    this.unicode = unicode;
    this.summary = new Summary(model, experience, unicode);
  }

  /**
   * The lines; none is wider than the terminal without its last column, which some terminals do not
   * leave again.
   *
   * @param elapsed time since the operation was asked for
   * @param frame number of this picture, for what turns
   */
  List<Line> lines(Instant now, Duration elapsed, int frame, int columns, int rows) {
    var shown =
        model.running().stream()
            .filter(node -> node.getKind() != OperationNodeKind.OPERATION_NODE_KIND_TARGET)
            .sorted(ORDER)
            .toList();
    int width = Math.max(0, columns - 1);
    int room = Math.max(0, roomFor(rows) - 1);
    int fit = shown.size() <= room ? shown.size() : Math.max(0, room - 1);
    var result = new ArrayList<Line>();
    result.addAll(table(shown.subList(0, fit), now, width));
    if (fit < shown.size() && room > 0) {
      result.add(
          new Line().add(Ink.FAINT, "  %s and %d more".formatted(mark(), shown.size() - fit)));
    }
    result.add(summary.line(now, elapsed, turning(frame), width));
    return result.stream().map(line -> line.cut(width, mark())).toList();
  }

  /** On a tall terminal a third stays for what has ended. */
  private static int roomFor(int rows) {
    return rows < 12 ? Math.max(1, rows - 1) : rows * 2 / 3;
  }

  private List<Line> table(List<OperationNode> nodes, Instant now, int width) {
    var names =
        telling(nodes.stream().map(node -> Kinds.label(model, node)).toList(), width * 9 / 20);
    var times = nodes.stream().map(node -> time(node, now)).toList();
    int nameColumns = widest(names, width * 9 / 20);
    int timeColumns = widest(times, 24);
    int phaseColumns = widest(nodes.stream().map(LiveLayout::phase).toList(), 18);
    var result = new ArrayList<Line>();
    for (int i = 0; i < nodes.size(); i++) {
      var node = nodes.get(i);
      var time = times.get(i);
      var line =
          new Line()
              .add("  ")
              .padded(Ink.STRONG, fitted(names.get(i), nameColumns), nameColumns)
              .add("  ")
              .add(" ".repeat(Math.max(0, timeColumns - time.length())))
              .add(time);
      int room = Math.min(phaseColumns, width - line.width() - 2);
      if (room >= LEAST_PHASE) {
        line.add("  ").padded(Ink.PLAIN, fitted(phase(node), room), room);
        details(node, line, width);
      }
      result.add(line);
    }
    return result;
  }

  private String time(OperationNode node, Instant now) {
    var elapsed = Quantities.coarse(Quantities.elapsed(node, now));
    if (node.getKind() != OperationNodeKind.OPERATION_NODE_KIND_BUILD) {
      return elapsed;
    }
    return experience
        .usual(node)
        .filter(usual -> usual.toSeconds() > 0)
        .map(usual -> elapsed + " of ~" + Quantities.coarse(usual))
        .orElse(elapsed);
  }

  /** Adds what there is room for. */
  private void details(OperationNode node, Line line, int width) {
    var details = new ArrayList<String>();
    if (node.getDone() > 0 || node.getExpected() > 0) {
      details.add(amount(node));
    }
    if (!node.getMachine().isEmpty()) {
      details.add((Kinds.movesBytes(node) ? "" : "on ") + node.getMachine());
    }
    for (var detail : details) {
      if (line.width() + 2 + CharacterWidth.of(Line.harmless(detail)) <= width) {
        line.add(Ink.FAINT, "  " + detail);
      }
    }
    var last = model.lastLine(node);
    if (!last.isEmpty() && line.width() + ROOM_FOR_LAST_LINE <= width) {
      line.add(Ink.FAINT, (unicode ? "  │ " : "  | ") + last);
    }
  }

  private static String amount(OperationNode node) {
    if (!Kinds.movesBytes(node)) {
      return node.getDone() + "/" + node.getExpected();
    }
    return node.getExpected() >= node.getDone()
        ? Quantities.bytes(node.getDone(), node.getExpected())
        : Quantities.bytes(node.getDone());
  }

  private static String phase(OperationNode node) {
    return node.getPhase().isEmpty() ? Kinds.activity(node) : node.getPhase();
  }

  private static int widest(List<String> texts, int limit) {
    return texts.stream()
        .mapToInt(text -> CharacterWidth.of(Line.harmless(text)))
        .map(columns -> Math.min(columns, limit))
        .max()
        .orElse(0);
  }

  /** Where not all have room, what systems have in common makes way for what tells them apart. */
  private static List<String> telling(List<String> names, int columns) {
    return widest(names, Integer.MAX_VALUE) <= columns
        ? names
        : names.stream().map(name -> name.replaceFirst("^nixos-system-", "")).toList();
  }

  private String fitted(String text, int columns) {
    var harmless = Line.harmless(text);
    if (CharacterWidth.of(harmless) <= columns) {
      return harmless;
    }
    int room = Math.max(0, columns - mark().length());
    return CharacterWidth.cut(harmless, room) + mark();
  }

  private String turning(int frame) {
    var frames = unicode ? UNICODE_FRAMES : ASCII_FRAMES;
    return frames[Math.floorMod(frame, frames.length)];
  }

  private String mark() {
    return unicode ? "…" : "...";
  }
}
