package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.v1.NixError;
import dev.arda.v1.SelectorError;
import dev.arda.v1.SourcePosition;
import java.util.List;
import java.util.stream.Collectors;

/** Tells a person what failed, where, why in Nix's own words, and what to try. */
final class ErrorPrinter {

  private static final String INDENT = "       ";

  /** In chars; of longer ones only a part is shown. */
  private static final int LONGEST_SELECTOR = 400;

  private final Console console;
  private final boolean trace;
  private final boolean debug;

  /**
   * A printer.
   *
   * @param trace show Nix's trace
   * @param debug show the trace, the reason, and the end of Nix's log
   */
  ErrorPrinter(Console console, boolean trace, boolean debug) {
    this.console = console;
    this.trace = trace || debug;
    this.debug = debug;
  }

  /** Prints a failure to standard error. */
  void print(Failure failure) {
    var text = new StringBuilder();
    text.append(style().error("error:")).append(' ');
    text.append(indented(failure.message().isEmpty() ? failure.reason() : failure.message()));
    failure.nix().ifPresent(nix -> appendNix(text, failure.message(), nix));
    failure.selector().ifPresent(selector -> appendSelector(text, selector));
    var hint = failure.metadata().get("hint");
    if (hint != null) {
      line(text, style().strong("hint:") + " " + indented(hint));
    }
    if (debug) {
      line(text, style().faint("reason " + Style.safe(failure.reason())));
      failure
          .metadata()
          .forEach((name, value) -> line(text, style().faint(Style.safe(name + " = " + value))));
    }
    console.message(text.toString());
  }

  /** Prints a message of this program itself. */
  void print(String message) {
    console.message(style().error("error:") + " " + indented(message));
  }

  private void appendNix(StringBuilder text, String message, NixError nix) {
    if (trace) {
      for (var frame : nix.getTraceList()) {
        line(text, style().faint("… " + indented(frame.getMessage())));
        if (frame.hasPosition()) {
          appendPosition(text, frame.getPosition());
        }
      }
    }
    if (!nix.getMessage().isBlank() && !message.contains(nix.getMessage().strip())) {
      line(text, "nix: " + indented(nix.getMessage().strip()));
    }
    if (nix.hasPosition()) {
      appendPosition(text, nix.getPosition());
    }
    if (debug && !nix.getLogTail().isBlank()) {
      line(text, style().faint("what Nix printed:"));
      line(text, style().faint(indented(nix.getLogTail().stripTrailing())));
    } else if (!trace && nix.getTraceCount() > 0) {
      line(text, style().faint("(the whole trace: --show-trace)"));
    }
  }

  private void appendPosition(StringBuilder text, SourcePosition position) {
    var place = new StringBuilder("at ").append(Style.safe(position.getFile()));
    if (position.getLine() > 0) {
      place.append(':').append(position.getLine());
      if (position.getColumn() > 0) {
        place.append(':').append(position.getColumn());
      }
    }
    line(text, style().faint(place.toString()));
  }

  private void appendSelector(StringBuilder text, SelectorError error) {
    // A line break or a tab would tear selector and caret apart.
    var selector = Style.safe(error.getSelector()).replace("\n", "\\n").replace("\t", "\\t");
    if (selector.length() > LONGEST_SELECTOR) {
      line(text, excerpt(selector, error.getOffset()));
    } else if (selector.equals(error.getSelector())) {
      line(text, selector);
      line(text, caret(selector, error.getOffset(), error.getLength()));
    } else {
      line(text, selector + " (character " + (error.getOffset() + 1) + ")");
    }
    if (!error.getCandidatesList().isEmpty()) {
      line(text, "did you mean " + choice(error.getCandidatesList()) + "?");
    }
    if (!error.getSuggestion().isEmpty() && error.getCandidatesCount() == 0) {
      var corrected = corrected(error);
      if (corrected.length() <= LONGEST_SELECTOR) {
        line(text, style().strong("hint:") + " write " + indented(corrected));
      }
    }
  }

  /** The part of a long selector where the fault is. */
  private static String excerpt(String selector, int offset) {
    var points = selector.codePoints().toArray();
    int from = Math.clamp(offset - LONGEST_SELECTOR / 4, 0, points.length);
    int to = Math.min(from + LONGEST_SELECTOR / 2, points.length);
    return (from > 0 ? "…" : "")
        + new String(points, from, to - from)
        + (to < points.length ? "…" : "")
        + " (character "
        + (offset + 1)
        + ")";
  }

  /** The whole selector as it should be: the suggestion takes the place of the fault. */
  private static String corrected(SelectorError error) {
    var points = error.getSelector().codePoints().toArray();
    int from = Math.min(error.getOffset(), points.length);
    int to = Math.min(from + error.getLength(), points.length);
    return Style.safe(
        new String(points, 0, from)
            + error.getSuggestion()
            + new String(points, to, points.length - to));
  }

  private String caret(String selector, int offset, int length) {
    var points = selector.codePoints().toArray();
    int from = Math.min(offset, points.length);
    int to = Math.min(from + length, points.length);
    int before = width(points, 0, from);
    int under = Math.max(1, width(points, from, to));
    return " ".repeat(before) + style().error("^".repeat(under));
  }

  private static int width(int[] points, int from, int to) {
    int columns = 0;
    for (int i = from; i < to; i++) {
      columns += CharacterWidth.of(points[i]);
    }
    return columns;
  }

  private String choice(List<String> candidates) {
    var names = candidates.stream().map(name -> style().strong(Style.safe(name))).toList();
    if (names.size() == 1) {
      return names.getFirst();
    }
    return names.subList(0, names.size() - 1).stream().collect(Collectors.joining(", "))
        + " or "
        + names.getLast();
  }

  private static void line(StringBuilder text, String line) {
    text.append('\n').append(INDENT).append(line);
  }

  private static String indented(String message) {
    return Style.safe(message).replace("\n", "\n" + INDENT);
  }

  private Style style() {
    return console.style();
  }
}
