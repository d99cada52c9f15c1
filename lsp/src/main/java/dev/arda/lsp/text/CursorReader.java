package dev.arda.lsp.text;

import dev.arda.lsp.text.CursorContext.PathAtCursor;
import dev.arda.lsp.text.CursorContext.StringAtCursor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds the {@link CursorContext} of a place. Only what stands before the cursor says what is being
 * written; what stands behind it only says how far the name or string goes on.
 */
final class CursorReader {

  /** A string or an interpolation ends that began before the place from which was looked. */
  private static final int OUTSIDE = -2;

  private final String text;
  private final int offset;
  private final Tokens before;
  private final NearestBinding nearest;

  private CursorReader(Reading whole, List<Binding> bindings, int offset) {
    this.text = whole.tokens().text();
    this.offset = offset;
    this.before = whole.upTo(offset);
    this.nearest = NearestBinding.of(bindings, before, whole.markUpTo(offset));
  }

  /**
   * Finds it.
   *
   * @param whole the text, by the rule that holds before the cursor
   * @param bindings those of the whole text
   */
  static CursorContext read(Reading whole, List<Binding> bindings, int offset) {
    return new CursorReader(whole, bindings, offset).read();
  }

  private CursorContext read() {
    var position = nearest.position(before).orElseGet(() -> Skeleton.at(before));
    var enclosing = new ArrayList<AttrName>();
    boolean local = false;
    for (var binding : position.enclosing()) {
      enclosing.addAll(binding.path());
      local |= binding.local();
    }
    int open = openString();
    if (open < 0) {
      return new CursorContext(
          enclosing, local, pathInCode(position.namesBinding()), Optional.empty());
    }
    int previous = before.skipTriviaBack(open - 1);
    boolean name =
        before.is(previous, TokenKind.DOT) || (position.namesBinding() && beginsName(previous));
    return name && before.is(open, TokenKind.STRING_OPEN)
        ? new CursorContext(
            enclosing, local, quotedName(open, previous, position.namesBinding()), Optional.empty())
        : new CursorContext(
            enclosing, local, Optional.empty(), Optional.of(string(open, previous)));
  }

  private boolean beginsName(int previous) {
    return before.is(previous, TokenKind.BRACE_OPEN)
        || before.is(previous, TokenKind.SEMICOLON)
        || (before.is(previous, TokenKind.KEYWORD) && before.text(previous).equals("let"));
  }

  /** Index of the token that opens the string that the prefix ends in; -1 if it ends in code. */
  private int openString() {
    int from = before.indexAt(nearest.from());
    int found = openString(from);
    return found == OUTSIDE ? openString(0) : found;
  }

  private int openString(int from) {
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = from; i < before.size(); i++) {
      switch (before.kind(i)) {
        case STRING_OPEN, INDENTED_OPEN, INTERPOLATION_OPEN -> open.push(i);
        case STRING_CLOSE, INDENTED_CLOSE, INTERPOLATION_CLOSE -> {
          if (open.poll() == null && from > 0) {
            return OUTSIDE;
          }
        }
        case STRING_BREAK -> {
          if (open.isEmpty() && from > 0) {
            return OUTSIDE;
          }
          while (!open.isEmpty() && !before.is(open.pop(), TokenKind.STRING_OPEN)) {
            // an interpolation breaks off with its string
          }
        }
        default -> {}
      }
    }
    var innermost = open.peek();
    return innermost == null || before.is(innermost, TokenKind.INTERPOLATION_OPEN) ? -1 : innermost;
  }

  private Optional<PathAtCursor> pathInCode(boolean namesBinding) {
    int last = before.size() - 1;
    if (last < 0) {
      return Optional.empty();
    }
    var token = before.get(last);
    return switch (token.kind()) {
      case IDENTIFIER, KEYWORD -> {
        int dot = before.skipTriviaBack(last - 1);
        boolean dotted = before.is(dot, TokenKind.DOT);
        yield token.kind() == TokenKind.KEYWORD && !dotted
            ? Optional.empty()
            : path(dotted ? dot : -1, before.text(token), token.start(), namesBinding);
      }
      case DOT -> path(last, "", offset, namesBinding);
      case WHITESPACE -> {
        int previous = before.skipTriviaBack(last);
        yield before.is(previous, TokenKind.DOT)
            ? path(previous, "", offset, namesBinding)
            : path(-1, "", offset, namesBinding);
      }
      case COMMENT ->
          // A comment in brackets that is closed has ended.
          before.text(token).startsWith("/*") && before.text(token).endsWith("*/")
              ? path(-1, "", offset, namesBinding)
              : Optional.empty();
      case BRACE_OPEN,
          BRACKET_OPEN,
          PARENTHESIS_OPEN,
          INTERPOLATION_OPEN,
          SEMICOLON,
          EQUALS,
          OPERATOR ->
          path(-1, "", offset, namesBinding);
      case NUMBER,
          PATH,
          SEARCH_PATH,
          URI,
          STRING_OPEN,
          STRING_TEXT,
          STRING_ESCAPE,
          STRING_CLOSE,
          STRING_BREAK,
          INDENTED_OPEN,
          INDENTED_CLOSE,
          INTERPOLATION_CLOSE,
          BRACE_CLOSE,
          BRACKET_CLOSE,
          PARENTHESIS_CLOSE,
          COLON,
          COMMA,
          AT,
          QUESTION,
          ELLIPSIS,
          UNKNOWN ->
          Optional.empty();
    };
  }

  private Optional<PathAtCursor> path(int dot, String partial, int start, boolean namesBinding) {
    List<AttrName> parents = List.of();
    if (dot >= 0) {
      parents = AttrPaths.before(before, dot);
      if (parents.isEmpty()) {
        return Optional.empty();
      }
    }
    int end = offset;
    while (end < text.length() && Characters.isIdentifierPart(text.charAt(end))) {
      end++;
    }
    return Optional.of(new PathAtCursor(parents, partial, start, end, false, namesBinding));
  }

  private Optional<PathAtCursor> quotedName(int open, int previous, boolean namesBinding) {
    List<AttrName> parents = List.of();
    if (before.is(previous, TokenKind.DOT)) {
      parents = AttrPaths.before(before, previous);
      if (parents.isEmpty()) {
        return Optional.empty();
      }
    }
    var content = content(open);
    int start = before.start(open);
    int end = content.offsetOf(content.text().length()) + (content.isClosed() ? 1 : 0);
    String partial = content.text().substring(0, content.indexOf(offset));
    return partial.indexOf(StringContent.HOLE) >= 0
        ? Optional.empty()
        : Optional.of(new PathAtCursor(parents, partial, start, end, true, namesBinding));
  }

  private StringAtCursor string(int open, int previous) {
    var content = content(open);
    return new StringAtCursor(
        content, content.indexOf(offset), AttrPaths.application(before, previous));
  }

  /** All of the string: to its closing quote, or where none is on the line, to the line's end. */
  private StringContent content(int open) {
    int start = before.start(open);
    boolean indented = before.is(open, TokenKind.INDENTED_OPEN);
    int lineEnd = text.indexOf('\n', offset);
    int line = lineEnd < 0 ? text.length() : lineEnd;
    var whole = contentUpTo(start, indented ? text.length() : line);
    if (whole.isClosed()) {
      return whole;
    }
    return indented ? contentUpTo(start, line) : whole;
  }

  private StringContent contentUpTo(int start, int end) {
    var part = text.substring(start, end);
    var tokens = Lexer.upTo(part);
    return StringContent.of(tokens, 0, tokens.behindClosing(0)).movedBy(start);
  }
}
