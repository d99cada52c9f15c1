package dev.arda.lsp.feature;

import dev.arda.lsp.feature.Completion.Item;
import dev.arda.lsp.feature.Completion.Origin;
import dev.arda.lsp.feature.FlakeView.Freshness;
import dev.arda.lsp.feature.FlakeView.Haste;
import dev.arda.lsp.feature.FlakeView.Name;
import dev.arda.lsp.feature.FlakeView.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Names that may be meant, each once: what an evaluation says counts more than what the text says.
 *
 * <p>There may be ten thousand of them with every key, so nothing is made of a name before it is
 * known to be shown.
 */
final class Candidates {

  /** More are of no use in a menu, and cost every editor time; typing goes on to narrow them. */
  static final int MOST = 500;

  /**
   * Names of one origin.
   *
   * @param prefix selects what has them; empty: nothing is known to
   */
  private record Source(Collection<Name> names, Kind kind, Origin origin, String prefix) {}

  private final List<Source> sources = new ArrayList<>();
  private String removed = "";
  private Set<String> bound = Set.of();
  private boolean incomplete;

  /**
   * Adds the names below a path of the flake, by evaluation and by text; there are no others.
   *
   * @param prefix the path as an unfinished selector, which may say more of it
   */
  void addBelow(Scope scope, List<String> path, String prefix) {
    var written = TextNames.below(scope, path);
    addBelow(scope, path, prefix, written, written.isEmpty() ? Haste.LITTLE : Haste.GREAT);
  }

  private void addBelow(
      Scope scope, List<String> path, String prefix, Collection<String> written, Haste haste) {
    var kind = Kind.below(path);
    addEvaluated(scope.view().names(prefix, haste), kind, prefix);
    addWritten(written, kind, prefix);
  }

  private static Haste haste(Collection<String> written) {
    return written.isEmpty() ? Haste.SOME : Haste.GREAT;
  }

  private void addEvaluated(Names names, Kind kind, String prefix) {
    sources.add(new Source(names.names(), kind, Completion.origin(names.freshness()), prefix));
    incomplete |= !names.complete();
  }

  /**
   * Adds the names of hosts, users or the like, wherever the flake says them.
   *
   * @param binds whether they are named to be defined there
   */
  void addNamed(Scope scope, Kind kind, boolean binds) {
    var written = written(scope, kind);
    var listed = Inventory.listed(kind, binds);
    var names = listed.map(list -> scope.view().listed(list, haste(written))).orElse(Names.UNKNOWN);
    if (names.freshness() != Freshness.UNKNOWN) {
      addEvaluated(names, kind, "");
      if (kind != Kind.USER && kind != Kind.ACCOUNT) { // of which the places say more than the name
        for (var place : Inventory.places(kind)) {
          addWritten(TextNames.below(scope, place), kind, Selectors.prefix(place));
        }
      }
    } else {
      incomplete |= !names.complete();
      for (var place : Inventory.places(kind)) {
        var below = TextNames.below(scope, place);
        addBelow(scope, place, Selectors.prefix(place), below, haste(below));
      }
    }
    if (kind == Kind.TAG) {
      var ofClan = scope.view().names(Selectors.prefix(Tags.OF_CLAN), haste(written));
      if (ofClan.freshness() != Freshness.UNKNOWN) {
        addEvaluated(ofClan, kind, "");
      }
    }
    addWritten(written, kind, "");
  }

  /** Adds a user on each host: {@code user@host}. */
  void addOnHosts(Scope scope, String user) {
    var hosts = new Candidates();
    hosts.addNamed(scope, Kind.HOST, false);
    for (var source : hosts.sources) {
      var names =
          source.names().stream()
              .map(host -> new Name(user + "@" + host.name(), host.detail(), ""))
              .toList();
      sources.add(new Source(names, Kind.USER, source.origin(), ""));
    }
    incomplete |= hosts.incomplete;
  }

  /** Adds the flake itself, which is among the inputs of its outputs. */
  void addSelf() {
    addWritten(List.of("self"), Kind.INPUT, "");
  }

