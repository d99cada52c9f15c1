package dev.arda.lsp.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of a text and how they contain each other: all of a syntax tree that arda needs.
 * Everything between an {@code =} and its {@code ;} is only looked through for brackets and further
 * bindings, so nothing there can be wrong.
 *
 * <p>A semicolon that is missing is noticed when the next binding begins: {@code a.b =} cannot
 * stand in a value. A bracket that is missing is noticed at the one that closes an outer bracket.
 */
final class Skeleton {

  private enum Kind {
    FILE,
    SET,
    LET,
    BRACKET,
    PARENTHESIS,
    INTERPOLATION
  }

  /** A binding that has not ended. */
  private static final class OpenBinding {
    private final List<AttrName> path;
    private final int valueStart;
    private final List<Binding> children = new ArrayList<>();

    private OpenBinding(List<AttrName> path, int valueStart) {
      this.path = path;
      this.valueStart = valueStart;
    }
  }

  /** A bracket that has not closed, with the binding in it that has not ended. */
  private static final class Frame {
    private final Kind kind;
    private final List<Binding> children;
    private @Nullable OpenBinding open;

    private Frame(Kind kind, List<Binding> children) {
      this.kind = kind;
      this.children = children;
    }

    private boolean binds() {
      return kind == Kind.SET || kind == Kind.LET;
    }
  }

  private final Tokens tokens;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final List<Binding> roots = new ArrayList<>();
  private int index;

  private Skeleton(Tokens tokens) {
    this.tokens = tokens;
    frames.push(new Frame(Kind.FILE, roots));
  }

  /** Reads the bindings of a whole text, outermost first. */
  static List<Binding> of(Tokens tokens) {
    return new Skeleton(tokens).read();
  }

  /**
   * The bindings that are open at the end of a text, outermost first, with the children that came
   * before; and whether a name of a binding is expected there.
   */
  static Position at(Tokens prefix) {
    var skeleton = new Skeleton(prefix);
    skeleton.walk();
    var open = new ArrayList<Enclosing>();
    skeleton
        .frames
        .descendingIterator()
        .forEachRemaining(frame -> {
          var binding = frame.open;
          if (binding != null) {
            open.add(new Enclosing(binding.path, frame.kind == Kind.LET));
          }
        });
    var top = skeleton.top();
    return new Position(open, top.binds() && top.open == null);
  }

  /** A binding around a place. */
  record Enclosing(List<AttrName> path, boolean local) {}

  /**
   * A place.
   *
   * @param enclosing the bindings around it, outermost first
   * @param namesBinding whether what stands there names a binding rather than being part of a value
   */
  record Position(List<Enclosing> enclosing, boolean namesBinding) {}

  private List<Binding> read() {
    walk();
    while (frames.size() > 1) {
      pop(tokens.end());
    }
    return List.copyOf(roots);
  }

  private void walk() {
    while (index < tokens.size()) {
      step(tokens.get(index));
    }
  }

  private Frame top() {
    return frames.element();
  }

  private void step(Token token) {
    if (top().binds() && beginsBinding(token) && binding()) {
      return;
    }
    index++;
    switch (token.kind()) {
      case BRACE_OPEN -> push(Kind.SET);
      case BRACKET_OPEN -> push(Kind.BRACKET);
      case PARENTHESIS_OPEN -> push(Kind.PARENTHESIS);
      case INTERPOLATION_OPEN -> push(Kind.INTERPOLATION);
      case BRACE_CLOSE -> close(Kind.SET, token);
      case BRACKET_CLOSE -> close(Kind.BRACKET, token);
      case PARENTHESIS_CLOSE -> close(Kind.PARENTHESIS, token);
      case INTERPOLATION_CLOSE -> close(Kind.INTERPOLATION, token);
      case STRING_BREAK -> {
        if (!isInString(index - 2)) {
          close(Kind.INTERPOLATION, token);
        }
      }
      case SEMICOLON -> endBinding(token.end());
      case KEYWORD -> keyword(token);
      case WHITESPACE,
          COMMENT,
          IDENTIFIER,
          NUMBER,
          PATH,
          SEARCH_PATH,
          URI,
          STRING_OPEN,
          STRING_TEXT,
          STRING_ESCAPE,
          STRING_CLOSE,
          INDENTED_OPEN,
          INDENTED_CLOSE,
          DOT,
          EQUALS,
          COLON,
          COMMA,
          AT,
          QUESTION,
          ELLIPSIS,
          OPERATOR,
          UNKNOWN -> {}
    }
  }

