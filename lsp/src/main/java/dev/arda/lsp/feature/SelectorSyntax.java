package dev.arda.lsp.feature;

import java.util.Optional;

/**
 * Finds what is wrong with the text of a selector (docs/selectors.md), as the daemon's parser does:
 * both are held to the same file of vectors. Used once for each text.
 */
final class SelectorSyntax {

  /**
   * A fault.
   *
   * @param kind a stable word: that of the metadata of the daemon's error
   * @param start index of its first character, in UTF-16 code units
   * @param end index behind its last; the same where something is missing
   * @param suggestion what in its place removes it; may be empty
   * @param message what is wrong, for a person
   */
  record Fault(String kind, int start, int end, String suggestion, String message) {}

  private enum Mode {
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
  private Mode mode = Mode.START;
  private boolean escaped;
  private int at;

  /** Where the step began that is being read, and the one before it. */
  private int step;

  private int stepBefore;

  /** Whether these began with a question mark, and without a dot before it. */
  private boolean optionalBefore;

  private boolean joined;
  private boolean joinedBefore;

  private final StringBuilder name = new StringBuilder();
  private String nameBefore = "";
  private int quote;
  private int entry;
  private boolean entryBegun;

  private SelectorSyntax(String text) {
    this.text = text;
  }

  /** The first fault of a selector; empty if it has none. */
  static Optional<Fault> fault(String selector) {
    return new SelectorSyntax(selector).read();
  }

