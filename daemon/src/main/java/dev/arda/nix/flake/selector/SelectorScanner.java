package dev.arda.nix.flake.selector;

import dev.arda.nix.flake.selector.ParsedSelector.StepSpan;
import dev.arda.nix.types.FlakeException;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine that reads a selector character by character. {@link #finish} says what a whole text
 * means; {@link #open} says what is unfinished at its end, which is what completion needs. Used
 * once and by one thread.
 */
final class SelectorScanner {

  private enum Mode {
    /** Before the first character of a component. */
    START,
    NAME,
    NAME_QUOTE,
    MAYBE,
    SET,
    SET_QUOTE,
    AFTER_STAR,
    AFTER_SET
  }

  private final String text;
  private final int[] points;
  private final List<Step> steps = new ArrayList<>();
  private final List<StepSpan> spans = new ArrayList<>();
  private final List<SelectorWarning> warnings = new ArrayList<>();

  private Mode mode = Mode.START;
  private boolean escaped;
  private int at;

  private int stepStart;
  private int quoteStart;
  private final StringBuilder name = new StringBuilder();
  private boolean quoted;

  /** Whether the optional step being read, or the one before it, began without a dot. */
  private boolean joined;

  private boolean joinedBefore;

  private final List<Step.Entry> entries = new ArrayList<>();
  private final List<Span> entrySpans = new ArrayList<>();
  private int entryStart;
  private boolean entryBegun;
  private boolean entryOptional;

  /**
   * Takes a text.
   *
   * @throws FlakeException if it is too long or not Unicode
   */
  SelectorScanner(String text) {
    this.text = text;
    int length = text.codePointCount(0, text.length());
    if (length > Selector.MAX_LENGTH) {
      throw SelectorFaults.tooLong(text, length);
    }
    points = text.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      if (points[i] >= Character.MIN_SURROGATE && points[i] <= Character.MAX_SURROGATE) {
        throw SelectorFaults.unpairedSurrogate(text, i, points[i]);
      }
    }
  }

  /**
   * Reads the text.
   *
   * @throws FlakeException at the first fault that more text could not mend
   */
  SelectorScanner scan() {
    for (at = 0; at < points.length; at++) {
      int point = points[at];
      if (escaped) {
        escaped = false;
        name.appendCodePoint(point);
      } else {
        accept(point);
      }
    }
    return this;
  }

  private void accept(int point) {
    switch (mode) {
      case START -> begin(point);
      case NAME -> {
        switch (point) {
          case '.' -> endName();
          case '?' -> {
            endName();
            beginMaybe(true);
          }
          case '\\' -> escaped = true;
          default -> name.appendCodePoint(point);
        }
      }
      case NAME_QUOTE -> acceptQuoted(point, Mode.NAME);
      case MAYBE -> {
        // Directly after the leading question mark some characters mean something else.
        boolean first = at == stepStart + 1;
        switch (point) {
          case '.' -> endMaybe();
          case '?' -> {
            if (first) {
              name.append('?');
            } else {
              endMaybe();
              beginMaybe(true);
            }
          }
          case '"' -> {
            if (first) {
              throw quoteAfterQuestionMark();
            }
            name.append('"');
          }
          case '\\' -> escaped = true;
          default -> name.appendCodePoint(point);
        }
      }
      case SET -> acceptInSet(point);
      case SET_QUOTE -> acceptQuoted(point, Mode.SET);
      case AFTER_STAR, AFTER_SET -> {
        if (point != '.') {
          throw SelectorFaults.dotExpected(text, at, mode == Mode.AFTER_STAR, point);
        }
        mode = Mode.START;
      }
    }
  }

  private void begin(int point) {
    stepStart = at;
    name.setLength(0);
    quoted = false;
    joined = false;
    switch (point) {
      case '.' -> {
        warn(
            new Span(at, 0),
            "An empty component selects the attribute whose name is empty; write `\"\"` if that is"
                + " meant.");
        add(new Step.Name(""), at);
      }
      case '*' -> {
        add(new Step.All(), at + 1);
        mode = Mode.AFTER_STAR;
      }
      case '?' -> beginMaybe(false);
      case '"' -> {
        quoted = true;
        quoteStart = at;
        mode = Mode.NAME_QUOTE;
      }
      case '{' -> {
        entries.clear();
        entrySpans.clear();
        mode = Mode.SET;
        beginEntry(at + 1);
      }
      case '\\' -> {
        escaped = true;
        mode = Mode.NAME;
      }
      default -> {
        name.appendCodePoint(point);
        mode = Mode.NAME;
      }
    }
  }

  private void acceptQuoted(int point, Mode outside) {
    switch (point) {
      case '"' -> mode = outside;
      case '\\' -> escaped = true;
      default -> name.appendCodePoint(point);
    }
  }

  private void acceptInSet(int point) {
    if (point == ',') {
      if (!entryBegun) {
        warn(
            new Span(at, 0),
            "An empty component of a set selects the attribute whose name is empty; write `\"\"` if"
                + " that is meant.");
      }
      endEntry();
      beginEntry(at + 1);
      return;
    }
    if (point == '}') {
      // Nothing stands before the brace in `{}` and after a trailing comma.
      if (entryBegun) {
        endEntry();
      }
      add(new Step.Names(entries), at + 1, entrySpans);
      mode = Mode.AFTER_SET;
      return;
    }
    boolean first = !entryBegun;
    entryBegun = true;
    switch (point) {
      case '"' -> {
        quoted = true;
        quoteStart = at;
        mode = Mode.SET_QUOTE;
      }
      case '\\' -> escaped = true;
      case '?' -> {
        if (first) {
          entryOptional = true;
        } else {
          name.append('?');
        }
      }
      default -> name.appendCodePoint(point);
    }
  }

  private void beginMaybe(boolean withoutDot) {
    joinedBefore = joined;
    joined = withoutDot;
    stepStart = at;
    name.setLength(0);
    quoted = false;
    mode = Mode.MAYBE;
  }

  private void endName() {
    add(new Step.Name(name.toString()), at);
    mode = Mode.START;
  }

  private void endMaybe() {
    if (joined && name.isEmpty()) {
      Span before = spans.getLast().span();
      throw SelectorFaults.nameEndsInQuestionMark(
          text,
          new Span(before.offset(), at - before.offset()),
          joinedBefore ? "." : "",
          steps.getLast());
    }
    add(new Step.Maybe(name.toString()), at);
    mode = Mode.START;
  }

  private void beginEntry(int start) {
    entryStart = start;
    entryBegun = false;
    entryOptional = false;
    quoted = false;
    name.setLength(0);
  }

  private void endEntry() {
    var span = new Span(entryStart, at - entryStart);
    if (name.toString().equals(Step.Entry.FORBIDDEN)) {
      throw SelectorFaults.outPathInSet(text, span);
    }
    entries.add(new Step.Entry(name.toString(), entryOptional));
    entrySpans.add(span);
  }

  private void add(Step step, int end) {
    add(step, end, List.of());
  }

  private void add(Step step, int end, List<Span> entryPositions) {
    steps.add(step);
    spans.add(new StepSpan(new Span(stepStart, end - stepStart), entryPositions));
  }

  private void warn(Span span, String message) {
    warnings.add(new SelectorWarning(span, message));
  }

  /** The meaning of {@code ?"a.b"c} was probably the optional name {@code a.bc}. */
  private FlakeException quoteAfterQuestionMark() {
    name.setLength(0);
    boolean inQuote = true;
    int end = at + 1;
    for (; end < points.length; end++) {
      int point = points[end];
      if (point == '\\') {
        end++;
        if (end < points.length) {
          name.appendCodePoint(points[end]);
        }
      } else if (inQuote && point == '"') {
        inQuote = false;
      } else if (!inQuote && (point == '.' || point == '?')) {
        break;
      } else {
        name.appendCodePoint(point);
      }
    }
    int length = Math.min(end, points.length) - stepStart;
    return SelectorFaults.quoteAfterQuestionMark(
        text, new Span(stepStart, length), joined ? "." : "", name.toString());
  }

  /**
   * The meaning of the whole text.
   *
   * @throws FlakeException if something is unfinished
   */
  ParsedSelector finish() {
    if (escaped) {
      throw SelectorFaults.danglingEscape(text, points.length - 1, "\\\\" + closing());
    }
    switch (mode) {
      case NAME -> endName();
      case MAYBE -> endMaybe();
      case NAME_QUOTE, SET_QUOTE ->
          throw SelectorFaults.unclosedQuote(text, points.length, quoteStart, closing());
      case SET -> throw SelectorFaults.unclosedSet(text, points.length, stepStart);
      case START, AFTER_STAR, AFTER_SET -> {}
    }
    checkCanonicalLength();
    return new ParsedSelector(text, new Selector(steps), spans, warnings);
  }

  private String closing() {
    return switch (mode) {
      case NAME_QUOTE -> "\"";
      case SET_QUOTE -> "\"}";
      case SET -> "}";
      case START, NAME, MAYBE, AFTER_STAR, AFTER_SET -> "";
    };
  }

  private void checkCanonicalLength() {
    long length = -1; // there is one dot less than there are steps
    for (int i = 0; i < steps.size(); i++) {
      length += 1 + SelectorPrinter.length(List.of(steps.get(i)));
      if (length > Selector.MAX_LENGTH) {
        int start = spans.get(i).span().offset();
        throw SelectorFaults.tooLongCanonically(text, new Span(start, points.length - start));
      }
    }
  }

  /**
   * The steps that are complete.
   *
   * @throws IllegalArgumentException if they are too long in canonical form
   */
  Selector complete() {
    return new Selector(steps);
  }

  /** What is unfinished at the end of the text. */
  OpenName open() {
    return switch (mode) {
      case START -> new OpenName(OpenName.Kind.STEP, points.length, "", false, false);
      case NAME, NAME_QUOTE ->
          new OpenName(OpenName.Kind.STEP, stepStart, name.toString(), quoted, false);
      case MAYBE ->
          new OpenName(OpenName.Kind.OPTIONAL_STEP, stepStart, name.toString(), false, joined);
      case SET, SET_QUOTE ->
          new OpenName(
              entryOptional ? OpenName.Kind.OPTIONAL_ENTRY : OpenName.Kind.ENTRY,
              entryStart,
              name.toString(),
              quoted,
              false);
      case AFTER_STAR, AFTER_SET ->
          new OpenName(OpenName.Kind.NONE, points.length, "", false, false);
    };
  }
}
