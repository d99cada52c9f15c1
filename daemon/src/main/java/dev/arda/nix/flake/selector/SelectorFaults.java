package dev.arda.nix.flake.selector;

import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SelectorFault;
import java.util.List;

/** Puts what is wrong with a selector into words. */
final class SelectorFaults {

  /** Longest excerpt of a selector in a message, in code points. */
  private static final int MAX_EXCERPT = 60;

  /** Longest suggestion in code points; a longer one helps nobody and must fit into a header. */
  private static final int MAX_SUGGESTION = 200;

  private SelectorFaults() {}

  /**
   * A quote without its end.
   *
   * @param at the end of the text
   * @param opened offset of the quote
   * @param suggestion what closes everything that is open
   */
  static FlakeException unclosedQuote(String text, int at, int opened, String suggestion) {
    return fault(
        SelectorFaultKind.UNCLOSED_QUOTE,
        text,
        new Span(at, 0),
        suggestion,
        "the quote opened at character %d is not closed; add `%s`"
            .formatted(opened + 1, suggestion));
  }

  /** A set without its end, with the same parameters. */
  static FlakeException unclosedSet(String text, int at, int opened) {
    return fault(
        SelectorFaultKind.UNCLOSED_SET,
        text,
        new Span(at, 0),
        "}",
        "the set opened at character %d is not closed; add `}`".formatted(opened + 1));
  }

  /** A backslash at the end of the text. */
  static FlakeException danglingEscape(String text, int at, String suggestion) {
    return fault(
        SelectorFaultKind.DANGLING_ESCAPE,
        text,
        new Span(at, 1),
        suggestion,
        "the backslash has no character after it to escape; a backslash in a name is written `\\\\`");
  }

  /** Something after {@code *} or after a set. */
  static FlakeException dotExpected(String text, int at, boolean afterStar, int found) {
    String before = afterStar ? "`*`" : "a set";
    String suggestion =
        switch (found) {
          case '}', ',' -> "";
          default -> "." + Character.toString(found);
        };
    String rest =
        switch (found) {
          case '?' -> "; an optional step is written `.?`";
          case '}' ->
              afterStar
                  ? "; there is no open set here"
                  : "; sets do not nest, a brace in a name is written `\"}\"`";
          case ',' -> "; a comma stands only between the names of a set";
          default ->
              afterStar
                  ? "; `*` stands for every name and cannot match a part of one"
                  : "; each step but the first begins with a dot";
        };
    return fault(
        SelectorFaultKind.DOT_EXPECTED,
        text,
        new Span(at, 1),
        suggestion,
        "after %s only a dot can follow, not `%s`%s"
            .formatted(before, excerpt(Character.toString(found)), rest));
  }

  /**
   * {@code a?} before a dot or the end.
   *
   * @param span the step before the question mark and the question mark
   * @param lead a dot if the step before has none before it
   */
  static FlakeException nameEndsInQuestionMark(String text, Span span, String lead, Step before) {
    boolean optional = before instanceof Step.Maybe;
    String name =
        switch (before) {
          case Step.Name(String n) -> n;
          case Step.Maybe(String n) -> n + "?";
          case Step.All(), Step.Names(var _) ->
              throw new IllegalStateException("no name: " + before);
        };
    String suggestion = lead + optionalStep(name);
    String shown = excerpt(name);
    return fault(
        SelectorFaultKind.NAME_ENDS_IN_QUESTION_MARK,
        text,
        span,
        suggestion,
        optional
            ? "nothing follows the second `?`; for the optional name `%s` write `%s`"
                .formatted(shown, excerpt(optionalStep(name)))
            : "nothing follows the `?`; for an optional `%s` write `%s`, for the name `%s?` write `%s`"
                .formatted(
                    shown,
                    excerpt(optionalStep(name)),
                    shown,
                    excerpt(SelectorPrinter.quotedName(name + "?"))));
  }

  /**
   * {@code ?"}.
   *
   * @param span the whole step
   * @param lead a dot if the step has none before it
   * @param name the name that was probably meant
   */
  static FlakeException quoteAfterQuestionMark(String text, Span span, String lead, String name) {
    return fault(
        SelectorFaultKind.QUOTE_AFTER_QUESTION_MARK,
        text,
        span,
        lead + optionalStep(name),
        "an optional name cannot be quoted outside of braces; write `%s`"
            .formatted(excerpt(optionalStep(name))));
  }

  /** {@code outPath} in a set. */
  static FlakeException outPathInSet(String text, Span span) {
    return fault(
        SelectorFaultKind.OUT_PATH_IN_SET,
        text,
        span,
        "",
        "a set cannot hold `outPath`, because Nix writes attributes with an `outPath` as that path"
            + " alone and drops the others; select `outPath` in a selector of its own");
  }

  /** More text than allowed. */
  static FlakeException tooLong(String text, int length) {
    return fault(
        SelectorFaultKind.TOO_LONG,
        text,
        new Span(Selector.MAX_LENGTH, length - Selector.MAX_LENGTH),
        "",
        "it has %,d characters, and at most %,d are allowed"
            .formatted(length, Selector.MAX_LENGTH));
  }

  /** A canonical form that is longer than allowed, from this step on. */
  static FlakeException tooLongCanonically(String text, Span span) {
    return fault(
        SelectorFaultKind.TOO_LONG,
        text,
        span,
        "",
        "with the quotes that its names need, it would have more than the %,d characters that are"
                .formatted(Selector.MAX_LENGTH)
            + " allowed");
  }

  /** Half of a character. */
  static FlakeException unpairedSurrogate(String text, int at, int point) {
    return fault(
        SelectorFaultKind.UNPAIRED_SURROGATE,
        text,
        new Span(at, 1),
        "",
        "U+%04X is half of a character, at offset %d; names are Unicode text".formatted(point, at));
  }

  /** An optional step as it can be written with quotes, which only sets allow. */
  private static String optionalStep(String name) {
    return name.equals(Step.Entry.FORBIDDEN)
        ? "?" + SelectorPrinter.optionalName(name)
        : "{?" + SelectorPrinter.quotedName(name) + "}";
  }

  private static FlakeException fault(
      SelectorFaultKind kind, String text, Span span, String suggestion, String what) {
    boolean helpful =
        suggestion.codePointCount(0, suggestion.length()) <= MAX_SUGGESTION
            && suggestion.equals(printable(suggestion));
    return new FlakeException(
        Reason.SELECTOR_INVALID,
        "The selector `%s` is wrong at character %,d: %s."
            .formatted(excerpt(text), span.offset() + 1, what),
        Details.NONE.with("fault", kind.metadataName()),
        new SelectorFault(
            text, span.offset(), span.length(), helpful ? suggestion : "", List.of()));
  }

  /** The beginning of a text, in printable characters. */
  static String excerpt(String text) {
    if (text.codePointCount(0, Math.min(text.length(), 2 * MAX_EXCERPT + 2)) <= MAX_EXCERPT) {
      return printable(text);
    }
    return printable(text.substring(0, text.offsetByCodePoints(0, MAX_EXCERPT))) + "…";
  }

  /** Shows characters that would not be seen, or would move others, by their numbers. */
  static String printable(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> {
          switch (Character.getType(point)) {
            case Character.CONTROL,
                Character.FORMAT,
                Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR,
                Character.SURROGATE ->
                out.append("\\u{%X}".formatted(point));
            default -> out.appendCodePoint(point);
          }
        });
    return out.toString();
  }
}