  private Optional<Fault> read() {
    for (at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (escaped) {
        escaped = false;
        name.append(c);
        continue;
      }
      var fault = accept(c);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return unfinished();
  }

  private Optional<Fault> accept(char c) {
    return switch (mode) {
      case START -> begin(c);
      case NAME -> inName(c);
      case MAYBE -> inMaybe(c);
      case NAME_QUOTE -> inQuote(c, Mode.NAME);
      case SET_QUOTE -> inQuote(c, Mode.SET);
      case SET -> inSet(c);
      case AFTER_STAR, AFTER_SET -> {
        if (c != '.') {
          yield Optional.of(dotExpected(c));
        }
        mode = Mode.START;
        yield Optional.empty();
      }
    };
  }

  private Optional<Fault> begin(char c) {
    step = at;
    name.setLength(0);
    joined = false;
    switch (c) {
      case '.' -> {}
      case '*' -> mode = Mode.AFTER_STAR;
      case '?' -> mode = Mode.MAYBE;
      case '"' -> {
        quote = at;
        mode = Mode.NAME_QUOTE;
      }
      case '{' -> {
        mode = Mode.SET;
        beginEntry();
      }
      case '\\' -> {
        escaped = true;
        mode = Mode.NAME;
      }
      default -> {
        name.append(c);
        mode = Mode.NAME;
      }
    }
    return Optional.empty();
  }

  private Optional<Fault> inName(char c) {
    switch (c) {
      case '.' -> mode = Mode.START;
      case '?' -> beginJoined(false);
      case '\\' -> escaped = true;
      default -> name.append(c);
    }
    return Optional.empty();
  }

  private Optional<Fault> inMaybe(char c) {
    boolean first = at == step + 1;
    switch (c) {
      case '.' -> {
        if (joined && name.isEmpty()) {
          return Optional.of(endsInQuestionMark());
        }
        mode = Mode.START;
      }
      case '?' -> {
        if (first) {
          name.append('?');
        } else if (joined && name.isEmpty()) {
          return Optional.of(endsInQuestionMark());
        } else {
          beginJoined(true);
        }
      }
      case '"' -> {
        if (first) {
          return Optional.of(quoteAfterQuestionMark());
        }
        name.append('"');
      }
      case '\\' -> escaped = true;
      default -> name.append(c);
    }
    return Optional.empty();
  }

  /** A question mark behind a name begins an optional step. */
  private void beginJoined(boolean optional) {
    stepBefore = step;
    nameBefore = name.toString();
    optionalBefore = optional;
    joinedBefore = joined;
    joined = true;
    step = at;
    name.setLength(0);
    mode = Mode.MAYBE;
  }

  private Optional<Fault> inQuote(char c, Mode outside) {
    switch (c) {
      case '"' -> mode = outside;
      case '\\' -> escaped = true;
      default -> name.append(c);
    }
    return Optional.empty();
  }

  private Optional<Fault> inSet(char c) {
    if (c == ',' || c == '}') {
      boolean forbidden = name.toString().equals("outPath") && (c == ',' || entryBegun);
      if (forbidden) {
        return Optional.of(
            new Fault(
                "out-path-in-set",
                entry,
                at,
                "",
                "a set cannot hold `outPath`, because Nix writes attributes with an `outPath` as"
                    + " that path alone; select it in a selector of its own"));
      }
      if (c == '}') {
        mode = Mode.AFTER_SET;
      } else {
        beginEntry();
      }
      return Optional.empty();
    }
    boolean first = !entryBegun;
    entryBegun = true;
    switch (c) {
      case '"' -> {
        quote = at;
        mode = Mode.SET_QUOTE;
      }
      case '\\' -> escaped = true;
      case '?' -> {
        if (!first) {
          name.append('?');
        }
      }
      default -> name.append(c);
    }
    return Optional.empty();
  }

  private void beginEntry() {
    entry = at + 1;
    entryBegun = false;
    name.setLength(0);
  }

  private Fault dotExpected(char found) {
    boolean star = mode == Mode.AFTER_STAR;
    int end = at + Character.charCount(text.codePointAt(at));
    var character = text.substring(at, end);
    var why =
        switch (found) {
          case '?' -> "; an optional step is written `.?`";
          case '}' -> star ? "; there is no open set here" : "; sets do not nest";
          case ',' -> "; a comma stands only between the names of a set";
          default ->
              star
                  ? "; `*` stands for every name and cannot match a part of one"
                  : "; each step but the first begins with a dot";
        };
    return new Fault(
        "dot-expected",
        at,
        end,
        found == '}' || found == ',' ? "" : "." + character,
        "after %s only a dot can follow, not `%s`%s"
            .formatted(star ? "`*`" : "a set", character, why));
  }

  private Fault endsInQuestionMark() {
    var meant = optionalBefore ? nameBefore + "?" : nameBefore;
    return new Fault(
        "name-ends-in-question-mark",
        stepBefore,
        at,
        (joinedBefore ? "." : "") + optionalStep(meant),
        "nothing follows the `?`; an optional `%s` is written `%s`, a name that ends so is quoted"
            .formatted(meant, optionalStep(meant)));
  }

  private Fault quoteAfterQuestionMark() {
    var meant = new StringBuilder();
    boolean inside = true;
    int end = at + 1;
    for (; end < text.length(); end++) {
      char c = text.charAt(end);
      if (c == '\\') {
        end++;
        if (end < text.length()) {
          meant.append(text.charAt(end));
        }
      } else if (inside && c == '"') {
        inside = false;
      } else if (!inside && (c == '.' || c == '?')) {
        break;
      } else {
        meant.append(c);
      }
    }
    var suggestion = optionalStep(meant.toString());
    return new Fault(
        "quote-after-question-mark",
        step,
        Math.min(end, text.length()),
        (joined ? "." : "") + suggestion,
        "an optional name cannot be quoted outside of braces; write `%s`".formatted(suggestion));
  }

  private static String optionalStep(String name) {
    return name.equals("outPath") ? "?outPath" : "{?" + Selectors.quotedName(name) + "}";
  }

  private Optional<Fault> unfinished() {
    int end = text.length();
    var closing =
        switch (mode) {
          case NAME_QUOTE -> "\"";
          case SET_QUOTE -> "\"}";
          case SET -> "}";
          case START, NAME, MAYBE, AFTER_STAR, AFTER_SET -> "";
        };
    if (escaped) {
      return Optional.of(
          new Fault(
              "dangling-escape",
              end - 1,
              end,
              "\\\\" + closing,
              "the backslash has no character after it; one in a name is written `\\\\`"));
    }
    return switch (mode) {
      case MAYBE -> joined && name.isEmpty() ? Optional.of(endsInQuestionMark()) : Optional.empty();
      case NAME_QUOTE, SET_QUOTE ->
          Optional.of(
              new Fault(
                  "unclosed-quote",
                  end,
                  end,
                  closing,
                  "the quote opened at character %d is not closed; add `%s`"
                      .formatted(quote + 1, closing)));
      case SET ->
          Optional.of(
              new Fault("unclosed-set", end, end, closing, "the set is not closed; add `}`"));
      case START, NAME, AFTER_STAR, AFTER_SET -> Optional.empty();
    };
  }
}
