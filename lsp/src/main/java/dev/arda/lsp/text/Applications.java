package dev.arda.lsp.text;

import dev.arda.lsp.text.Scopes.Lambda;
import dev.arda.lsp.text.Scopes.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What functions in a text are applied to by those of Nix and of nixpkgs' library that go through a
 * list or a set.
 *
 * @param tokens of the text
 */
record Applications(Tokens tokens) {

  /** Functions that give another a name and a value of a set. */
  private static final Set<String> OVER_SETS =
      Set.of("mapAttrs", "mapAttrs'", "mapAttrsToList", "filterAttrs", "concatMapAttrs");

  /** Functions that give another the elements of a list. */
  private static final Set<String> OVER_LISTS = Set.of("map", "concatMap", "filter", "all", "any");

  /** Functions that are given a list first. */
  private static final Set<String> OF_LISTS = Set.of("genAttrs", "forEach");

  /** A list is looked through so far for its beginning. */
  private static final int MOST_ELEMENTS = 5_000;

  /** The path of what a function's argument is one of, with what only an evaluation knows. */
  Optional<List<AttrName>> element(Scope scope) {
    var outer = scope;
    int argument = 0;
    while (true) {
      var around = outer.parent;
      if (around == null || !isBody(around, outer)) {
        break;
      }
      outer = around;
      argument++;
    }
    var call = call(outer);
    if (call.isEmpty()) {
      return Optional.empty();
    }
    var set =
        OVER_SETS.contains(call.get().function()) && argument == 1
            ? AttrPaths.value(tokens, call.get().next())
            : OVER_LISTS.contains(call.get().function()) && argument == 0
                ? valuesOf(call.get().next())
                : new AttrPaths.Forward(List.of(), 0);
    if (set.names().isEmpty()) {
      return Optional.empty();
    }
    var names = new ArrayList<>(set.names());
    int end = names.getLast().end();
    names.add(new AttrName.Dynamic(end, end));
    return Optional.of(names);
  }

  /** Whether a function is the whole body of another. */
  private boolean isBody(Scope outer, Scope inner) {
    var around = outer.lambda;
    var body = inner.lambda;
    return around != null && body != null && tokens.skipTrivia(around.colon() + 1) == body.first();
  }

  /**
   * A function in parentheses that another is given.
   *
   * @param function the last name of the other
   * @param next index of the token behind the parentheses
   */
  private record Call(String function, int next) {}

  private Optional<Call> call(Scope scope) {
    var lambda = scope.lambda;
    int close = tokens.indexAt(scope.end);
    int open = lambda == null ? -1 : tokens.skipTriviaBack(lambda.first() - 1);
    if (!tokens.is(open, TokenKind.PARENTHESIS_OPEN)
        || !tokens.is(close, TokenKind.PARENTHESIS_CLOSE)) {
      return Optional.empty();
    }
    return function(open - 1).map(name -> new Call(name, tokens.skipTrivia(close + 1)));
  }

  private Optional<String> function(int last) {
    var path = AttrPaths.endingWith(tokens, tokens.skipTriviaBack(last)).names();
    return !path.isEmpty() && path.getLast() instanceof AttrName.Static name
        ? Optional.of(name.name())
        : Optional.empty();
  }

  /** The set of {@code (attrValues set)}. */
  private AttrPaths.Forward valuesOf(int open) {
    var nothing = new AttrPaths.Forward(List.of(), open);
    if (!tokens.is(open, TokenKind.PARENTHESIS_OPEN)) {
      return nothing;
    }
    var function = AttrPaths.value(tokens, tokens.skipTrivia(open + 1));
    boolean values =
        !function.names().isEmpty()
            && function.names().getLast() instanceof AttrName.Static name
            && name.name().equals("attrValues");
    var set = AttrPaths.value(tokens, tokens.skipTrivia(function.next()));
    return values && tokens.is(tokens.skipTrivia(set.next()), TokenKind.PARENTHESIS_CLOSE)
        ? set
        : nothing;
  }

  /**
   * What a function that goes through a list selects by its elements.
   *
   * @param offset in a string of the list
   * @param scopes the innermost scope at a place
   */
  Optional<List<AttrName>> overList(int offset, IntFunction<@Nullable Scope> scopes) {
    int open = listAround(offset);
    if (open < 0) {
      return Optional.empty();
    }
    int previous = tokens.skipTriviaBack(open - 1);
    if (tokens.is(previous, TokenKind.PARENTHESIS_CLOSE)) {
      var scope = scopes.apply(tokens.start(previous));
      while (scope != null && scope.parent != null && scope.parent.end == scope.end) {
        scope = scope.parent;
      }
      return scope != null
              && scope.end == tokens.start(previous)
              && call(scope).filter(call -> OVER_LISTS.contains(call.function())).isPresent()
          ? selection(scope)
          : Optional.empty();
    }
    if (function(previous).filter(OF_LISTS::contains).isEmpty()) {
      return Optional.empty();
    }
    int close = behindList(open);
    int parenthesis = tokens.skipTrivia(close + 1);
    int lambda = tokens.skipTrivia(parenthesis + 1);
    int colon = tokens.skipTrivia(lambda + 1);
    return tokens.is(close, TokenKind.BRACKET_CLOSE)
            && tokens.is(parenthesis, TokenKind.PARENTHESIS_OPEN)
            && tokens.is(colon, TokenKind.COLON)
        ? selection(scopes.apply(tokens.end(colon)))
        : Optional.empty();
  }

