package dev.arda.lsp.text;

import dev.arda.lsp.text.LexicalScope.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds what binds a name: the functions, {@code let}s and {@code rec}s of a text. */
final class LexicalScopes {

  /** What names are inherited from without becoming anything else. */
  private static final Set<String> SAME = Set.of("inputs", "self");

  private final Tokens tokens;
  private final Brackets brackets;
  private final List<LexicalScope> found = new ArrayList<>();

  private LexicalScopes(Tokens tokens) {
    this.tokens = tokens;
    this.brackets = new Brackets(tokens);
  }

  /** All that bind a name, in no particular order. */
  static List<LexicalScope> of(Tokens tokens, String name) {
    var scopes = new LexicalScopes(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      boolean says =
          tokens.is(i, TokenKind.IDENTIFIER)
              && tokens.end(i) - tokens.start(i) == name.length()
              && tokens.text().startsWith(name, tokens.start(i));
      if (says) {
        scopes.examine(i);
      }
    }
    return List.copyOf(scopes.found);
  }

  /** The innermost one around a place. */
  static Optional<LexicalScope> at(List<LexicalScope> scopes, int offset) {
    return scopes.stream()
        .filter(scope -> scope.holds(offset))
        .reduce((inner, other) -> other.start() > inner.start() ? other : inner);
  }

  private void examine(int index) {
    int before = tokens.skipTriviaBack(index - 1);
    int behind = tokens.skipTrivia(index + 1);
    if (tokens.is(behind, TokenKind.AT)) {
      int brace = tokens.skipTrivia(behind + 1);
      function(Form.ARGUMENT, index, brackets.behindPattern(brace));
    } else if (tokens.is(before, TokenKind.AT)) {
      int brace = openingBrace(tokens.skipTriviaBack(before - 1));
      function(Form.ARGUMENT, brace, tokens.is(behind, TokenKind.COLON) ? behind + 1 : -1);
    } else if (tokens.is(behind, TokenKind.COLON)) {
      int argument = tokens.skipTrivia(behind + 1);
      boolean curried =
          tokens.is(argument, TokenKind.IDENTIFIER)
              && tokens.is(tokens.skipTrivia(argument + 1), TokenKind.COLON);
      function(curried ? Form.CURRIED : Form.ARGUMENT, index, behind + 1);
    } else if (tokens.is(before, TokenKind.COMMA)
        || (tokens.is(before, TokenKind.BRACE_OPEN) && isInPattern(behind))) {
      int brace = brackets.around(index);
      if (tokens.is(brace, TokenKind.BRACE_OPEN)) {
        function(Form.ATTRIBUTE, brace, brackets.behindPattern(brace));
      }
    } else if (tokens.is(before, TokenKind.BRACE_OPEN)
        || tokens.is(before, TokenKind.SEMICOLON)
        || brackets.isWord(before, "let")) {
      binding(index);
    } else if (isInherited(before)) {
      bound(index, -1);
    }
  }

  private boolean isInPattern(int behind) {
    return tokens.is(behind, TokenKind.COMMA)
        || tokens.is(behind, TokenKind.QUESTION)
        || tokens.is(behind, TokenKind.BRACE_CLOSE);
  }

  private int openingBrace(int close) {
    return tokens.is(close, TokenKind.BRACE_CLOSE) ? brackets.around(close) : -1;
  }

  /**
   * Adds a function.
   *
   * @param first index of its first token
   * @param body index of the first one of its result; -1 if it is none
   */
  private void function(Form form, int first, int body) {
    if (first >= 0 && body >= 0) {
      int before = tokens.skipTriviaBack(first - 1);
      int start = tokens.is(before, TokenKind.AT) ? tokens.skipTriviaBack(before - 1) : first;
      add(form, start, brackets.expressionEnd(body), -1);
    }
  }

  private void binding(int index) {
    var path = AttrPaths.forward(tokens, index);
    int equals = tokens.skipTrivia(path.next());
    if (tokens.is(equals, TokenKind.EQUALS)) {
      bound(index, path.names().size() == 1 ? tokens.end(equals) : -1);
    }
  }

  /** Whether it is a name of {@code inherit (…) a b} that is something else outside. */
  private boolean isInherited(int before) {
    int at = before;
    while (tokens.is(at, TokenKind.IDENTIFIER)) {
      at = tokens.skipTriviaBack(at - 1);
    }
    if (!tokens.is(at, TokenKind.PARENTHESIS_CLOSE)) {
      return false;
    }
    int open = brackets.around(at);
    int only = tokens.skipTrivia(open + 1);
    boolean same =
        tokens.is(only, TokenKind.IDENTIFIER)
            && SAME.contains(tokens.text(only))
            && tokens.skipTrivia(only + 1) == at;
    return !same && brackets.isWord(tokens.skipTriviaBack(open - 1), "inherit");
  }

  private void bound(int index, int valueStart) {
    int around = brackets.around(index);
    if (brackets.isWord(around, "let")) {
      int in = brackets.inOf(around);
      int end = brackets.isWord(in, "in") ? brackets.expressionEnd(in + 1) : in;
      add(Form.LET, around, end, valueStart);
    } else if (tokens.is(around, TokenKind.BRACE_OPEN)
        && brackets.isWord(tokens.skipTriviaBack(around - 1), "rec")) {
      add(Form.RECURSIVE, around, brackets.closing(around), valueStart);
    }
  }

  private void add(Form form, int first, int behind, int valueStart) {
    int end = behind < tokens.size() ? tokens.start(behind) : tokens.end() + 1;
    found.add(new LexicalScope(form, tokens.start(first), end, valueStart));
  }
}
