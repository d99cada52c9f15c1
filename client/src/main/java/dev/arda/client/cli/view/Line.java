package dev.arda.client.cli.view;

import dev.arda.client.cli.CharacterWidth;
import dev.arda.client.cli.Style;
import dev.arda.client.cli.WordWrap;
import java.util.ArrayList;
import java.util.List;

/**
 * One line that is being put together from pieces of text. Control characters, line breaks and tabs
 * are made harmless as they come in.
 */
final class Line {

  private record Piece(Ink ink, String text) {}

  private final List<Piece> pieces = new ArrayList<>();
  private int width;
  private boolean prose;

  /** It is made of words, and may be broken between them. */
  Line prose() {
    prose = true;
    return this;
  }

  /** Adds text. */
  Line add(Ink ink, String text) {
    if (!text.isEmpty()) {
      var harmless = harmless(text);
      pieces.add(new Piece(ink, harmless));
      width += CharacterWidth.of(harmless);
    }
    return this;
  }

  /** Adds text without colour. */
  Line add(String text) {
    return add(Ink.PLAIN, text);
  }

  /** Adds text that takes so many columns at least. */
  Line padded(Ink ink, String text, int columns) {
    int before = width;
    add(ink, text);
    return add(" ".repeat(Math.max(0, before + columns - width)));
  }

  /** The same in so many columns at most, with a mark where something was cut off. */
  Line cut(int columns, String mark) {
    if (width <= columns) {
      return this;
    }
    int room = Math.max(0, columns - CharacterWidth.of(mark));
    var result = new Line();
    for (var piece : pieces) {
      var text = CharacterWidth.cut(piece.text, room - result.width);
      result.add(piece.ink, text);
      if (text.length() < piece.text.length()) {
        break;
      }
    }
    return result.add(Ink.FAINT, CharacterWidth.cut(mark, columns - result.width));
  }

  /** Columns that it takes. */
  int width() {
    return width;
  }

  /** As it is written. */
  String text(Style style) {
    var result = new StringBuilder();
    for (var piece : pieces) {
      result.append(piece.ink.apply(style, piece.text));
    }
    return result.toString();
  }

  /**
   * As it is written where it stays: in several lines, if it may be broken and is too long.
   *
   * @param columns of the terminal
   */
  String text(Style style, int columns) {
    return prose ? WordWrap.of(text(style), columns - 1) : text(style);
  }

  /** A text as a part of a line: in one line, and without a character that commands a terminal. */
  static String harmless(String text) {
    return Style.safe(text.replace('\n', ' ').replace('\t', ' '));
  }
}
