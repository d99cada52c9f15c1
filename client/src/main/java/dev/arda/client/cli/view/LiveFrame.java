package dev.arda.client.cli.view;

import dev.arda.client.cli.Style;
import java.util.ArrayList;
import java.util.List;

/**
 * A block of lines at the end of a terminal that is drawn again and again, and lines that stay
 * above it. Says what must be written; writes nothing itself. Knows what it had written before, and
 * nothing else of the terminal but its width. Not thread-safe.
 */
final class LiveFrame {

  /** Terminals that know it show all between at once; others ignore it. */
  private static final String BEGIN = "\u001b[?2026h";

  private static final String END = "\u001b[?2026l";
  private static final String ERASE_BELOW = "\u001b[J";
  private static final String ERASE_LINE = "\u001b[K";

  private final Style style;
  private List<Integer> drawn = List.of();

  LiveFrame(Style style) {
    this.style = style;
  }

  /**
   * What to write, in one piece, to put lines above the block and a new block in its place. The
   * cursor is left at the end of the block.
   */
  String next(List<Line> above, List<Line> block, int columns) {
    var text = new StringBuilder(BEGIN).append(toTop(columns));
    boolean wraps = above.stream().anyMatch(line -> line.width() >= columns);
    if (wraps) {
      text.append(ERASE_BELOW);
    }
    for (var line : above) {
      text.append(wraps ? "" : ERASE_LINE)
          .append(line.text(style, columns).replace("\n", "\r\n"))
          .append("\r\n");
    }
    var widths = new ArrayList<Integer>();
    for (var line : block) {
      text.append(widths.isEmpty() ? "" : "\r\n").append(ERASE_LINE).append(line.text(style));
      widths.add(line.width());
    }
    drawn = List.copyOf(widths);
    return text.append(ERASE_BELOW).append(END).toString();
  }

  /** What to write to take the block away. The cursor is left where the block began. */
  String erase(int columns) {
    if (drawn.isEmpty()) {
      return "";
    }
    var text = toTop(columns) + ERASE_BELOW;
    drawn = List.of();
    return text;
  }

  /**
   * The way from the end of the block to its beginning. Lines that a terminal which has become
   * narrower had to wrap take several rows.
   */
  private String toTop(int columns) {
    int rows = 0;
    for (int width : drawn) {
      rows += Math.max(1, (width + columns - 1) / columns);
    }
    return "\r" + (rows > 1 ? "\u001b[%dA".formatted(rows - 1) : "");
  }
}