  /** Adds what the key of a binding can be. */
  void addKeys(Scope scope, Keys keys) {
    for (var prefix : keys.known()) {
      var names = scope.view().names(prefix, haste(keys.written()));
      // A declared option is the end of a path: what is below it are facts about it.
      if (!names.has("_type")) {
        addEvaluated(names, keys.kind(), prefix);
      }
    }
    addWritten(keys.written(), keys.kind(), "");
  }

  private static Collection<String> written(Scope scope, Kind kind) {
    var result = new ArrayList<String>();
    if (kind == Kind.TAG) {
      result.addAll(Tags.in(scope));
    }
    if (kind == Kind.HOST) {
      result.addAll(Symbols.written(scope, kind));
    }
    if (kind == Kind.ACCOUNT) {
      result.addAll(Accounts.in(scope));
    }
    for (var place : Inventory.clanPlaces(kind)) {
      scope
          .files()
          .apply(Path.of("clan.nix"))
          .ifPresent(clan -> result.addAll(TextNames.in(clan, place)));
    }
    return result;
  }

  /** Takes a name away that only the text says. */
  void remove(String name) {
    removed = name;
  }

  /** Takes names away, whoever says them. */
  void removeAll(Set<String> names) {
    bound = names;
  }

  private void addWritten(Collection<String> names, Kind kind, String prefix) {
    sources.add(new Source(names.stream().map(Name::of).toList(), kind, Origin.TEXT, prefix));
  }

  /** A name that was found. */
  private record Match(int score, Name name, Source source) implements Comparable<Match> {
    /** Best first. */
    @Override
    public int compareTo(Match other) {
      if (score != other.score) {
        return Integer.compare(score, other.score);
      }
      int byName = name.name().compareTo(other.name.name());
      return byName != 0 ? byName : source.origin().compareTo(other.source.origin());
    }

    private Item item(String partial, String typed, String text) {
      var selector =
          !name.selector().isEmpty()
              ? name.selector()
              : source.prefix().isEmpty() ? "" : source.prefix() + Selectors.name(name.name());
      return new Item(
          name.name(),
          text,
          filter(partial, typed, text),
          source.kind(),
          name.detail(),
          source.origin(),
          selector);
    }

    /** What is typed may be written by other quotes and escapes than what is inserted. */
    private String filter(String partial, String typed, String text) {
      boolean begins = typed.equals(partial) || typed.regionMatches(0, text, 0, 1);
      if (text.startsWith(typed) || (begins && Fuzzy.matches(typed, text))) {
        return text;
      }
      return typed
          + (name.name().startsWith(partial)
              ? name.name().substring(partial.length())
              : name.name());
    }
  }

  /**
   * What is meant by a partial name.
   *
   * @param partial what was typed; its characters occur in a name in this order
   * @param typed how it is written, from the start to the cursor
   * @param written how a name is written at the cursor
   */
  Completion matching(
      String partial, String typed, int start, int end, UnaryOperator<String> written) {
    var found = new ArrayList<Match>();
    for (var source : sources) {
      for (var name : source.names()) {
        int score = Fuzzy.score(partial, name.name());
        boolean gone =
            (source.origin() == Origin.TEXT && name.name().equals(removed))
                || bound.contains(name.name());
        if (score >= 0 && !gone) {
          found.add(new Match(score, name, source));
        }
      }
    }
    Collections.sort(found);
    var items = new ArrayList<Item>();
    var before = Optional.<String>empty();
    boolean cut = false;
    for (var match : found) {
      if (before.filter(match.name().name()::equals).isPresent()) {
        continue; // it is known better
      }
      if (items.size() == MOST) {
        cut = true;
        break;
      }
      before = Optional.of(match.name().name());
      var text = written.apply(match.name().name());
      if (!text.isEmpty()) {
        items.add(match.item(partial, typed, text));
      }
    }
    return new Completion(items, start, end, incomplete || cut);
  }
}
