package dev.arda.lsp.text;

/** Goes over whole parts of a text: from bracket to bracket, from {@code let} to {@code in}. */
final class Brackets {

  private final Tokens tokens;

  /** Those of a text. */
  Brackets(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Whether the token of an index is a keyword. */
  boolean isWord(int index, String word) {
    return tokens.is(index, TokenKind.KEYWORD) && tokens.text(index).equals(word);
  }

  private boolean opens(int index) {
    return switch (tokens.kind(index)) {
      case BRACE_OPEN, BRACKET_OPEN, PARENTHESIS_OPEN, INTERPOLATION_OPEN -> true;
      default -> false;
    };
  }

  private boolean closes(int index) {
    return switch (tokens.kind(index)) {
      case BRACE_CLOSE, BRACKET_CLOSE, PARENTHESIS_CLOSE, INTERPOLATION_CLOSE -> true;
      default -> false;
    };
  }

  /** Index of the token that closes what the one of an index opens; the size if none does. */
  int closing(int index) {
    int depth = 0;
    for (int i = index; i < tokens.size(); i++) {
      if (opens(i)) {
        depth++;
      } else if (closes(i)) {
        depth--;
        if (depth == 0) {
          return i;
        }
      }
    }
    return tokens.size();
  }

  /** Index of the bracket or {@code let} that a token stands in; -1 if there is none. */
  int around(int index) {
    int brackets = 0;
    int lets = 0;
    for (int i = index - 1; i >= 0; i--) {
      if (closes(i)) {
        brackets++;
      } else if (opens(i)) {
        if (brackets == 0) {
          return i;
        }
        brackets--;
      } else if (brackets == 0 && isWord(i, "in")) {
        lets++;
      } else if (brackets == 0 && isWord(i, "let")) {
        if (lets == 0) {
          return i;
        }
        lets--;
      }
    }
    return -1;
  }

  /**
   * Index of the {@code in} that belongs to a {@code let}; that behind its brackets if none does.
   */
  int inOf(int let) {
    int lets = 0;
    for (int i = let + 1; i < tokens.size(); i++) {
      if (opens(i)) {
        i = closing(i);
      } else if (closes(i)) {
        return i;
      } else if (isWord(i, "let")) {
        lets++;
      } else if (isWord(i, "in")) {
        if (lets == 0) {
          return i;
        }
        lets--;
      }
    }
    return tokens.size();
  }

  /**
   * Index of the token behind the expression that goes on with the one of an index, taken as long
   * as it can be.
   */
  int expressionEnd(int index) {
    int lets = 0;
    int conditions = 0;
    int statements = 0;
    for (int i = index; i < tokens.size(); i++) {
      if (opens(i)) {
        i = closing(i);
        continue;
      }
      if (closes(i)) {
        return i;
      }
      switch (tokens.kind(i)) {
        case COMMA -> {
          return i;
        }
        case SEMICOLON -> {
          if (lets == 0 && statements == 0) {
            return i;
          }
          statements -= lets == 0 ? 1 : 0;
        }
        case KEYWORD -> {
          switch (tokens.text(i)) {
            case "let" -> lets++;
            case "with", "assert" -> statements += lets == 0 ? 1 : 0;
            case "if" -> conditions++;
            case "in" -> {
              if (lets == 0) {
                return i;
              }
              lets--;
            }
            case "then" -> {
              if (conditions == 0) {
                return i;
              }
            }
            case "else" -> {
              if (conditions == 0) {
                return i;
              }
              conditions--;
            }
            default -> {}
          }
        }
        default -> {}
      }
    }
    return tokens.size();
  }

  /**
   * Index behind the colon of a function of attributes, <code>{ … }:</code>, also with an
   * {@code @}; -1 if the brace of an index begins none.
   */
  int behindPattern(int brace) {
    int behind = tokens.skipTrivia(closing(brace) + 1);
    if (tokens.is(behind, TokenKind.AT)) {
      behind = tokens.skipTrivia(tokens.skipTrivia(behind + 1) + 1);
    }
    return tokens.is(behind, TokenKind.COLON) ? behind + 1 : -1;
  }
}
