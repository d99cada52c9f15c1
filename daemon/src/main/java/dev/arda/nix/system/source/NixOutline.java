package dev.arda.nix.system.source;

import dev.arda.nix.system.source.NixTokens.Kind;
import dev.arda.nix.system.source.NixTokens.Token;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sets of a Nix text and their entries, wherever they stand, by brackets and semicolons alone.
 *
 * <p>Each has a path: the names of the entries it is inside of. A step {@value #WITHIN} says that
 * something stands between an entry and the set, such as a function, a call or {@code let}: the set
 * may then be part of the entry's value, or not.
 *
 * @param tokens all of the text
 * @param sets in the order in which they end
 */
record NixOutline(List<Token> tokens, List<SetText> sets) {

  /** The step for what stands between an entry and a set. */
  static final String WITHIN = "*";

  /** The name of an entry whose name is computed. */
  static final String COMPUTED = "${}";

  /**
   * A set that is written down, or the entries of a {@code let}.
   *
   * @param path of the set
   * @param open where its opening bracket ends
   * @param close where its closing bracket begins
   */
  record SetText(List<String> path, int open, int close, List<Entry> entries) {
    /** Copies the lists. */
    SetText {
      path = List.copyOf(path);
      entries = List.copyOf(entries);
    }
  }

  /**
   * An entry of a set.
   *
   * @param path of the entry: that of its set and the names before its {@code =}
   * @param from where its name begins
   * @param valueFrom where its value begins
   * @param valueTo where its value ends
   * @param to behind its semicolon
   */
  record Entry(List<String> path, int from, int valueFrom, int valueTo, int to) {
    /** Copies the list. */
    Entry {
      path = List.copyOf(path);
    }
  }

  /** Copies the lists. */
  NixOutline {
    tokens = List.copyOf(tokens);
    sets = List.copyOf(sets);
  }

  /**
   * Reads a text.
   *
   * @throws UnreadableException if its brackets do not fit, or something stands where nothing of it
   *     is known
   */
  static NixOutline of(String text) throws UnreadableException {
    var tokens = NixTokens.of(text);
    var reader = new Reader(tokens);
    reader.value(0, "", List.of());
    return new NixOutline(tokens, reader.sets);
  }

  /** Whether a path ends in these names, with nothing in between. */
  static boolean endsWith(List<String> path, List<String> names) {
    return path.size() >= names.size()
        && path.subList(path.size() - names.size(), path.size()).equals(names);
  }

  /** Whether these names are in a path, one after the other. */
  static boolean contains(List<String> path, List<String> names) {
    return java.util.Collections.indexOfSubList(path, names) >= 0;
  }

  private static final class Reader {
    private final List<Token> tokens;
    private final Map<Integer, Integer> partners = new HashMap<>();
    private final List<SetText> sets = new ArrayList<>();

    Reader(List<Token> tokens) throws UnreadableException {
      this.tokens = tokens;
      var open = new ArrayDeque<Integer>();
      for (int i = 0; i < tokens.size(); i++) {
        var token = tokens.get(i);
        if (token.isOpening()) {
          open.push(i);
        } else if (token.isClosing()) {
          if (open.isEmpty() || !fits(tokens.get(open.peek()), token)) {
            throw unreadable(i);
          }
          partners.put(open.pop(), i);
        }
      }
      if (!open.isEmpty()) {
        throw unreadable(open.peek());
      }
    }

    private static boolean fits(Token open, Token close) {
      return switch (close.text()) {
        case "}" -> open.text().endsWith("{");
        case ")" -> open.text().equals("(");
        default -> open.text().equals("[");
      };
    }

    private UnreadableException unreadable(int index) {
      var near = index < tokens.size() ? tokens.get(index).text() : "its end";
      return new UnreadableException("what stands at '" + near + "' is not understood");
    }

    private int partner(int open) throws UnreadableException {
      var close = partners.get(open);
      if (close == null) {
        throw unreadable(open);
      }
      return close;
    }

    private boolean at(int index, String sign) {
      return index < tokens.size() && tokens.get(index).is(sign);
    }

    /**
     * Goes through an expression.
     *
     * @param end the sign that ends it; empty: the end of the text
     * @return the index of that
     */
    int value(int from, String end, List<String> path) throws UnreadableException {
      int semicolons = 0; // of `with` and `assert`
      boolean first = true;
      int i = from;
      while (i < tokens.size()) {
        var token = tokens.get(i);
        if (semicolons > 0 && token.is(";")) {
          semicolons--;
        } else if (!end.isEmpty() && token.is(end)) {
          return i;
        } else if (token.is(";") || token.isClosing()) {
          throw unreadable(i);
        } else if (token.is("let") && !at(i + 1, "=")) {
          i = entries(i, i + 1, "in", within(path));
        } else if (token.is("with") || token.is("assert")) {
          semicolons++;
        } else if (token.is("{")) {
          int close = partner(i);
          // An argument of a function is no set.
          if (!at(close + 1, ":") && !at(close + 1, "@") && !(i > 0 && at(i - 1, "@"))) {
            entries(i, i + 1, "}", first ? path : within(path));
          }
          i = close;
        } else if (token.is("(")) {
          i = value(i + 1, ")", within(path));
        } else if (token.is("[")) {
          i = value(i + 1, "]", within(path));
        } else if (token.is("${")) {
          i = value(i + 1, "}", within(path));
        }
        first = first && token.is("rec");
        i++;
      }
      if (!end.isEmpty()) {
        throw unreadable(i);
      }
      return i;
    }

    private static List<String> within(List<String> path) {
      return plus(path, List.of(WITHIN));
    }

    private static List<String> plus(List<String> path, List<String> more) {
      var result = new ArrayList<>(path);
      result.addAll(more);
      return result;
    }

    private int entries(int open, int from, String end, List<String> path)
        throws UnreadableException {
      var found = new ArrayList<Entry>();
      int i = from;
      while (!at(i, end)) {
        if (i >= tokens.size()) {
          throw unreadable(i);
        }
        if (at(i, "inherit")) {
          i = at(i + 1, "(") ? partner(i + 1) : i;
          while (!at(i, ";")) {
            i++;
            if (i >= tokens.size()) {
              throw unreadable(i);
            }
          }
          i++;
          continue;
        }
        int first = i;
        var names = new ArrayList<String>();
        i = names(i, names);
        if (!at(i, "=")) {
          throw unreadable(i);
        }
        var whole = plus(path, names);
        int semicolon = value(i + 1, ";", whole);
        if (semicolon == i + 1) {
          throw unreadable(semicolon);
        }
        found.add(
            new Entry(
                whole,
                tokens.get(first).from(),
                tokens.get(i + 1).from(),
                tokens.get(semicolon - 1).to(),
                tokens.get(semicolon).to()));
        i = semicolon + 1;
      }
      sets.add(new SetText(path, tokens.get(open).to(), tokens.get(i).from(), found));
      return i;
    }

    private int names(int from, List<String> names) throws UnreadableException {
      int i = from;
      while (true) {
        if (i >= tokens.size()) {
          throw unreadable(i);
        }
        var token = tokens.get(i);
        if (token.kind() == Kind.NAME) {
          names.add(token.text());
          i++;
        } else if (token.kind() == Kind.STRING) {
          names.add(unquoted(token.text()));
          i++;
        } else if (token.is("${")) {
          names.add(COMPUTED);
          i = partner(i) + 1;
        } else {
          throw unreadable(i);
        }
        if (!at(i, ".")) {
          return i;
        }
        i++;
      }
    }

    private static String unquoted(String string) {
      return string.startsWith("\"") && !string.contains("\\") && !string.contains("$")
          ? string.substring(1, string.length() - 1)
          : COMPUTED;
    }
  }
}
