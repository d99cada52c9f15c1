package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.List;

/** Finds where variables are used, and what is selected from them. */
final class Selections {

  private Selections() {}

  /** Offsets of a name where it is a variable. */
  static List<Integer> variables(Tokens tokens, String name) {
    var result = new ArrayList<Integer>();
    for (int i = 0; i < tokens.size(); i++) {
      if (isVariable(tokens, i) && tokens.text(i).equals(name)) {
        result.add(tokens.start(i));
      }
    }
    return result;
  }

  /** The paths that the text asks whether they are there. */
  static List<List<AttrName>> asked(Tokens tokens) {
    var result = new ArrayList<List<AttrName>>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.is(i, TokenKind.QUESTION)) {
        var path =
            new ArrayList<>(AttrPaths.endingWith(tokens, tokens.skipTriviaBack(i - 1)).names());
        if (!path.isEmpty()) {
          path.addAll(AttrPaths.forward(tokens, tokens.skipTrivia(i + 1)).names());
          result.add(path);
        }
      }
    }
    return result;
  }

  /**
   * The same, also by functions: {@code hasAttr "b" self.a}, {@code elem "b" (attrNames self.a)}.
   */
  static List<List<AttrName>> guarded(Tokens tokens) {
    var result = asked(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      boolean has = isNamed(tokens, i, "hasAttr");
      int opens = tokens.skipTrivia(i + 1);
      if ((!has && !isNamed(tokens, i, "elem")) || !tokens.is(opens, TokenKind.STRING_OPEN)) {
        continue;
      }
      int behind = tokens.behindClosing(opens);
      var content = StringContent.of(tokens, opens, behind);
      int value = tokens.skipTrivia(behind);
      if (!has) {
        value = tokens.is(value, TokenKind.PARENTHESIS_OPEN) ? tokens.skipTrivia(value + 1) : -1;
        var function = AttrPaths.value(tokens, value);
        boolean lists =
            !function.names().isEmpty()
                && function.names().getLast() instanceof AttrName.Static last
                && last.name().equals("attrNames");
        value = lists ? tokens.skipTrivia(function.next()) : -1;
      }
      var path = new ArrayList<>(AttrPaths.value(tokens, value).names());
      if (!path.isEmpty() && !content.isDynamic()) {
        int end = content.offsetOf(content.text().length());
        path.add(new AttrName.Static(content.text(), content.offsetOf(0), end, true));
        result.add(path);
      }
    }
    return result;
  }

  private static boolean isNamed(Tokens tokens, int index, String name) {
    return tokens.is(index, TokenKind.IDENTIFIER) && tokens.text(index).equals(name);
  }

  /**
   * Paths that begin with a variable, those that {@code inherit (variable) name} means, and those
   * that are asked for.
   */
  static List<List<AttrName>> in(Tokens tokens) {
    var result = asked(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      if (isVariable(tokens, i)) {
        var path = AttrPaths.forward(tokens, i);
        if (path.names().size() > 1
            && !tokens.is(tokens.skipTrivia(path.next()), TokenKind.EQUALS)) {
          result.add(path.names());
        }
        addInherited(tokens, i, path.names().getFirst(), result);
      }
    }
    return result;
  }

  private static boolean isVariable(Tokens tokens, int index) {
    return tokens.is(index, TokenKind.IDENTIFIER)
        && !tokens.is(tokens.skipTriviaBack(index - 1), TokenKind.DOT)
        && !tokens.is(tokens.skipTrivia(index + 1), TokenKind.EQUALS);
  }

  private static void addInherited(
      Tokens tokens, int variable, AttrName first, List<List<AttrName>> result) {
    int open = tokens.skipTriviaBack(variable - 1);
    int close = tokens.skipTrivia(variable + 1);
    boolean inherits =
        tokens.is(open, TokenKind.PARENTHESIS_OPEN)
            && tokens.is(close, TokenKind.PARENTHESIS_CLOSE)
            && new Brackets(tokens).isWord(tokens.skipTriviaBack(open - 1), "inherit");
    int at = tokens.skipTrivia(close + 1);
    while (inherits && tokens.is(at, TokenKind.IDENTIFIER)) {
      result.add(List.of(first, AttrPaths.forward(tokens, at).names().getFirst()));
      at = tokens.skipTrivia(at + 1);
    }
  }
}
