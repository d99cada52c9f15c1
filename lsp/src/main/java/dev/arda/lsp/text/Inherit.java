package dev.arda.lsp.text;

import java.util.Optional;

/**
 * A name of an {@code inherit}, and how it is taken out of it.
 *
 * @param start offset from which is replaced when it is taken out: that of {@code inherit} if it is
 *     the only name, else the end of what stands before it
 * @param end offset behind the semicolon
 * @param rest what is left between these two, its semicolon included; empty if it was the only name
 * @param source what is before its name in a path that means the same, with the dot; empty where it
 *     is a variable
 */
public record Inherit(int start, int end, String rest, String source) {

  /**
   * What is written instead: a binding of its own.
   *
   * @param key on its left side, as it is written in Nix
   * @param name what was inherited, as it is written in a path
   */
  public String replaced(String key, String name) {
    return "%s%s = %s%s;".formatted(rest.isEmpty() ? "" : rest + " ", key, source, name);
  }

  /** Finds the name of a token; empty if it is none of an {@code inherit} that has its end. */
  static Optional<Inherit> at(Tokens tokens, int name) {
    int before = tokens.skipTriviaBack(name - 1);
    int first = before;
    while (isName(tokens, first)) {
      first = tokens.skipTriviaBack(firstOf(tokens, first) - 1);
    }
    var brackets = new Brackets(tokens);
    var source = "";
    int keyword = first;
    if (tokens.is(first, TokenKind.PARENTHESIS_CLOSE)) {
      int open = brackets.around(first);
      keyword = tokens.skipTriviaBack(open - 1);
      var inside = tokens.text().substring(tokens.end(open), tokens.start(first)).strip();
      source = (inside.matches("[\\w'-]+(\\.[\\w'-]+)*") ? inside : "(" + inside + ")") + ".";
    }
    if (!brackets.isWord(keyword, "inherit")) {
      return Optional.empty();
    }
    int behind = behind(tokens, name);
    int semicolon = tokens.skipTrivia(behind);
    while (isOpening(tokens, semicolon)) {
      semicolon = tokens.skipTrivia(behind(tokens, semicolon));
    }
    if (!tokens.is(semicolon, TokenKind.SEMICOLON)) {
      return Optional.empty();
    }
    boolean alone = before == first && tokens.skipTrivia(behind) == semicolon;
    int start = alone ? tokens.start(keyword) : tokens.end(before);
    var rest = alone ? "" : tokens.text().substring(tokens.start(behind), tokens.end(semicolon));
    return Optional.of(new Inherit(start, tokens.end(semicolon), rest, source));
  }

  private static boolean isName(Tokens tokens, int last) {
    return tokens.is(last, TokenKind.IDENTIFIER) || tokens.is(last, TokenKind.STRING_CLOSE);
  }

  private static int firstOf(Tokens tokens, int last) {
    return tokens.is(last, TokenKind.STRING_CLOSE) ? tokens.openingOf(last) : last;
  }

  private static boolean isOpening(Tokens tokens, int first) {
    return tokens.is(first, TokenKind.IDENTIFIER) || tokens.is(first, TokenKind.STRING_OPEN);
  }

  private static int behind(Tokens tokens, int first) {
    return tokens.is(first, TokenKind.STRING_OPEN) ? tokens.behindClosing(first) : first + 1;
  }
}
