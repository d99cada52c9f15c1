package dev.arda.nix.system;

import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;

/** Reads the language of {@link HostSelection}. One for one text. */
final class HostSelectionParser {

  private static final int MAX_LENGTH = 4096;
  private static final int MAX_DEPTH = 100;
  private static final String SPECIAL = "&|,!()\"@";

  private final String text;
  private int at;
  private int depth;

  HostSelectionParser(String text) {
    this.text = text;
  }

  HostSelection parse() {
    if (text.length() > MAX_LENGTH) {
      throw new SystemException(
          Reason.HOST_SELECTION_INVALID,
          "A selection of hosts may have %d characters, not %d."
              .formatted(MAX_LENGTH, text.length()));
    }
    var result = or();
    if (at < text.length()) {
      throw fault(
          text.charAt(at) == ')'
              ? "nothing is open that ) closes"
              : "an operator is missing: & (and), | (or)");
    }
    return result;
  }

  private HostSelection or() {
    var result = and();
    while (peek() == '|' || peek() == ',') {
      at++;
      result = new HostSelection.Or(result, and());
    }
    return result;
  }

  private HostSelection and() {
    var result = not();
    while (peek() == '&') {
      at++;
      result = new HostSelection.And(result, not());
    }
    return result;
  }

  private HostSelection not() {
    if (++depth > MAX_DEPTH) {
      throw fault("it is nested too deeply");
    }
    try {
      return switch (peek()) {
        case '!' -> {
          at++;
          yield new HostSelection.Not(not());
        }
        case '(' -> parenthesis();
        case '@' -> {
          at++;
          boolean quoted = at < text.length() && text.charAt(at) == '"';
          yield new HostSelection.Tagged(quoted ? quoted() : word("a tag"), quoted);
        }
        case '"' -> new HostSelection.Named(quoted(), true);
        default -> new HostSelection.Named(word("a host, a tag or a pattern"), false);
      };
    } finally {
      depth--;
    }
  }

  private HostSelection parenthesis() {
    at++;
    var result = or();
    if (peek() != ')') {
      throw fault("a ) is missing");
    }
    at++;
    return result;
  }

  private String quoted() {
    int end = text.indexOf('"', at + 1);
    if (end < 0) {
      throw fault("the closing \" is missing");
    }
    var result = text.substring(at + 1, end);
    at = end + 1;
    if (result.isEmpty()) {
      throw fault("a name is empty");
    }
    return result;
  }

  private String word(String what) {
    int begin = at;
    while (at < text.length()
        && !isSpace(text.charAt(at))
        && SPECIAL.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at == begin) {
      throw fault(what + " is missing");
    }
    return text.substring(begin, at);
  }

  /** The next character that is no space; NUL at the end. */
  private char peek() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private SystemException fault(String what) {
    var shown = text.isBlank() ? "An empty text" : text.replaceAll("\\p{Cc}", "?");
    return new SystemException(
        Reason.HOST_SELECTION_INVALID,
        "%s does not say which hosts: at character %d, %s.".formatted(shown, at + 1, what),
        Details.NONE.with("selection", shown).with("offset", Integer.toString(at)));
  }
}
