package dev.arda.lsp.text;

import dev.arda.lsp.text.Scopes.Entry;
import dev.arda.lsp.text.Scopes.Lambda;
import dev.arda.lsp.text.Scopes.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the scopes of a text by its brackets, keywords, colons and semicolons. Like {@link
 * Skeleton} it cannot fail: what does not match is passed over.
 */
final class ScopeReader {

  private enum Kind {
    FILE,
    SET,
    LIST,
    PARENTHESIS,
    INTERPOLATION,
    LET,
    BINDING,
    INHERIT,
    WITH,
    ASSERT,
    IF,
    BODY;

    /** Whether only a token that closes it ends it. */
    private boolean isBracket() {
      return this == FILE
          || this == SET
          || this == LIST
          || this == PARENTHESIS
          || this == INTERPOLATION;
    }
  }

  /** What has not ended. */
  private static final class Frame {
    private final Kind kind;
    private final int token;

    /** The innermost scope in it. */
    private final @Nullable Scope scope;

    /** Whether that scope ends with it. */
    private final boolean owns;

    /** Of a set that may turn out to be a function's arguments: their names. */
    private final List<String> names = new ArrayList<>();

    /** Of an {@code inherit}: the parenthesis that opens what is inherited from. */
    private int source = -1;

    /** Of an {@code inherit}: the scope whose names it makes. */
    private @Nullable Scope into;

    private Frame(Kind kind, int token, @Nullable Scope scope, boolean owns) {
      this.kind = kind;
      this.token = token;
      this.scope = scope;
      this.owns = owns;
    }
  }

  private final Tokens tokens;
  private final List<Scope> scopes = new ArrayList<>();
  private final Deque<Frame> frames = new ArrayDeque<>();

  /** How many brackets of a kind are open. */
  private final Map<Kind, Integer> open = new EnumMap<>(Kind.class);

  /** The braces that were closed last, and where. */
  private @Nullable Frame set;

  private int setEnd = -1;

  private ScopeReader(Tokens tokens) {
    this.tokens = tokens;
    push(Kind.FILE, -1);
  }

  /** Those of a text, by where they start. */
  static List<Scope> read(Tokens tokens) {
    var reader = new ScopeReader(tokens);
    int previous = -1;
    for (int i = 0; i < tokens.size(); i++) {
      if (!tokens.kind(i).isTrivia()) {
        reader.step(i, previous);
        previous = i;
      }
    }
    return reader.scopes;
  }

  private void step(int token, int previous) {
    switch (tokens.kind(token)) {
      case BRACE_OPEN -> {
        if (isKeyword(previous, "rec")) {
          own(Kind.SET, token, null, -1);
        } else {
          push(Kind.SET, token);
        }
      }
      case BRACKET_OPEN -> push(Kind.LIST, token);
      case PARENTHESIS_OPEN -> push(Kind.PARENTHESIS, token);
      case INTERPOLATION_OPEN -> push(Kind.INTERPOLATION, token);
      case BRACE_CLOSE -> {
        var closed = close(Kind.SET, token);
        set = closed;
        setEnd = token;
      }
      case BRACKET_CLOSE -> close(Kind.LIST, token);
      case PARENTHESIS_CLOSE -> {
        var closed = close(Kind.PARENTHESIS, token);
        if (closed != null && top().kind == Kind.INHERIT) {
          top().source = closed.token;
        }
      }
      case INTERPOLATION_CLOSE -> close(Kind.INTERPOLATION, token);
      case STRING_BREAK -> {
        if (!tokens.continuesString(token - 1)) {
          close(Kind.INTERPOLATION, token);
        }
      }
      case SEMICOLON -> semicolon(token);
      case EQUALS -> binding(token, previous);
      case COLON -> lambda(token, previous);
      case COMMA -> popTo(Kind.SET, token);
      case KEYWORD -> keyword(token);
      case IDENTIFIER -> name(token, previous);
      case WHITESPACE,
          COMMENT,
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
          AT,
          QUESTION,
          ELLIPSIS,
          OPERATOR,
          UNKNOWN -> {}
    }
  }

  private boolean isKeyword(int token, String word) {
    return tokens.is(token, TokenKind.KEYWORD) && tokens.text(token).equals(word);
  }

  private Frame top() {
    return frames.element();
  }

  private void push(Kind kind, int token) {
    var around = frames.peek();
    push(new Frame(kind, token, around == null ? null : around.scope, false));
  }

  private void push(Frame frame) {
    frames.push(frame);
    if (frame.kind.isBracket()) {
      open.merge(frame.kind, 1, Integer::sum);
    }
  }

