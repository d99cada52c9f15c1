package dev.arda.lsp.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text cut into tokens by one rule, with marks at the beginnings of lines from where it can be
 * cut anew: after an edit that takes time in proportion to the edit and to copying two arrays, not
 * to cutting all of the text. Immutable.
 */
final class Reading {

  /** From one mark to the next there are so many tokens, or more up to the next line. */
  private static final int DISTANCE = 32;

  private final boolean linesEndStrings;
  private final Tokens tokens;
  private final Marks marks;
  private final @Nullable Open open;
  private final int strayBraces;

  private Reading(boolean linesEndStrings, Tokens tokens, Marks marks, End end) {
    this.linesEndStrings = linesEndStrings;
    this.tokens = tokens;
    this.marks = marks;
    this.open = end.open();
    this.strayBraces = end.strayBraces();
  }

  /** What is left at the end. */
  private record End(@Nullable Open open, int strayBraces) {}

  /** Places between tokens and what is known of them, in the order of the text. */
  private static final class Marks {
    private int count;
    private int[] positions = new int[16];
    private int[] indices = new int[16];
    private int[] strayBraces = new int[16];
    private @Nullable Open[] open = new @Nullable Open[16];

    private void add(int position, int index, @Nullable Open what, int stray) {
      reserve(1);
      positions[count] = position;
      indices[count] = index;
      strayBraces[count] = stray;
      open[count++] = what;
    }

    private void append(Marks others, int from, int to, int distance, int tokens, int stray) {
      int number = to - from;
      reserve(number);
      System.arraycopy(others.open, from, open, count, number);
      for (int i = from; i < to; i++) {
        positions[count] = others.positions[i] + distance;
        indices[count] = others.indices[i] + tokens;
        strayBraces[count++] = others.strayBraces[i] + stray;
      }
    }

    private void reserve(int number) {
      if (count + number > positions.length) {
        int room = Math.max(count + number, count * 2);
        positions = Arrays.copyOf(positions, room);
        indices = Arrays.copyOf(indices, room);
        strayBraces = Arrays.copyOf(strayBraces, room);
        open = Arrays.copyOf(open, room);
      }
    }

    private int last() {
      return count == 0 ? 0 : positions[count - 1];
    }

    /** How many marks lie before a place. */
    private int before(int position) {
      int found = Arrays.binarySearch(positions, 0, count, position);
      return found < 0 ? -found - 1 : found;
    }
  }

  /**
   * Reads a text.
   *
   * @param linesEndStrings whether a string with no closing quote on its line ends with that line
   */
  static Reading of(String text, boolean linesEndStrings) {
    var nothing = new Tokens.Builder().build("");
    return new Reading(linesEndStrings, nothing, new Marks(), new End(null, 0))
        .edited(text, new Edit(0, 0, text.length()));
  }

  /**
   * Reads what the text has become.
   *
   * @param text the text after the edit
   */
  Reading edited(String text, Edit edit) {
    int begin = marks.before(edit.start()) - 1;
    int first = begin < 0 ? 0 : marks.indices[begin];
    var result = new Tokens.Builder(tokens, first, tokens.size() + 256);
    var places = new Marks();
    places.append(marks, 0, begin + 1, 0, 0, 0);
    var lexer =
        begin < 0
            ? new Lexer(text, linesEndStrings, result, 0, null, 0)
            : new Lexer(
                text,
                linesEndStrings,
                result,
                marks.positions[begin],
                marks.open[begin],
                marks.strayBraces[begin]);
    int next = marks.before(edit.end());
    int lastIndex = first;
    while (lexer.isBeforeEnd()) {
      lexer.step();
      if (lexer.isAtBeginningOfLine() && result.size() - lastIndex >= DISTANCE) {
        lastIndex = result.size();
        places.add(lexer.position(), lastIndex, lexer.open(), lexer.strayBraces());
      }
      while (next < marks.count && marks.positions[next] + edit.distance() < lexer.position()) {
        next++;
      }
      if (next < marks.count
          && marks.positions[next] + edit.distance() == lexer.position()
          && Open.same(marks.open[next], lexer.open())) {
        return joined(text, edit, next, lexer, result, places);
      }
    }
    return new Reading(
        linesEndStrings, result.build(text), places, new End(lexer.open(), lexer.strayBraces()));
  }

  /** From a mark on everything is as it was. */
  private Reading joined(
      String text, Edit edit, int mark, Lexer lexer, Tokens.Builder result, Marks places) {
    int stray = lexer.strayBraces() - marks.strayBraces[mark];
    int from = places.last() == lexer.position() ? mark + 1 : mark;
    places.append(
        marks, from, marks.count, edit.distance(), result.size() - marks.indices[mark], stray);
    result.append(tokens, marks.indices[mark], tokens.size(), edit.distance());
    return new Reading(
        linesEndStrings, result.build(text), places, new End(open, strayBraces + stray));
  }

  /** The tokens. */
  Tokens tokens() {
    return tokens;
  }

  /** How many braces and quotes have no other half. */
  int unmatched() {
    var left = open;
    return (left == null ? 0 : left.depth()) + strayBraces;
  }

  /** The tokens of the text as it would be if it ended at a place. */
  Tokens upTo(int offset) {
    int begin = marks.before(offset + 1) - 1;
    var prefix = tokens.text().substring(0, offset);
    int count = begin < 0 ? 0 : marks.indices[begin];
    var result = new Tokens.Builder(tokens, count, count + 256);
    var lexer =
        begin < 0
            ? new Lexer(prefix, linesEndStrings, result, 0, null, 0)
            : new Lexer(
                prefix, linesEndStrings, result, marks.positions[begin], marks.open[begin], 0);
    while (lexer.isBeforeEnd()) {
      lexer.step();
    }
    return result.build(prefix);
  }

  /**
   * The last place up to an offset at which all tokens before are the same if the text ended there.
   */
  int markUpTo(int offset) {
    int begin = marks.before(offset + 1) - 1;
    return begin < 0 ? 0 : marks.positions[begin];
  }
}
