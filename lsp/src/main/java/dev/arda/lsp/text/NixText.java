package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.List;

/**
 * A Nix text as it is written: its tokens, its bindings, and where a cursor in it is. Reading never
 * fails, however broken the text is. Immutable and thread-safe; what is costly is found once, when
 * it is asked for first.
 */
public final class NixText {

  private final Tokens tokens;
  private final List<Binding> bindings;
  private final LineIndex lines;

  private NixText(Tokens tokens, List<Binding> bindings, LineIndex lines) {
    this.tokens = tokens;
    this.bindings = bindings;
    this.lines = lines;
  }

  /** Reads a text. Takes some milliseconds for 5,000 lines. */
  public static NixText of(String text) {
    var tokens = new Tokens(text, Lexer.whole(text));
    return new NixText(tokens, Skeleton.of(tokens), LineIndex.of(text));
  }

  /** The text itself. */
  public String text() {
    return tokens.text();
  }

  /** Its tokens; each character belongs to exactly one. */
  public List<Token> tokens() {
    return tokens.list();
  }

  /** Its outermost bindings. */
  public List<Binding> bindings() {
    return bindings;
  }

  /** Its lines. */
  public LineIndex lines() {
    return lines;
  }

  /**
   * Where a cursor is.
   *
   * @param offset in UTF-16 code units; the cursor is before the character there
   * @throws IndexOutOfBoundsException if it lies outside of the text
   */
  public CursorContext cursorAt(int offset) {
    return CursorReader.read(tokens, offset);
  }

  /**
   * The strings that begin in a part of the text, outermost ones only, in the order of the text.
   *
   * @param start offset of the part's first character
   * @param end offset behind its last
   */
  public List<StringContent> strings(int start, int end) {
    var result = new ArrayList<StringContent>();
    int index = tokens.indexAt(start);
    while (index < tokens.size() && tokens.get(index).start() < end) {
      boolean opens =
          tokens.is(index, TokenKind.STRING_OPEN) || tokens.is(index, TokenKind.INDENTED_OPEN);
      if (opens) {
        int behind = tokens.behindClosing(index);
        result.add(StringContent.of(tokens, index, behind));
        index = behind;
      } else {
        index++;
      }
    }
    return result;
  }

  /**
   * The attribute paths of values, {@code self.a."b".${c}}, with at least one dot, in the order of
   * the text. Those that have a default, or are only asked whether they are there, are left out.
   */
  public List<List<AttrName>> references() {
    var result = new ArrayList<List<AttrName>>();
    for (int i = 0; i < tokens.size(); i++) {
      if (!tokens.is(i, TokenKind.IDENTIFIER)
          || tokens.is(tokens.skipTriviaBack(i - 1), TokenKind.DOT)) {
        continue;
      }
      var path = AttrPaths.forward(tokens, i);
      int behind = tokens.skipTrivia(path.next());
      boolean hasDefault =
          tokens.is(behind, TokenKind.IDENTIFIER) && tokens.text(tokens.get(behind)).equals("or");
      boolean defines = tokens.is(behind, TokenKind.EQUALS);
      boolean asksWhether =
          tokens.is(tokens.skipTriviaBack(i - 1), TokenKind.QUESTION)
              || tokens.is(behind, TokenKind.QUESTION);
      if (path.names().size() > 1 && !hasDefault && !defines && !asksWhether) {
        result.add(path.names());
      }
    }
    return result;
  }

  /** The name of an attribute as Nix takes it in a path: with quotes where it needs them. */
  public static String attributeName(String name) {
    boolean plain = !name.isEmpty() && Lexer.isIdentifierStart(name.charAt(0));
    for (int i = 1; i < name.length() && plain; i++) {
      plain = Lexer.isIdentifierPart(name.charAt(i));
    }
    return plain && !Lexer.keywords().contains(name) ? name : quoted(name);
  }

  /** A text as a quoted string. */
  public static String quoted(String plain) {
    var empty = new Tokens("\"\"", Lexer.whole("\"\""));
    return '"' + StringContent.of(empty, 0, 2).escape(plain) + '"';
  }
}
