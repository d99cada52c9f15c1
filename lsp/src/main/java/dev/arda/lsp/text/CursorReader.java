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
  private final Reading whole;
  private final List<Binding> bindings;

  private CursorReader(Reading whole, List<Binding> bindings, int offset) {
    this.text = whole.tokens().text();
    this.offset = offset;
    this.before = whole.upTo(offset);
    this.whole = whole;
    this.bindings = bindings;
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
    boolean plain = before.is(open, TokenKind.STRING_OPEN);
    int outside = before.skipTriviaBack(previous - 1);
    if (before.is(previous, TokenKind.INTERPOLATION_OPEN)
        && (before.is(outside, TokenKind.DOT) || (plain && beginsName(outside)))) {
      var around = read(whole, bindings, before.start(previous));
      var path = around.path().flatMap(outer -> quotedName(open, outer));
      return new CursorContext(around.enclosing(), around.local(), path, Optional.empty());
    }
    boolean name =
        before.is(previous, TokenKind.DOT)
            || (position.namesBinding()
                && (beginsName(previous) || inheritedFrom(previous).isPresent()));
    return name && plain
        ? new CursorContext(
            enclosing,
            local,
            path(previous, "", before.start(open), position.namesBinding())
                .flatMap(outer -> quotedName(open, outer)),
            Optional.empty())
        : new CursorContext(
            enclosing, local, Optional.empty(), Optional.of(string(open, previous)));
  }

  private boolean beginsName(int previous) {
    return before.is(previous, TokenKind.BRACE_OPEN)
        || before.is(previous, TokenKind.SEMICOLON)
        || isKeyword(previous, "let");
  }

  private boolean isKeyword(int token, String word) {
    return before.is(token, TokenKind.KEYWORD) && before.text(token).equals(word);
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
    int previous = before.skipTriviaBack(last);
    return switch (token.kind()) {
      case IDENTIFIER, KEYWORD -> {
        int previousName = before.skipTriviaBack(last - 1);
        yield token.kind() == TokenKind.KEYWORD && !before.is(previousName, TokenKind.DOT)
            ? Optional.empty()
            : path(previousName, before.text(token), token.start(), namesBinding);
      }
      case WHITESPACE -> path(previous, "", offset, namesBinding);
      case COMMENT ->
          // A comment in brackets that is closed has ended.
          before.text(token).startsWith("/*") && before.text(token).endsWith("*/")
              ? path(-1, "", offset, namesBinding)
              : Optional.empty();
      case DOT,
          BRACE_OPEN,
          BRACKET_OPEN,
          PARENTHESIS_OPEN,
          INTERPOLATION_OPEN,
          SEMICOLON,
          EQUALS,
          OPERATOR ->
          path(previous, "", offset, namesBinding);
      case QUESTION -> path(previous, "", offset, namesBinding).filter(PathAtCursor::asked);
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
          ELLIPSIS,
          UNKNOWN ->
          Optional.empty();
    };
  }

  /**
   * The path whose last name begins somewhere.
   *
   * @param previous index of the token before that name
   */
  private Optional<PathAtCursor> path(
      int previous, String partial, int start, boolean namesBinding) {
    var parents = List.<AttrName>of();
    int question = previous;
    boolean binds = namesBinding;
    if (before.is(previous, TokenKind.DOT)) {
      var path = AttrPaths.before(before, previous);
      parents = path.names();
      if (parents.isEmpty()) {
        return Optional.empty();
      }
      question = before.skipTriviaBack(path.first() - 1);
    } else if (namesBinding) {
      var source = inheritedFrom(previous);
      parents = source.orElse(parents);
      binds = source.isEmpty();
    }
    var asked = askedOf(question);
    if (!asked.isEmpty()) {
      var whole = new ArrayList<>(asked);
      whole.addAll(parents);
      parents = whole;
    }
    int end = offset;
    while (end < text.length() && Characters.isIdentifierPart(text.charAt(end))) {
      end++;
    }
    return Optional.of(
        new PathAtCursor(parents, partial, start, end, false, binds, !asked.isEmpty()));
  }

  /** What is asked whether it has an attribute, if a token is a question mark that does so. */
  private List<AttrName> askedOf(int question) {
    if (!before.is(question, TokenKind.QUESTION)) {
      return List.of();
    }
    var path = AttrPaths.endingWith(before, before.skipTriviaBack(question - 1));
    int first = before.skipTriviaBack(path.first() - 1);
    // `{ a ? b }:` says what `a` is by default.
    boolean isDefault = before.is(first, TokenKind.BRACE_OPEN) || before.is(first, TokenKind.COMMA);
    return isDefault ? List.of() : path.names();
  }

  /** The path in the parentheses of the {@code inherit} whose names end with a token. */
  private Optional<List<AttrName>> inheritedFrom(int last) {
    int at = last;
    while (before.is(at, TokenKind.IDENTIFIER) || before.is(at, TokenKind.STRING_CLOSE)) {
      int first = before.is(at, TokenKind.IDENTIFIER) ? at : before.openingOf(at);
      at = before.skipTriviaBack(first - 1);
    }
    if (!before.is(at, TokenKind.PARENTHESIS_CLOSE)) {
      return Optional.empty();
    }
    var path = AttrPaths.endingWith(before, at);
    return !path.names().isEmpty() && isKeyword(before.skipTriviaBack(path.first() - 1), "inherit")
        ? Optional.of(path.names())
        : Optional.empty();
  }

  /**
   * A name that is written as a string.
   *
   * @param open index of the token that opens it
   * @param outer the path with nothing in place of that name
   */
  private Optional<PathAtCursor> quotedName(int open, PathAtCursor outer) {
    var content = content(open);
    int start = before.start(open);
    int quote = content.isIndented() ? 2 : 1;
    int end = content.offsetOf(content.text().length()) + (content.isClosed() ? quote : 0);
    String partial = content.text().substring(0, content.indexOf(offset));
    return partial.indexOf(StringContent.HOLE) >= 0
        ? Optional.empty()
        : Optional.of(
            new PathAtCursor(
                outer.parents(), partial, start, end, true, outer.namesBinding(), outer.asked()));
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
