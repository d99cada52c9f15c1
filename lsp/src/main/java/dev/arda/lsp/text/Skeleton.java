package dev.arda.lsp.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
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

  /** What is nested deeper than anybody writes is not looked into. */
  private static final int DEEPEST = 300;

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

    /** How many semicolons in it belong to a {@code with} or an {@code assert}. */
    private int awaited;

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

  /** How many bindings are around this place. */
  private int depth;

  /** Whether the text ends in the parentheses of an {@code inherit}. */
  private boolean inSource;

  /** Whether a bracket was closed that was opened before the place where reading began. */
  private boolean isOutside;

  private Skeleton(Tokens tokens) {
    this(tokens, 0);
  }

  private Skeleton(Tokens tokens, int index) {
    this.tokens = tokens;
    this.index = index;
    frames.push(new Frame(Kind.FILE, roots));
  }

  /** Reads the bindings of a whole text, outermost first. */
  static List<Binding> of(Tokens tokens) {
    return new Skeleton(tokens).read();
  }

  /**
   * The bindings that are open at the end of a text, outermost first; and whether a name of a
   * binding is expected there.
   */
  static Position at(Tokens prefix) {
    var skeleton = new Skeleton(prefix);
    skeleton.walk();
    return skeleton.position(List.of());
  }

  /**
   * The same, read from inside a binding on.
   *
   * @param around the bindings that are known to be around that place, outermost first
   * @param from offset from which to read: the beginning of the innermost one's value, or the end
   *     of a binding in it
   * @param sibling that binding
   * @return empty if it cannot be told from there: a bracket is closed that was opened before
   */
  static Optional<Position> at(
      Tokens prefix, List<Binding> around, int from, Optional<Binding> sibling) {
    var skeleton = new Skeleton(prefix, prefix.indexAt(from));
    if (!around.isEmpty()) {
      skeleton.enter(around.getLast());
    }
    if (sibling.isPresent()) {
      skeleton.push(sibling.get().local() ? Kind.LET : Kind.SET);
    }
    int least = skeleton.frames.size();
    while (skeleton.index < prefix.size()) {
      skeleton.step();
      if (skeleton.isOutside || skeleton.frames.size() < least) {
        return Optional.empty();
      }
    }
    var known = around.isEmpty() ? around : around.subList(0, around.size() - 1);
    return Optional.of(
        skeleton.position(
            known.stream().map(one -> new Enclosing(one.path(), one.local())).toList()));
  }

  private Position position(List<Enclosing> known) {
    var open = new ArrayList<>(known);
    frames
        .descendingIterator()
        .forEachRemaining(frame -> {
          var binding = frame.open;
          if (binding != null) {
            open.add(new Enclosing(binding.path, frame.kind == Kind.LET));
          }
        });
    return new Position(open, top().binds() && top().open == null && !inSource);
  }

  /**
   * Reads a binding's value anew, which was edited.
   *
   * @param tokens those of the text now
   * @param binding as it was
   * @param end offset of its end now, if it still is one binding
   * @param depth how many bindings are around it
   * @return empty if it does not end there any more
   */
  static Optional<Binding> again(Tokens tokens, Binding binding, int end, int depth) {
    int first = tokens.indexAt(binding.valueStart());
    if (!tokens.is(first - 1, TokenKind.EQUALS) || tokens.start(first) != binding.valueStart()) {
      return Optional.empty();
    }
    var skeleton = new Skeleton(tokens, first);
    skeleton.depth = depth;
    var frame = skeleton.enter(binding);
    var open = frame.open;
    while (skeleton.index < tokens.size() && frame.open == open && !skeleton.isOutside) {
      skeleton.step();
    }
    boolean ended =
        !skeleton.isOutside
            && frame.open == null
            && tokens.is(skeleton.index - 1, TokenKind.SEMICOLON)
            && tokens.end(skeleton.index - 1) == end;
    return ended ? Optional.of(frame.children.getLast()) : Optional.empty();
  }

  /** Begins inside a binding whose set or {@code let} is the outermost bracket that is known. */
  private Frame enter(Binding binding) {
    frames.clear();
    var frame = new Frame(binding.local() ? Kind.LET : Kind.SET, new ArrayList<>());
    frame.open = new OpenBinding(binding.path(), binding.valueStart());
    frames.push(frame);
    depth++;
    return frame;
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
      step();
    }
  }

  private Frame top() {
    return frames.element();
  }

  private void step() {
    var kind = tokens.kind(index);
    if (top().binds() && beginsBinding(kind) && binding()) {
      return;
    }
    int token = index++;
    switch (kind) {
      case BRACE_OPEN -> push(Kind.SET);
      case BRACKET_OPEN -> push(Kind.BRACKET);
      case PARENTHESIS_OPEN -> push(Kind.PARENTHESIS);
      case INTERPOLATION_OPEN -> push(Kind.INTERPOLATION);
      case BRACE_CLOSE -> close(Kind.SET, token);
      case BRACKET_CLOSE -> close(Kind.BRACKET, token);
      case PARENTHESIS_CLOSE -> close(Kind.PARENTHESIS, token);
      case INTERPOLATION_CLOSE -> close(Kind.INTERPOLATION, token);
      case STRING_BREAK -> {
        if (!tokens.continuesString(token - 1)) {
          close(Kind.INTERPOLATION, token);
        }
      }
      case SEMICOLON -> {
        var top = top();
        if (top.awaited > 0) {
          top.awaited--;
        } else {
          endBinding(tokens.end(token));
        }
      }
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

  private void keyword(int token) {
    switch (tokens.text(token)) {
      case "let" -> push(Kind.LET);
      case "in" -> close(Kind.LET, token);
      case "inherit" -> inherit();
      case "with", "assert" -> top().awaited++;
      default -> {}
    }
  }

  private static boolean beginsBinding(TokenKind kind) {
    return switch (kind) {
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
    if (next >= tokens.size() || tokens.kind(next) != TokenKind.EQUALS) {
      // What is in an interpolation has bindings of its own.
      boolean plain = path.names().stream().allMatch(AttrName.Static.class::isInstance);
      index = plain ? path.next() : index;
      return plain;
    }
    var top = top();
    endBinding(path.names().getFirst().start());
    top.awaited = 0;
    top.open = new OpenBinding(path.names(), tokens.end(next));
    depth++;
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
      switch (tokens.kind(index)) {
        case PARENTHESIS_OPEN -> depth++;
        case PARENTHESIS_CLOSE -> depth--;
        case IDENTIFIER -> {
          if (depth == 0) {
            int end = tokens.end(index);
            var name = new AttrName.Static(tokens.text(index), tokens.start(index), end, false);
            top.children.add(
                new Binding(List.of(name), top.kind == Kind.LET, true, end, end, List.of()));
          }
        }
        case SEMICOLON, BRACE_CLOSE, EQUALS -> {
          return;
        }
        default -> {}
      }
      index++;
    }
    inSource = depth > 0;
  }

  private void push(Kind kind) {
    var open = top().open;
    frames.push(new Frame(kind, open == null ? top().children : open.children));
  }

  /** Closes the nearest bracket of a kind; does nothing if an outer bracket is in between. */
  private void close(Kind kind, int token) {
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
      isOutside = true;
      return;
    }
    while (top().kind != kind) {
      pop(tokens.start(token));
    }
    if (frames.size() == 1) {
      isOutside = true;
      return;
    }
    pop(tokens.start(token));
  }

  private void pop(int end) {
    endBinding(end);
    frames.pop();
  }

  private void endBinding(int end) {
    var top = top();
    var open = top.open;
    if (open != null) {
      if (depth <= DEEPEST) {
        top.children.add(
            new Binding(
                open.path, top.kind == Kind.LET, false, open.valueStart, end, open.children));
      }
      depth--;
      top.open = null;
    }
  }
}
