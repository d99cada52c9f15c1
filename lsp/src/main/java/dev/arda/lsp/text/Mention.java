package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.List;

/**
 * A place in code where a name is written.
 *
 * @param form as what
 * @param start offset of its first character, a quote included
 * @param end offset behind its last, a quote included
 * @param parents the names before it in its path, in the order of the text; those of what it is
 *     inherited from
 */
public record Mention(Form form, int start, int end, List<AttrName> parents) {

  /** What a name can be written as. */
  public enum Form {
    /** On the left side of a binding. */
    KEY,
    /** An attribute of something, or asked for: {@code a.x}, {@code a ? x}. */
    SELECTED,
    /** A variable. */
    VARIABLE,
    /** What a function calls its argument. */
    ARGUMENT
  }

  /** Copies the list. */
  public Mention {
    parents = List.copyOf(parents);
  }

  /** Those of a name, in the order of the text. Strings that name no attribute are none. */
  static List<Mention> of(Tokens tokens, String name) {
    var result = new ArrayList<Mention>();
    for (int i = 0; i < tokens.size(); i++) {
      int behind = i;
      if (tokens.is(i, TokenKind.IDENTIFIER) && tokens.text(i).equals(name)) {
        behind = i + 1;
      } else if (opensString(tokens, i)) {
        int end = tokens.behindClosing(i);
        behind = StringContent.of(tokens, i, end).text().equals(name) ? end : i;
      }
      if (behind > i) {
        add(tokens, i, behind, result);
        i = behind - 1;
      }
    }
    return result;
  }

  private static boolean opensString(Tokens tokens, int index) {
    return tokens.is(index, TokenKind.STRING_OPEN) || tokens.is(index, TokenKind.INDENTED_OPEN);
  }

  private static void add(Tokens tokens, int name, int behindName, List<Mention> result) {
    int index = name;
    int behind = behindName;
    int before = tokens.skipTriviaBack(index - 1);
    if (tokens.is(before, TokenKind.INTERPOLATION_OPEN)
        && opensString(tokens, index)
        && tokens.is(tokens.skipTrivia(behind), TokenKind.INTERPOLATION_CLOSE)) {
      index = before;
      behind = tokens.skipTrivia(behind) + 1;
      before = tokens.skipTriviaBack(index - 1);
    }
    int start = tokens.start(index);
    int end = tokens.end(behind - 1);
    int next = tokens.skipTrivia(behind);
    var inherited = Inherit.at(tokens, index);
    if (inherited.isPresent()) {
      int open = sourceOf(tokens, index);
      result.add(
          open < 0
              ? new Mention(Form.VARIABLE, start, end, List.of())
              : new Mention(Form.SELECTED, start, end, AttrPaths.value(tokens, open).names()));
      return;
    }
    boolean dotted = tokens.is(before, TokenKind.DOT);
    boolean asked = tokens.is(before, TokenKind.QUESTION);
    int pathEnd = AttrPaths.forward(tokens, index).next();
    if (dotted || asked) {
      var path =
          dotted
              ? AttrPaths.before(tokens, before)
              : AttrPaths.endingWith(tokens, tokens.skipTriviaBack(before - 1));
      int question = tokens.skipTriviaBack(path.first() - 1);
      var parents = new ArrayList<AttrName>();
      if (dotted && tokens.is(question, TokenKind.QUESTION)) {
        parents.addAll(AttrPaths.endingWith(tokens, tokens.skipTriviaBack(question - 1)).names());
      }
      parents.addAll(path.names());
      boolean key = dotted && tokens.is(tokens.skipTrivia(pathEnd), TokenKind.EQUALS);
      result.add(new Mention(key ? Form.KEY : Form.SELECTED, start, end, parents));
    } else if (tokens.is(tokens.skipTrivia(pathEnd), TokenKind.EQUALS)) {
      result.add(new Mention(Form.KEY, start, end, List.of()));
    } else if (tokens.is(index, TokenKind.IDENTIFIER)) {
      boolean argument =
          tokens.is(next, TokenKind.COLON)
              || tokens.is(next, TokenKind.AT)
              || tokens.is(before, TokenKind.AT)
              || isOfPattern(tokens, index, before);
      result.add(new Mention(argument ? Form.ARGUMENT : Form.VARIABLE, start, end, List.of()));
    }
  }

  private static boolean isOfPattern(Tokens tokens, int index, int before) {
    if (!tokens.is(before, TokenKind.BRACE_OPEN) && !tokens.is(before, TokenKind.COMMA)) {
      return false;
    }
    var brackets = new Brackets(tokens);
    int brace = brackets.around(index);
    return tokens.is(brace, TokenKind.BRACE_OPEN) && brackets.behindPattern(brace) >= 0;
  }

  /** Index of the parenthesis that opens what a name is inherited from; -1 if nothing does. */
  private static int sourceOf(Tokens tokens, int name) {
    int at = tokens.skipTriviaBack(name - 1);
    while (tokens.is(at, TokenKind.IDENTIFIER) || tokens.is(at, TokenKind.STRING_CLOSE)) {
      int first = tokens.is(at, TokenKind.STRING_CLOSE) ? tokens.openingOf(at) : at;
      at = tokens.skipTriviaBack(first - 1);
    }
    return tokens.is(at, TokenKind.PARENTHESIS_CLOSE) ? new Brackets(tokens).around(at) : -1;
  }
}
