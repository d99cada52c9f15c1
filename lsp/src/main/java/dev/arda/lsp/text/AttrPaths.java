package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads attribute paths, {@code a."b.c".${d}}, forwards and backwards. */
final class AttrPaths {

  /** So many arguments may stand before a string for it still to be one of the same function. */
  private static final int MOST_ARGUMENTS = 4;

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
   * Reads the path that ends before a token, which is the one after its last dot.
   *
   * @param dot index of that dot
   * @return its names in the order of the text; empty if what stands before the dot is not a path,
   *     such as a closing parenthesis
   */
  static List<AttrName> before(Tokens tokens, int dot) {
    var names = new ArrayList<AttrName>();
    int at = dot;
    while (tokens.is(at, TokenKind.DOT)) {
      int last = tokens.skipTriviaBack(at - 1);
      int first = firstOfName(tokens, last);
      if (first < 0) {
        return List.of();
      }
      names.add(name(tokens, first, last + 1));
      at = tokens.skipTriviaBack(first - 1);
    }
    Collections.reverse(names);
    return names;
  }

  /** The path that ends with a token, such as the function in front of an argument. */
  static List<AttrName> endingWith(Tokens tokens, int last) {
    int first = firstOfName(tokens, last);
    if (first < 0
        || (!tokens.is(first, TokenKind.IDENTIFIER) && !tokens.is(first, TokenKind.STRING_OPEN))) {
      return List.of();
    }
    var name = name(tokens, first, last + 1);
    int dot = tokens.skipTriviaBack(first - 1);
    if (!tokens.is(dot, TokenKind.DOT)) {
      return tokens.is(first, TokenKind.IDENTIFIER) ? List.of(name) : List.of();
    }
    var names = new ArrayList<>(before(tokens, dot));
    if (names.isEmpty()) {
      return List.of();
    }
    names.add(name);
    return names;
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
      if (path.isEmpty()) {
        break;
      }
      result.addFirst(path);
      index = tokens.skipTriviaBack(tokens.indexAt(path.getFirst().start()) - 1);
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
    if (first.kind() == TokenKind.INTERPOLATION_OPEN) {
      return new AttrName.Dynamic(start, end);
    }
    var content = StringContent.of(tokens, from, to);
    return content.isDynamic()
        ? new AttrName.Dynamic(start, end)
        : new AttrName.Static(content.text(), start, end, true);
  }
}