  /** Whether what follows a token is the string's own, not an interpolation's. */
  private boolean isInString(int index) {
    return tokens.is(index, TokenKind.STRING_OPEN)
        || tokens.is(index, TokenKind.STRING_TEXT)
        || tokens.is(index, TokenKind.STRING_ESCAPE)
        || tokens.is(index, TokenKind.INTERPOLATION_CLOSE);
  }

  private void keyword(Token token) {
    switch (tokens.text(token)) {
      case "let" -> push(Kind.LET);
      case "in" -> close(Kind.LET, token);
      case "inherit" -> inherit();
      default -> {}
    }
  }

  private static boolean beginsBinding(Token token) {
    return switch (token.kind()) {
      case IDENTIFIER, STRING_OPEN, INTERPOLATION_OPEN -> true;
      default -> false;
    };
  }

  /**
   * Goes behind {@code a."b".${c} =}, if it stands here, or behind a path that is no binding.
   *
   * @return whether it went on
   */
  private boolean binding() {
    var path = AttrPaths.forward(tokens, index);
    int next = tokens.skipTrivia(path.next());
    if (next >= tokens.size() || tokens.get(next).kind() != TokenKind.EQUALS) {
      // What is in an interpolation has bindings of its own.
      boolean plain = path.names().stream().allMatch(AttrName.Static.class::isInstance);
      index = plain ? path.next() : index;
      return plain;
    }
    var top = top();
    endBinding(path.names().getFirst().start());
    top.open = new OpenBinding(path.names(), tokens.get(next).end());
    index = next + 1;
    return true;
  }

  /** Reads {@code inherit (x) a b;} up to its semicolon. */
  private void inherit() {
    var top = top();
    if (!top.binds() || top.open != null) {
      return;
    }
    int depth = 0;
    while (index < tokens.size()) {
      var token = tokens.get(index);
      switch (token.kind()) {
        case PARENTHESIS_OPEN -> depth++;
        case PARENTHESIS_CLOSE -> depth--;
        case IDENTIFIER -> {
          if (depth == 0) {
            var name = new AttrName.Static(tokens.text(token), token.start(), token.end(), false);
            top.children.add(
                new Binding(
                    List.of(name),
                    top.kind == Kind.LET,
                    true,
                    token.end(),
                    token.end(),
                    List.of()));
          }
        }
        case SEMICOLON, BRACE_CLOSE, EQUALS -> {
          return;
        }
        default -> {}
      }
      index++;
    }
  }

  private void push(Kind kind) {
    var open = top().open;
    frames.push(new Frame(kind, open == null ? top().children : open.children));
  }

  /** Closes the nearest bracket of a kind; does nothing if an outer bracket is in between. */
  private void close(Kind kind, Token token) {
    boolean found = false;
    for (var frame : frames) {
      if (frame.kind == kind) {
        found = true;
        break;
      }
      // `in` belongs to a `let` inside the same brackets; a bracket may close what was left open in
      // it.
      if (kind == Kind.LET) {
        return;
      }
    }
    if (!found) {
      return;
    }
    while (top().kind != kind) {
      pop(token.start());
    }
    pop(token.start());
  }

  private void pop(int end) {
    endBinding(end);
    frames.pop();
  }

  private void endBinding(int end) {
    var top = top();
    var open = top.open;
    if (open != null) {
      top.children.add(
          new Binding(open.path, top.kind == Kind.LET, false, open.valueStart, end, open.children));
      top.open = null;
    }
  }
}