  /** Begins something that has a scope of its own, from behind a token on. */
  private void own(Kind kind, int token, @Nullable Lambda lambda, int with) {
    var scope = new Scope(top().scope, tokens.end(token), lambda, with);
    scopes.add(scope);
    push(new Frame(kind, token, scope, true));
  }

  private Frame pop(int token) {
    var frame = frames.pop();
    if (frame.kind.isBracket()) {
      open.merge(frame.kind, -1, Integer::sum);
    }
    var scope = frame.scope;
    if (frame.owns && scope != null) {
      scope.end = tokens.start(token);
    }
    return frame;
  }

  /** Closes the nearest bracket of a kind; does nothing if there is none. */
  private @Nullable Frame close(Kind kind, int token) {
    if (open.getOrDefault(kind, 0) == 0) {
      return null;
    }
    var closed = pop(token);
    while (closed.kind != kind) {
      closed = pop(token);
    }
    return closed;
  }

  /** Ends what is open inside the nearest bracket or {@code let}, if that is of a kind. */
  private boolean popTo(Kind kind, int token) {
    for (var frame : frames) {
      if (frame.kind == kind) {
        while (top() != frame) {
          pop(token);
        }
        return true;
      }
      if (frame.kind.isBracket() || frame.kind == Kind.LET) {
        return false;
      }
    }
    return false;
  }

  private void semicolon(int token) {
    while (!top().kind.isBracket() && top().kind != Kind.LET) {
      var ended = pop(token);
      switch (ended.kind) {
        case WITH -> {
          own(Kind.BODY, token, null, ended.token + 1);
          return;
        }
        case BINDING, INHERIT, ASSERT -> {
          return;
        }
        case FILE, SET, LIST, PARENTHESIS, INTERPOLATION, LET, IF, BODY -> {}
      }
    }
  }

  private void binding(int token, int previous) {
    if (!popTo(Kind.LET, token) && !popTo(Kind.SET, token)) {
      return;
    }
    var around = top();
    var scope = around.scope;
    if (around.owns && scope != null) {
      var path = AttrPaths.endingWith(tokens, previous).names();
      if (!path.isEmpty() && path.getFirst() instanceof AttrName.Static first) {
        enter(scope, first.name(), new Entry(path, token + 1));
      }
    }
    push(Kind.BINDING, token);
  }

  private static void enter(Scope scope, String name, Entry entry) {
    scope.entries.computeIfAbsent(name, key -> new ArrayList<>(1)).add(entry);
  }

  private void name(int token, int previous) {
    var around = top();
    if (around.kind == Kind.SET
        && (previous == around.token || tokens.is(previous, TokenKind.COMMA))) {
      around.names.add(tokens.text(token));
    } else if (around.kind == Kind.INHERIT) {
      var scope = around.into;
      if (scope != null) {
        enter(scope, tokens.text(token), new Entry(List.of(), around.source));
      }
    }
  }

  private void lambda(int token, int previous) {
    var closed = set;
    Lambda lambda;
    if (previous == setEnd && closed != null) {
      int at = tokens.skipTriviaBack(closed.token - 1);
      int name = tokens.skipTriviaBack(at - 1);
      boolean named = tokens.is(at, TokenKind.AT) && tokens.is(name, TokenKind.IDENTIFIER);
      lambda =
          new Lambda(
              named ? name : closed.token, token, closed.names, named ? tokens.text(name) : "");
    } else if (tokens.is(previous, TokenKind.IDENTIFIER)) {
      var name = tokens.text(previous);
      int at = tokens.skipTriviaBack(previous - 1);
      lambda =
          closed != null && tokens.is(at, TokenKind.AT) && tokens.skipTriviaBack(at - 1) == setEnd
              ? new Lambda(closed.token, token, closed.names, name)
              : new Lambda(previous, token, List.of(name), name);
    } else {
      lambda = new Lambda(token, token, List.of(), "");
    }
    own(Kind.BODY, token, lambda, -1);
  }

  private void keyword(int token) {
    switch (tokens.text(token)) {
      case "let" -> own(Kind.LET, token, null, -1);
      case "in" -> {
        if (popTo(Kind.LET, token)) {
          var let = frames.pop();
          frames.push(new Frame(Kind.BODY, let.token, let.scope, true));
        }
      }
      case "with" -> push(Kind.WITH, token);
      case "assert" -> push(Kind.ASSERT, token);
      case "if" -> push(Kind.IF, token);
      case "then" -> popTo(Kind.IF, token);
      case "else" -> {
        if (popTo(Kind.IF, token)) {
          pop(token);
        }
      }
      case "inherit" -> {
        if (popTo(Kind.LET, token) || popTo(Kind.SET, token)) {
          var around = top();
          push(Kind.INHERIT, token);
          top().into = around.owns ? around.scope : null;
        }
      }
      default -> {}
    }
  }
}
