package dev.arda.lsp.feature;

import java.util.ArrayList;
import java.util.List;

/** Writes and takes apart selectors (docs/selectors.md), as far as a cursor needs it. */
final class Selectors {

  private Selectors() {}

  /** One segment of an unfinished selector. */
  enum Kind {
    /** A name, or an optional one. */
    NAME,
    /** {@code *}. */
    ALL,
    /** {@code {a,b}}, also while it is open. */
    SET
  }

  /**
   * A segment between dots.
   *
   * @param kind what it is
   * @param name without quotes, escapes and question mark; empty for other kinds
   * @param optional whether a question mark stands before it
   * @param start index of its first character, its question mark included
   * @param end index behind its last character
   * @param entries what a set lists
   */
  record Segment(
      Kind kind, String name, boolean optional, int start, int end, List<Segment> entries) {
    Segment {
      entries = List.copyOf(entries);
    }
  }

  /** A name as a step of a selector, with quotes where it needs them. */
  static String name(String name) {
    boolean plain = !name.isEmpty() && name.codePoints().allMatch(Selectors::needsNoQuotes);
    return plain ? name : quotedName(name);
  }

  /** The same in quotes, whether or not it needs them. */
  static String quotedName(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** A name as it stands after the question mark of an optional step, where quotes mean nothing. */
  static String optionalName(String name) {
    var escaped = name.replace("\\", "\\\\").replace(".", "\\.").replace("?", "\\?");
    return escaped.startsWith("\"") ? "\\" + escaped : escaped;
  }

  private static boolean needsNoQuotes(int point) {
    return point >= 0x80
        || (point >= 'a' && point <= 'z')
        || (point >= 'A' && point <= 'Z')
        || (point >= '0' && point <= '9')
        || point == '_'
        || point == '\''
        || point == '-';
  }

  /** Names as the beginning of a selector: each with a dot behind it. */
  static String prefix(List<String> names) {
    var result = new StringBuilder();
    for (var name : names) {
      result.append(name.equals(ANY) ? "*" : name(name)).append('.');
    }
    return result.toString();
  }

  /** Stands among names for a step that selects all; no attribute can be called so. */
  static final String ANY = "\0*";

  /**
   * Takes a selector apart at its dots, however unfinished it is. There is always a last segment,
   * which may be empty.
   */
  static List<Segment> segments(String text) {
    return new Scanner(text).segments();
  }

  private static final class Scanner {
    private final String text;
    private int at;

    private Scanner(String text) {
      this.text = text;
    }

    private List<Segment> segments() {
      var result = new ArrayList<Segment>();
      while (true) {
        result.add(segment());
        if (at >= text.length()) {
          return result;
        }
        if (text.charAt(at) == '.') {
          at++;
        }
        // A question mark behind a name begins a new step without a dot.
      }
    }

    private Segment segment() {
      int start = at;
      if (at < text.length() && text.charAt(at) == '{') {
        return set(start);
      }
      if (at < text.length() && text.charAt(at) == '*' && endsAt(at + 1)) {
        at++;
        return new Segment(Kind.ALL, "", false, start, at, List.of());
      }
      return name(start, false);
    }

    private boolean endsAt(int index) {
      return index >= text.length() || text.charAt(index) == '.';
    }

    private Segment set(int start) {
      at++;
      var entries = new ArrayList<Segment>();
      while (true) {
        entries.add(name(at, true));
        if (at >= text.length()) {
          break;
        }
        char c = text.charAt(at++);
        if (c == '}') {
          break;
        }
      }
      // What follows a brace up to the dot is a fault, and part of the segment.
      while (!endsAt(at)) {
        at++;
      }
      return new Segment(Kind.SET, "", false, start, at, entries);
    }

    private Segment name(int start, boolean inSet) {
      var name = new StringBuilder();
      boolean optional = at < text.length() && text.charAt(at) == '?';
      if (optional) {
        at++;
      }
      if (at < text.length() && text.charAt(at) == '"' && (inSet || !optional)) {
        quoted(name);
      }
      while (at < text.length()) {
        char c = text.charAt(at);
        if (inSet ? c == ',' || c == '}' : c == '.') {
          break;
        }
        if (c == '?' && !inSet && at > start + (optional ? 1 : 0)) {
          break;
        }
        if (c == '\\' && at + 1 < text.length()) {
          at++;
        }
        name.append(text.charAt(at++));
      }
      return new Segment(Kind.NAME, name.toString(), optional, start, at, List.of());
    }

    private void quoted(StringBuilder name) {
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        name.append(text.charAt(at++));
      }
      at = Math.min(at + 1, text.length());
    }
  }
}
