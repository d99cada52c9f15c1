package dev.arda.lsp.text;

import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A text and its tokens, which follow each other without holes. Immutable: a text of 5,000 lines
 * has some hundred thousand of them, which are kept in two arrays and become objects when they are
 * asked for.
 */
final class Tokens {

  private static final TokenKind[] KINDS = TokenKind.values();

  private final String text;
  private final byte[] kinds;
  private final int[] ends;
  private final int size;

  private Tokens(String text, byte[] kinds, int[] ends, int size) {
    this.text = text;
    this.kinds = kinds;
    this.ends = ends;
    this.size = size;
  }

  /** Tokens that are being found. */
  static final class Builder {
    private byte[] kinds;
    private int[] ends;
    private int size;

    /** Begins with none. */
    Builder() {
      kinds = new byte[256];
      ends = new int[256];
    }

    /**
     * Begins with the first ones of others.
     *
     * @param room how many are expected; there may be more
     */
    Builder(Tokens others, int count, int room) {
      kinds = new byte[room];
      ends = new int[room];
      append(others, 0, count, 0);
    }

    /** Number of tokens until now. */
    int size() {
      return size;
    }

    /** Adds a token from the end of the last one on. */
    void add(TokenKind kind, int end) {
      reserve(1);
      kinds[size] = code(kind);
      ends[size++] = end;
    }

    /** Adds tokens of another text, which lie somewhere else here. */
    void append(Tokens others, int from, int to, int distance) {
      int count = to - from;
      reserve(count);
      System.arraycopy(others.kinds, from, kinds, size, count);
      System.arraycopy(others.ends, from, ends, size, count);
      if (distance != 0) {
        for (int i = size; i < size + count; i++) {
          ends[i] += distance;
        }
      }
      size += count;
    }

    private void reserve(int count) {
      if (size + count > kinds.length) {
        int room = Math.max(size + count, size * 2);
        kinds = Arrays.copyOf(kinds, room);
        ends = Arrays.copyOf(ends, room);
      }
    }

    /** The tokens of a text. Nothing may be added afterwards. */
    Tokens build(String text) {
      return new Tokens(text, kinds, ends, size);
    }
  }

  @SuppressWarnings("EnumOrdinal") // it goes no further than these arrays
  private static byte code(TokenKind kind) {
    return (byte) kind.ordinal();
  }

  /** The text. */
  String text() {
    return text;
  }

  /** The tokens one after the other. */
  List<Token> list() {
    return new AbstractList<>() {
      @Override
      public Token get(int index) {
        return Tokens.this.get(index);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  /** Number of tokens. */
  int size() {
    return size;
  }

  /** A token by its index. */
  Token get(int index) {
    return new Token(kind(index), start(index), end(index));
  }

  /** What the token of an index is. */
  TokenKind kind(int index) {
    return KINDS[kinds[index]];
  }

  /** Offset of the first character of the token of an index. */
  int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  /** Offset behind the last character of the token of an index. */
  int end(int index) {
    return ends[index];
  }

  /** How many tokens at the end are the same as the last ones of others. */
  int sameAtEnd(Tokens others, int distance) {
    int count = 0;
    int most = Math.min(size, others.size);
    while (count < most
        && kinds[size - 1 - count] == others.kinds[others.size - 1 - count]
        && ends[size - 1 - count] == others.ends[others.size - 1 - count] + distance) {
      count++;
    }
    return count;
  }

  /** The text of a token. */
  String text(Token token) {
    return token.in(text);
  }

  /** The text of the token of an index. */
  String text(int index) {
    return text.substring(start(index), end(index));
  }

  /** Whether the token of an index exists and is of a kind. */
  boolean is(int index, TokenKind kind) {
    return index >= 0 && index < size && kinds[index] == code(kind);
  }

  /** Whether what follows a token is a string's own, not an interpolation's. */
  boolean continuesString(int index) {
    return is(index, TokenKind.STRING_OPEN)
        || is(index, TokenKind.STRING_TEXT)
        || is(index, TokenKind.STRING_ESCAPE)
        || is(index, TokenKind.INTERPOLATION_CLOSE);
  }

  /** Offset behind the last character. */
  int end() {
    return text.length();
  }

  /** Index of the first token from {@code index} on that means something; the size if none does. */
  int skipTrivia(int index) {
    int result = index;
    while (result < size && kind(result).isTrivia()) {
      result++;
    }
    return result;
  }

  /** Index of the last token up to {@code index} that means something; -1 if none does. */
  int skipTriviaBack(int index) {
    int result = index;
    while (result >= 0 && kind(result).isTrivia()) {
      result--;
    }
    return result;
  }

  /**
   * Indices of the tokens that open brackets, or a {@code let}, around a place, outermost first.
   */
  List<Integer> open(int from, int offset) {
    var open = new ArrayList<Integer>();
    for (int i = indexAt(from); i < size && start(i) < offset; i++) {
      switch (kind(i)) {
        case PARENTHESIS_OPEN, BRACKET_OPEN, BRACE_OPEN -> open.add(i);
        case PARENTHESIS_CLOSE, BRACKET_CLOSE, BRACE_CLOSE -> {
          if (!open.isEmpty()) {
            open.removeLast();
          }
        }
        case KEYWORD -> {
          var word = text(i);
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
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] <= offset) {
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
    for (int i = index; i < size; i++) {
      var kind = kind(i);
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
    return size;
  }

  /** Index of the token that opens what the token of an index closes; -1 if none is there. */
  int openingOf(int index) {
    int depth = 0;
    for (int i = index; i >= 0; i--) {
      switch (kind(i)) {
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
