package dev.arda.lsp.feature;

import dev.arda.lsp.feature.Completion.Item;
import dev.arda.lsp.feature.Completion.Origin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Names that may be meant, each once: what an evaluation says counts more than what the text says.
 */
final class Candidates {

  /** More are of no use in a menu, and cost every editor time; typing goes on to narrow them. */
  static final int MOST = 500;

  private record Known(Kind kind, String detail, Origin origin, String selector) {}

  private final Map<String, Known> known = new TreeMap<>();
  private boolean incomplete;

  /** Adds the names below a path of the flake, by evaluation and by text. */
  void addBelow(Scope scope, List<String> path) {
    addBelow(scope, path, Selectors.prefix(path));
  }

  /**
   * The same.
   *
   * @param prefix the path as an unfinished selector, which may say more of it
   */
  void addBelow(Scope scope, List<String> path, String prefix) {
    var kind = Kind.below(path);
    var names = scope.view().names(prefix);
    for (var name : names.names()) {
      add(
          name.name(),
          new Known(
              kind,
              name.detail(),
              Completion.origin(names.freshness()),
              prefix + Selectors.name(name.name())));
    }
    incomplete |= !names.complete();
    addWritten(TextNames.below(scope, path), kind, prefix);
  }

  /** Adds the names of hosts, users or the like, wherever the flake says them. */
  void addNamed(Scope scope, Kind kind) {
    for (var place : Inventory.places(kind)) {
      addBelow(scope, place);
    }
    if (kind == Kind.TAG) {
      addWritten(Tags.in(scope), kind, "");
    }
    for (var place : Inventory.clanPlaces(kind)) {
      scope
          .files()
          .apply(Path.of("clan.nix"))
          .ifPresent(clan -> addWritten(TextNames.in(clan, place), kind, ""));
    }
  }

  /** Takes a name away. */
  void remove(String name) {
    known.remove(name);
  }

  private void addWritten(Collection<String> names, Kind kind, String prefix) {
    for (var name : names) {
      add(
          name,
          new Known(kind, "", Origin.TEXT, prefix.isEmpty() ? "" : prefix + Selectors.name(name)));
    }
  }

  private void add(String name, Known one) {
    known.merge(
        name, one, (old, other) -> other.origin().compareTo(old.origin()) < 0 ? other : old);
  }

  /**
   * What is meant by a partial name.
   *
   * @param partial what was typed; its characters occur in a name in this order
   * @param written how a name is written at the cursor
   */
  Completion matching(String partial, int start, int end, UnaryOperator<String> written) {
    record Scored(int score, Item item) {}
    var found = new ArrayList<Scored>();
    known.forEach((name, one) -> {
      int score = Fuzzy.score(partial, name);
      if (score >= 0) {
        found.add(
            new Scored(
                score,
                new Item(
                    name,
                    written.apply(name),
                    one.kind(),
                    one.detail(),
                    one.origin(),
                    one.selector())));
      }
    });
    found.sort(Comparator.comparingInt(Scored::score).thenComparing(one -> one.item().name()));
    boolean cut = found.size() > MOST;
    return new Completion(
        found.stream().limit(MOST).map(Scored::item).toList(), start, end, incomplete || cut);
  }
}
