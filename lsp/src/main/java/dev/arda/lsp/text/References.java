package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.List;

/** Finds the attribute paths of values. */
final class References {

  private References() {}

  /** Those of a text, in its order. */
  static List<List<AttrName>> in(Tokens tokens) {
    var result = new ArrayList<List<AttrName>>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.is(i, TokenKind.KEYWORD) && tokens.text(i).equals("inherit")) {
        inherited(tokens, tokens.skipTrivia(i + 1), result);
      }
      boolean begins =
          tokens.is(i, TokenKind.IDENTIFIER)
              && !tokens.is(tokens.skipTriviaBack(i - 1), TokenKind.DOT);
      if (!begins) {
        continue;
      }
      var path = reference(tokens, i);
      if (path.size() > 1) {
        result.add(path);
      }
    }
    return result;
  }

  private static List<AttrName> reference(Tokens tokens, int index) {
    var path = AttrPaths.forward(tokens, index);
    var names = path.names();
    int first = index;
    int next = path.next();
    while (tokens.is(tokens.skipTrivia(next), TokenKind.PARENTHESIS_CLOSE)
        && tokens.is(tokens.skipTriviaBack(first - 1), TokenKind.PARENTHESIS_OPEN)) {
      first = tokens.skipTriviaBack(first - 1);
      next = tokens.skipTrivia(next) + 1;
      int dot = tokens.skipTrivia(next);
      if (tokens.is(dot, TokenKind.DOT)) {
        var rest = AttrPaths.forward(tokens, tokens.skipTrivia(dot + 1));
        names.addAll(rest.names());
        next = rest.next();
      }
    }
    int behind = tokens.skipTrivia(next);
    boolean hasDefault =
        tokens.is(behind, TokenKind.IDENTIFIER) && tokens.text(behind).equals("or");
    boolean defines = tokens.is(behind, TokenKind.EQUALS);
    boolean asksWhether =
        tokens.is(tokens.skipTriviaBack(first - 1), TokenKind.QUESTION)
            || tokens.is(behind, TokenKind.QUESTION);
    return hasDefault || defines || asksWhether ? List.of() : names;
  }

  /** Those of {@code inherit (path) a b;}, if that has its end. */
  private static void inherited(Tokens tokens, int open, List<List<AttrName>> result) {
    if (!tokens.is(open, TokenKind.PARENTHESIS_OPEN)) {
      return;
    }
    var source = AttrPaths.value(tokens, open);
    var found = new ArrayList<List<AttrName>>();
    int next = tokens.skipTrivia(source.next());
    while (!source.names().isEmpty()
        && (tokens.is(next, TokenKind.IDENTIFIER) || tokens.is(next, TokenKind.STRING_OPEN))) {
      var path = new ArrayList<>(source.names());
      var name = AttrPaths.forward(tokens, next);
      path.addAll(name.names());
      found.add(path);
      next = tokens.skipTrivia(name.next());
    }
    if (tokens.is(next, TokenKind.SEMICOLON)) {
      result.addAll(found);
    }
  }
}
