package dev.arda.lsp.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which names of a text stand for which paths: those of a {@code let}, of a recursive set, of a
 * function's arguments and of a {@code with} (the Nix manual, "Scoping rules"). Immutable.
 */
final class Scopes {

  /** A name may stand for another so often. */
  private static final int MOST_STEPS = 16;

  /**
   * A name of a {@code let} or a recursive set.
   *
   * @param left the left side of its binding; empty: it is inherited
   * @param value index of the token behind the {@code =}, or of the parenthesis that opens what it
   *     is inherited from; -1: it is inherited from the scope around
   */
  record Entry(List<AttrName> left, int value) {}

  /** A part of the text in which names mean something. */
  static final class Scope {
    final @Nullable Scope parent;
    final int start;
    int end = Integer.MAX_VALUE;

    /** Of a {@code let} or a recursive set. */
    final Map<String, List<Entry>> entries = new HashMap<>();

    /** The function that this is the body of. */
    final @Nullable Lambda lambda;

    /** Index of the token behind the {@code with} that this is the body of; -1: it is none. */
    final int with;

    Scope(@Nullable Scope parent, int start, @Nullable Lambda lambda, int with) {
      this.parent = parent;
      this.start = start;
      this.lambda = lambda;
      this.with = with;
    }
  }

  /**
   * A function.
   *
   * @param first index of its first token
   * @param colon index of the one in front of its body
   * @param names its arguments
   * @param whole the name of its argument as a whole; empty: it has none
   */
  record Lambda(int first, int colon, List<String> names, String whole) {
    boolean isPattern() {
      return whole.isEmpty() || !names.equals(List.of(whole));
    }
  }

  private final Tokens tokens;
  private final List<Scope> scopes;

  private Scopes(Tokens tokens, List<Scope> scopes) {
    this.tokens = tokens;
    this.scopes = scopes;
  }

  /** Finds those of a text. */
  static Scopes of(Tokens tokens) {
    return new Scopes(tokens, ScopeReader.read(tokens));
  }

  /** The innermost scope at a place. */
  private @Nullable Scope at(int offset) {
    int low = 0;
    int high = scopes.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (scopes.get(middle).start <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    var found = low == 0 ? null : scopes.get(low - 1);
    while (found != null && found.end < offset) {
      found = found.parent;
    }
    return found;
  }

  Meaning meaning(List<AttrName> path) {
    var now = path;
    var scope = at(path.getFirst().start());
    boolean inherited = false;
    for (int step = 0; step < MOST_STEPS; step++) {
      if (!(now.getFirst() instanceof AttrName.Static first) || first.quoted()) {
        return new Meaning(List.of(), true, false, List.of());
      }
      while (scope != null && !binds(scope, first.name())) {
        scope = scope.parent;
      }
      if (scope == null) {
        return new Meaning(now, false, inherited, now);
      }
      var lambda = scope.lambda;
      if (lambda != null) {
        var argument = argument(scope, lambda, now);
        if (argument.isEmpty()) {
          return new Meaning(now, true, inherited, now);
        }
        now = argument.get();
        scope = at(now.getFirst().start());
        continue;
      }
      var entry = entry(scope, first.name(), now);
      if (entry.value() < 0) {
        scope = scope.parent;
        continue;
      }
      inherited |= step == 0 && entry.left().isEmpty();
      var origin = now;
      now = bound(entry, now);
      if (now.isEmpty()) {
        return new Meaning(List.of(), true, false, origin);
      }
      scope = at(now.getFirst().start());
    }
    return new Meaning(List.of(), true, false, List.of());
  }

  private static boolean binds(Scope scope, String name) {
    var lambda = scope.lambda;
    return lambda == null
        ? scope.entries.containsKey(name)
        : lambda.names().contains(name) || lambda.whole().equals(name);
  }

  /** The entry that says most of a path; the first if none says all that is wanted. */
  private static Entry entry(Scope scope, String name, List<AttrName> path) {
    var entries = scope.entries.getOrDefault(name, List.of());
    for (var entry : entries) {
      if (begins(entry.left(), path)) {
        return entry;
      }
    }
    return entries.getFirst();
  }

  private static boolean begins(List<AttrName> left, List<AttrName> path) {
    for (int i = 0; i < left.size(); i++) {
      if (i >= path.size()
          || !(left.get(i) instanceof AttrName.Static one)
          || !(path.get(i) instanceof AttrName.Static other)
          || !one.name().equals(other.name())) {
        return false;
      }
    }
    return true;
  }

  /** A path with what an entry says in the place of its first names; empty if that is no path. */
  private List<AttrName> bound(Entry entry, List<AttrName> path) {
    var left = entry.left();
    var value = value(entry.value());
    int behind = tokens.skipTrivia(value.next());
    boolean whole = left.isEmpty() || tokens.is(behind, TokenKind.SEMICOLON);
    return whole && begins(left, path)
        ? joined(value.names(), path.subList(left.size(), path.size()))
        : List.of();
  }

  private AttrPaths.Forward value(int index) {
    return AttrPaths.value(tokens, tokens.skipTrivia(index));
  }

  private static List<AttrName> joined(List<AttrName> source, List<AttrName> rest) {
    if (source.isEmpty()) {
      return List.of();
    }
    var result = new ArrayList<>(source);
    result.addAll(rest);
    return result;
  }

  /** What a function's argument is, if the text says so; empty: that is all there is to say. */
  private Optional<List<AttrName>> argument(Scope scope, Lambda lambda, List<AttrName> path) {
    var first = ((AttrName.Static) path.getFirst()).name();
    if (lambda.isPattern()) {
      // `args@{ self, ... }: args.self` is `self`.
      return lambda.whole().equals(first)
              && path.size() > 1
              && path.get(1) instanceof AttrName.Static second
              && lambda.names().contains(second.name())
          ? Optional.of(path.subList(1, path.size()))
          : Optional.empty();
    }
    return new Applications(tokens)
        .element(scope)
        .map(set -> joined(set, path.subList(1, path.size())));
  }

  List<List<AttrName>> withs(int offset) {
    var result = new ArrayList<List<AttrName>>();
    for (var scope = at(offset); scope != null; scope = scope.parent) {
      if (scope.with >= 0) {
        var set = value(scope.with);
        boolean whole = tokens.is(tokens.skipTrivia(set.next()), TokenKind.SEMICOLON);
        var path = whole ? meaning(set) : List.<AttrName>of();
        if (!path.isEmpty()) {
          result.add(path);
        }
      }
    }
    return result;
  }

  /** The paths of those sets as they are written; an empty one where a set has none. */
  List<List<AttrName>> withSets(int offset) {
    var result = new ArrayList<List<AttrName>>();
    for (var scope = at(offset); scope != null; scope = scope.parent) {
      if (scope.with >= 0) {
        var set = value(scope.with);
        boolean whole = tokens.is(tokens.skipTrivia(set.next()), TokenKind.SEMICOLON);
        result.add(whole ? set.names() : List.of());
      }
    }
    return result;
  }

  private List<AttrName> meaning(AttrPaths.Forward value) {
    return value.names().isEmpty() ? List.of() : meaning(value.names()).path();
  }

  /** The path, as it is written, of the set of which a string names an attribute. */
  Optional<List<AttrName>> namedIn(int offset) {
    var applications = new Applications(tokens);
    return applications.readFrom(offset).or(() -> applications.overList(offset, this::at));
  }

  Optional<List<AttrName>> selectedFrom(int offset) {
    return new Applications(tokens)
        .overList(offset, this::at)
        .map(path -> meaning(path).path())
        .filter(path -> !path.isEmpty());
  }
}
