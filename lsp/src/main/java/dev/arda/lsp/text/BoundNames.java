package dev.arda.lsp.text;

import dev.arda.lsp.text.CursorContext.PathAtCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the names that are bound already in the set that a key is written in, however that is
 * written: {@code a = { x = 1; | }}, {@code a.x = 1; a.|}, {@code a = { x = 1; }; a.|}. Nix takes
 * none of them a second time.
 */
public final class BoundNames {

  private final NixText text;
  private final Tokens tokens;
  private final Set<String> result = new TreeSet<>();

  private BoundNames(NixText text) {
    this.text = text;
    this.tokens = text.cut();
  }

  /**
   * Those names.
   *
   * @param key what is being written; a name that only it has is none of them
   */
  public static Set<String> beside(NixText text, PathAtCursor key) {
    var names = new BoundNames(text);
    names.collect(
        key.parents(), key.parents().isEmpty() ? key.start() : key.parents().getFirst().start());
    return names.result;
  }

  /**
   * Goes from a set outwards, as long as it is all of what a binding around it is bound to.
   *
   * @param path from the set that is looked into to the one of the key
   * @param own where the binding begins that leads there
   */
  private void collect(List<AttrName> path, int own) {
    var brackets = new Brackets(tokens);
    var below = List.copyOf(path);
    int place = own;
    while (true) {
      int brace = brackets.around(tokens.indexAt(place));
      var around = text.around(place);
      int from = brace < 0 ? -1 : tokens.start(brace);
      int closing = brace < 0 ? tokens.size() : brackets.closing(brace);
      int to = closing < tokens.size() ? tokens.start(closing) : Integer.MAX_VALUE;
      for (var one : around.map(Binding::children).orElseGet(text::bindings)) {
        if (from < one.start() && one.start() < to && one.start() != place) {
          add(one, below);
        }
      }
      if (brace < 0 || around.isEmpty() || !text.begins(around.get().valueStart(), from)) {
        return;
      }
      var whole = new ArrayList<>(around.get().path());
      whole.addAll(below);
      below = whole;
      place = around.get().start();
    }
  }

  /** Adds what a binding says of the set that a path leads to. */
  private void add(Binding binding, List<AttrName> path) {
    var names = binding.path();
    for (int i = 0; i < Math.min(names.size(), path.size()); i++) {
      if (said(names.get(i)).isEmpty() || !said(names.get(i)).equals(said(path.get(i)))) {
        return;
      }
    }
    if (names.size() == path.size() + 1) {
      said(names.getLast()).ifPresent(result::add);
    } else if (names.size() <= path.size()) {
      var rest = path.subList(names.size(), path.size());
      int brace = tokens.skipTrivia(tokens.indexAt(binding.valueStart()));
      int end =
          tokens.is(brace, TokenKind.BRACE_OPEN) ? new Brackets(tokens).closing(brace) : brace;
      for (var child : binding.children()) {
        if (tokens.indexAt(child.start()) < end) {
          add(child, rest);
        }
      }
    }
  }

  private static Optional<String> said(AttrName name) {
    return name instanceof AttrName.Static one ? Optional.of(one.name()) : Optional.empty();
  }
}
