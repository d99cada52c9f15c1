package dev.arda.lsp.text;

/** Goes over functions and what they are given, term by term. */
final class Terms {

  /** No token. */
  static final int NONE = -1;

  private final Tokens tokens;
  private final Brackets brackets;

  /** Those of a text. */
  Terms(Tokens tokens) {
    this.tokens = tokens;
    this.brackets = new Brackets(tokens);
  }

  /**
   * Index behind the term that begins with the token of an index, with the path that is selected
   * from it; {@link #NONE} if none is there.
   */
  int end(int at) {
    if (at >= tokens.size()) {
      return NONE;
    }
    int end =
        switch (tokens.kind(at)) {
          case BRACE_OPEN, BRACKET_OPEN, PARENTHESIS_OPEN ->
              Math.min(brackets.closing(at) + 1, tokens.size());
          case STRING_OPEN, INDENTED_OPEN -> tokens.behindClosing(at);
          case IDENTIFIER, NUMBER, SEARCH_PATH, URI -> at + 1;
          case PATH -> pathEnd(at);
          case KEYWORD -> {
            int brace = tokens.skipTrivia(at + 1);
            yield brackets.isWord(at, "rec") && tokens.is(brace, TokenKind.BRACE_OPEN)
                ? Math.min(brackets.closing(brace) + 1, tokens.size())
                : NONE;
          }
          default -> NONE;
        };
    int dot = end == NONE ? NONE : tokens.skipTrivia(end);
    return tokens.is(dot, TokenKind.DOT)
        ? AttrPaths.forward(tokens, tokens.skipTrivia(dot + 1)).next()
        : end;
  }

  private int pathEnd(int at) {
    int end = at + 1;
    while (tokens.is(end, TokenKind.PATH) || tokens.is(end, TokenKind.INTERPOLATION_OPEN)) {
      end = tokens.is(end, TokenKind.PATH) ? end + 1 : tokens.behindClosing(end);
    }
    return end;
  }

  /** Index of the first token of the term that ends with that of an index; {@link #NONE}. */
  int start(int last) {
    int at = last;
    while (at >= 0) {
      int first =
          switch (tokens.kind(at)) {
            case IDENTIFIER, NUMBER, SEARCH_PATH, URI, PATH -> at;
            case STRING_CLOSE, INDENTED_CLOSE, INTERPOLATION_CLOSE -> tokens.openingOf(at);
            case BRACE_CLOSE, BRACKET_CLOSE, PARENTHESIS_CLOSE -> brackets.around(at);
            default -> NONE;
          };
      if (first == NONE) {
        return NONE;
      }
      int before = tokens.skipTriviaBack(first - 1);
      if (!tokens.is(before, TokenKind.DOT)) {
        return brackets.isWord(before, "rec") ? before : first;
      }
      at = tokens.skipTriviaBack(before - 1);
    }
    return NONE;
  }
}