  /**
   * The set that a string names an attribute of to a function that reads or takes it: {@code
   * getAttr "|" set}, {@code removeAttrs set [ "|" ]}, {@code elem "|" (attrNames set)}.
   *
   * @param offset of the string
   */
  Optional<List<AttrName>> readFrom(int offset) {
    int first = openingBefore(tokens.indexAt(offset));
    if (first < 0) {
      return Optional.empty();
    }
    int previous = tokens.skipTriviaBack(first - 1);
    var function = function(previous).orElse("");
    int next = tokens.skipTrivia(tokens.behindClosing(first));
    if (function.equals("getAttr") || function.equals("hasAttr")) {
      return whole(next);
    }
    if (function.equals("elem")) {
      return names(next);
    }
    int list = listAround(offset);
    var terms = new Terms(tokens);
    int set = list < 0 ? Terms.NONE : terms.start(tokens.skipTriviaBack(list - 1));
    return set != Terms.NONE && function(set - 1).filter("removeAttrs"::equals).isPresent()
        ? whole(set)
        : Optional.empty();
  }

  /** The path that a term is. */
  private Optional<List<AttrName>> whole(int first) {
    var path = AttrPaths.value(tokens, first);
    return !path.names().isEmpty() && path.next() == new Terms(tokens).end(first)
        ? Optional.of(path.names())
        : Optional.empty();
  }

  /** The set of {@code (attrNames set)}. */
  private Optional<List<AttrName>> names(int open) {
    var function = AttrPaths.value(tokens, tokens.skipTrivia(open + 1));
    return tokens.is(open, TokenKind.PARENTHESIS_OPEN)
            && !function.names().isEmpty()
            && function.names().getLast() instanceof AttrName.Static name
            && name.name().equals("attrNames")
        ? whole(tokens.skipTrivia(function.next()))
        : Optional.empty();
  }

  /** Index of the bracket that opens the list of names that a string is in; -1: it is in none. */
  private int listAround(int offset) {
    int at = openingBefore(tokens.indexAt(offset)) - 1;
    for (int i = 0; i < MOST_ELEMENTS; i++) {
      at = tokens.skipTriviaBack(at);
      if (tokens.is(at, TokenKind.BRACKET_OPEN)) {
        return at;
      }
      if (!tokens.is(at, TokenKind.STRING_CLOSE) && !tokens.is(at, TokenKind.INDENTED_CLOSE)) {
        return -1;
      }
      at = tokens.openingOf(at) - 1;
    }
    return -1;
  }

  /** Index of the token that opens the string that a token is in. */
  private int openingBefore(int index) {
    int at = index;
    while (tokens.is(at, TokenKind.STRING_CLOSE)
        || tokens.is(at, TokenKind.INDENTED_CLOSE)
        || tokens.is(at, TokenKind.STRING_TEXT)
        || tokens.is(at, TokenKind.STRING_ESCAPE)) {
      at--;
    }
    return opensString(at) ? at : -1;
  }

  private boolean opensString(int index) {
    return tokens.is(index, TokenKind.STRING_OPEN) || tokens.is(index, TokenKind.INDENTED_OPEN);
  }

  private int behindList(int open) {
    int at = tokens.skipTrivia(open + 1);
    while (opensString(at)) {
      at = tokens.skipTrivia(tokens.behindClosing(at));
    }
    return at;
  }

  /** The first path in a function's body of which its argument selects. */
  private Optional<List<AttrName>> selection(@Nullable Scope scope) {
    Lambda lambda = scope == null ? null : scope.lambda;
    if (scope == null || lambda == null || lambda.isPattern()) {
      return Optional.empty();
    }
    for (int i = lambda.colon(); i < tokens.size() && tokens.start(i) < scope.end; i++) {
      int name = tokens.skipTrivia(i + 1);
      int dot = tokens.skipTriviaBack(i - 1);
      if (tokens.is(i, TokenKind.INTERPOLATION_OPEN)
          && tokens.is(dot, TokenKind.DOT)
          && tokens.is(name, TokenKind.IDENTIFIER)
          && lambda.whole().equals(tokens.text(name))
          && tokens.is(tokens.skipTrivia(name + 1), TokenKind.INTERPOLATION_CLOSE)) {
        var path = AttrPaths.before(tokens, dot).names();
        if (!path.isEmpty()) {
          return Optional.of(path);
        }
      }
    }
    return Optional.empty();
  }
}
