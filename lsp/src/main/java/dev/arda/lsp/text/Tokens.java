package dev.arda.lsp.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A text and its tokens.
 *
 * @param text the text
 * @param list its tokens, without holes
 */
record Tokens(String text, List<Token> list) {

  /** Number of tokens. */
  int size() {
    return list.size();
  }

  /** A token by its index. */
  Token get(int index) {
    return list.get(index);
  }

  /** The text of a token. */
  String text(Token token) {
    return token.in(text);
  }

  /** Whether the token of an index exists and is of a kind. */
  boolean is(int index, TokenKind kind) {
    return index >= 0 && index < list.size() && list.get(index).kind() == kind;
  }

  /** Offset behind the last character. */
  int end() {
    return text.length();
  }

  /** Index of the first token from {@code index} on that means something; the size if none does. */
  int skipTrivia(int index) {
    int result = index;
    while (result < list.size() && list.get(result).kind().isTrivia()) {
      result++;
    }
    return result;
  }

  /** Index of the last token up to {@code index} that means something; -1 if none does. */
  int skipTriviaBack(int index) {
    int result = index;
    while (result >= 0 && list.get(result).kind().isTrivia()) {
      result--;
    }
    return result;
  }

  /**
   * Indices of the tokens that open brackets, or a {@code let}, around a place, outermost first.
   */
  List<Integer> open(int from, int offset) {
    var open = new ArrayList<Integer>();
    for (int i = indexAt(from); i < list.size() && list.get(i).start() < offset; i++) {
      switch (list.get(i).kind()) {
        case PARENTHESIS_OPEN, BRACKET_OPEN, BRACE_OPEN -> open.add(i);
        case PARENTHESIS_CLOSE, BRACKET_CLOSE, BRACE_CLOSE -> {
          if (!open.isEmpty()) {
            open.removeLast();
          }
        }
        case KEYWORD -> {
          var word = text(list.get(i));
          if (word.equals("let")) {
            open.add(i);
          } else if (word.equals("in")
              && !open.isEmpty()
              && is(open.getLast(), TokenKind.KEYWORD)) {
            open.removeLast();
          }
        }
        default -> {}
      }
    }
    return open;
  }

  /** Index of the token that holds the character at an offset; the size at the end of the text. */
  int indexAt(int offset) {
    int low = 0;
    int high = list.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (list.get(middle).end() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Index behind the token that closes what the token of an index opens, a string or an
   * interpolation; the size if nothing does.
   */
  int behindClosing(int index) {
    Deque<TokenKind> open = new ArrayDeque<>();
    for (int i = index; i < list.size(); i++) {
      var kind = list.get(i).kind();
      switch (kind) {
        case STRING_OPEN, INDENTED_OPEN, INTERPOLATION_OPEN -> open.push(kind);
        case STRING_CLOSE, INDENTED_CLOSE, INTERPOLATION_CLOSE -> open.poll();
        case STRING_BREAK -> {
          while (!open.isEmpty() && open.pop() != TokenKind.STRING_OPEN) {
            // an interpolation breaks off with its string
          }
        }
        default -> {}
      }
      if (open.isEmpty()) {
        return i + 1;
      }
    }
    return list.size();
  }

  /** Index of the token that opens what the token of an index closes; -1 if none is there. */
  int openingOf(int index) {
    int depth = 0;
    for (int i = index; i >= 0; i--) {
      switch (list.get(i).kind()) {
        case STRING_CLOSE, INDENTED_CLOSE, INTERPOLATION_CLOSE -> depth++;
        case STRING_OPEN, INDENTED_OPEN, INTERPOLATION_OPEN -> {
          depth--;
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return -1;
  }
}
