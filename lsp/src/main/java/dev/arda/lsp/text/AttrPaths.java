package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads attribute paths, {@code a."b.c".${d}}, forwards and backwards. A name that is written
 * <code>${"a"}</code> is one that the text says.
 */
final class AttrPaths {

  /** So many arguments may stand before a string for it still to be one of the same function. */
  private static final int MOST_ARGUMENTS = 4;

  /** A path may stand in so many parentheses. */
  private static final int MOST_PARENTHESES = 8;

  private AttrPaths() {}

  /**
   * A path.
   *
   * @param names its names, in the order of the text; empty if none stands there
   * @param next index of the token behind it
   */
  record Forward(List<AttrName> names, int next) {}

  /** Reads the path that begins with a token. A dot at its end has an empty name behind it. */
  static Forward forward(Tokens tokens, int index) {
    var names = new ArrayList<AttrName>();
    int next = index;
    while (true) {
      int behind = behindName(tokens, next);
      if (behind < 0) {
        if (!names.isEmpty()) {
          int end = names.getLast().end();
          names.add(new AttrName.Static("", end + 1, end + 1, false));
        }
        return new Forward(names, next);
      }
      names.add(name(tokens, next, behind));
      int dot = tokens.skipTrivia(behind);
      if (!tokens.is(dot, TokenKind.DOT)) {
        return new Forward(names, behind);
      }
      next = tokens.skipTrivia(dot + 1);
      if (behindName(tokens, next) < 0) {
        next = dot + 1;
      }
    }
  }

  /**
   * Reads the path that begins with a token, also one in parentheses: {@code (self.a).b}.
   *
   * @return no names if something else stands there
   */
  static Forward value(Tokens tokens, int index) {
    return value(tokens, index, MOST_PARENTHESES);
  }

  private static Forward value(Tokens tokens, int index, int parentheses) {
    if (!tokens.is(index, TokenKind.PARENTHESIS_OPEN)) {
      return tokens.is(index, TokenKind.IDENTIFIER)
          ? forward(tokens, index)
          : new Forward(List.of(), index);
    }
    var inside =
        parentheses == 0
            ? new Forward(List.of(), index)
            : value(tokens, tokens.skipTrivia(index + 1), parentheses - 1);
    int close = tokens.skipTrivia(inside.next());
    if (inside.names().isEmpty() || !tokens.is(close, TokenKind.PARENTHESIS_CLOSE)) {
      return new Forward(List.of(), index);
    }
    int dot = tokens.skipTrivia(close + 1);
    var names = new ArrayList<>(inside.names());
    int next = close + 1;
    if (tokens.is(dot, TokenKind.DOT)) {
      var rest = forward(tokens, tokens.skipTrivia(dot + 1));
      names.addAll(rest.names());
      next = rest.next();
    }
    return new Forward(names, next);
  }

  /**
   * A path that was read from its end.
   *
   * @param names its names, in the order of the text; empty if none stands there
   * @param first index of its first token
   */
  record Backward(List<AttrName> names, int first) {
    private static final Backward NONE = new Backward(List.of(), -1);
  }

  /**
   * Reads the path that ends before a token, which is the one after its last dot.
   *
   * @param dot index of that dot
   * @return no names if what stands before the dot is not a path, such as a function's result
   */
  static Backward before(Tokens tokens, int dot) {
    return backward(tokens, tokens.skipTriviaBack(dot - 1), MOST_PARENTHESES);
  }

  private static Backward backward(Tokens tokens, int last, int parentheses) {
    var names = new ArrayList<AttrName>();
    int at = last;
    while (!tokens.is(at, TokenKind.PARENTHESIS_CLOSE)) {
      int first = firstOfName(tokens, at);
      if (first < 0) {
        return Backward.NONE;
      }
      names.add(name(tokens, first, at + 1));
      int dot = tokens.skipTriviaBack(first - 1);
      if (!tokens.is(dot, TokenKind.DOT)) {
        Collections.reverse(names);
        return new Backward(names, first);
      }
      at = tokens.skipTriviaBack(dot - 1);
    }
    if (parentheses == 0) {
      return Backward.NONE;
    }
    var inside = backward(tokens, tokens.skipTriviaBack(at - 1), parentheses - 1);
    int open = tokens.skipTriviaBack(inside.first() - 1);
    if (inside.names().isEmpty() || !tokens.is(open, TokenKind.PARENTHESIS_OPEN)) {
      return Backward.NONE;
    }
    Collections.reverse(names);
    names.addAll(0, inside.names());
    return new Backward(names, open);
  }

  /** The path that ends with a token, such as the function in front of an argument. */
  static Backward endingWith(Tokens tokens, int last) {
    boolean ends =
        tokens.is(last, TokenKind.IDENTIFIER)
            || tokens.is(last, TokenKind.STRING_CLOSE)
            || tokens.is(last, TokenKind.PARENTHESIS_CLOSE);
    var found = ends ? backward(tokens, last, MOST_PARENTHESES) : Backward.NONE;
    boolean string = found.names().size() == 1 && tokens.is(found.first(), TokenKind.STRING_OPEN);
    return string ? Backward.NONE : found;
  }

  /**
   * The paths that something is applied to, in the order of the text.
   *
   * @param last index of the last token before it
   */
  static List<List<AttrName>> application(Tokens tokens, int last) {
    var result = new ArrayList<List<AttrName>>();
    int index = last;
    while (index >= 0 && result.size() < MOST_ARGUMENTS) {
      var path = endingWith(tokens, index);
      if (path.names().isEmpty()) {
        break;
      }
      result.addFirst(path.names());
      index = tokens.skipTriviaBack(path.first() - 1);
    }
    return result;
  }

  private static int behindName(Tokens tokens, int index) {
    if (tokens.is(index, TokenKind.IDENTIFIER)) {
      return index + 1;
    }
    return tokens.is(index, TokenKind.STRING_OPEN) || tokens.is(index, TokenKind.INTERPOLATION_OPEN)
        ? tokens.behindClosing(index)
        : -1;
  }

  private static int firstOfName(Tokens tokens, int last) {
    if (tokens.is(last, TokenKind.IDENTIFIER)) {
      return last;
    }
    return tokens.is(last, TokenKind.STRING_CLOSE) || tokens.is(last, TokenKind.INTERPOLATION_CLOSE)
        ? tokens.openingOf(last)
        : -1;
  }

  private static AttrName name(Tokens tokens, int from, int to) {
    var first = tokens.get(from);
    int start = first.start();
    int end = tokens.get(to - 1).end();
    if (first.kind() == TokenKind.IDENTIFIER) {
      return new AttrName.Static(tokens.text(first), start, end, false);
    }
    int open = first.kind() == TokenKind.INTERPOLATION_OPEN ? tokens.skipTrivia(from + 1) : from;
    boolean indented = open > from && tokens.is(open, TokenKind.INDENTED_OPEN);
    if (!indented && !tokens.is(open, TokenKind.STRING_OPEN)) {
      return new AttrName.Dynamic(start, end);
    }
    int behind = tokens.behindClosing(open);
    if (open > from && tokens.skipTrivia(behind) != to - 1) {
      return new AttrName.Dynamic(start, end);
    }
    var content = StringContent.of(tokens, open, behind);
    return content.isDynamic() || content.hasIndentation()
        ? new AttrName.Dynamic(start, end)
        : new AttrName.Static(content.text(), start, end, true);
  }
}
