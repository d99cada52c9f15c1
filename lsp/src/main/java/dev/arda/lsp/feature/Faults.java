package dev.arda.lsp.feature;

import dev.arda.lsp.feature.Fault.Fix;
import dev.arda.lsp.feature.Fault.Severity;
import dev.arda.lsp.feature.FlakeView.Freshness;
import dev.arda.lsp.feature.FlakeView.Names;
import dev.arda.lsp.feature.NamingPlaces.Existence;
import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Finds what is wrong: names of outputs, hosts and users that the flake does not have, and why it
 * cannot be evaluated.
 *
 * <p>Only what an evaluation said counts, and what the text does not say otherwise: a host that was
 * just written and not saved is no fault. Nothing is said of names that only an evaluation knows,
 * nor of a path that has a default ({@code or}).
 */
public final class Faults {

  /** So far into a path is looked in any case: the output, and the host or user in it. */
  private static final int DEPTH = 2;

  /** Names that are one of these many letters apart are taken for each other. */
  private static final int LIKELY = 2;

  private static final int MOST_FIXES = 3;

  private final Scope scope;
  private final List<Fault> found = new ArrayList<>();
  private final Map<String, Names> asked = new HashMap<>();

  /** Where names of paths are that have a fault. */
  private final Set<Integer> places = new HashSet<>();

  private final DeepNames deep;
  private boolean settled = true;

  private Faults(Scope scope) {
    this.scope = scope;
    this.deep = new DeepNames(scope);
  }

  /**
   * What is wrong in a text.
   *
   * @param faults in no particular order
   * @param settled whether nothing else will be known in a moment
   */
  public record Report(List<Fault> faults, boolean settled) {
    /** Copies the list. */
    public Report {
      faults = List.copyOf(faults);
    }

    /** Whether something is wrong that is mended outside of the editor, by {@code git add}. */
    public boolean awaitsGit() {
      return faults.stream().anyMatch(fault -> fault.code().equals(EvaluationFaults.UNTRACKED));
    }
  }

  /**
   * Examines a text that is saved.
   *
   * @param file its absolute path, by which evaluations name it
   */
  public static Report in(Scope scope, Path file) {
    return in(scope, file, true);
  }

  /**
   * Examines a text that may not be saved.
   *
   * @param file its absolute path, by which evaluations name it
   * @param saved whether it is what evaluations read
   */
  public static Report in(Scope scope, Path file, boolean saved) {
    var syntax = StringFaults.syntax(scope);
    if (scope.view().equals(FlakeView.NOTHING)) {
      return new Report(syntax, true);
    }
    var faults = new Faults(scope);
    faults.found.addAll(syntax);
    var asked = scope.text().guarded().stream().map(Paths::named).toList();
    for (var path : scope.text().references()) {
      Paths.root(scope, path)
          .filter(root -> root.certain() && !isAsked(path, asked))
          .ifPresent(root -> faults.path(path, root.names()));
    }
    StringFaults.places(scope, false).forEach(faults::place);
    StringFaults.places(scope, true).forEach(faults::argument);
    StringFaults.keys(scope, Existence.NEEDED).forEach(faults::place);
    StringFaults.keys(scope, Existence.USUAL).forEach(faults::unusual);
    var evaluation = EvaluationFaults.in(scope, file, saved, faults::names);
    evaluation.faults().stream()
        .filter(fault -> !faults.isNamed(fault))
        .toList()
        .forEach(faults.found::add);
    faults.settled &= evaluation.settled();
    return new Report(faults.found, faults.settled && faults.deep.isSettled());
  }

  /** Whether an evaluation failed since a name is not there that is a fault in itself. */
  private boolean isNamed(Fault failed) {
    var text = scope.text().text();
    return failed.message().startsWith("attribute '")
        && found.stream()
            .anyMatch(fault ->
                fault.code().startsWith("unknown-")
                    && failed.start() <= fault.start()
                    && text.substring(failed.start(), fault.start()).indexOf('\n') < 0);
  }

  /** Whether the text asks somewhere whether there is what a path leads through. */
  private static boolean isAsked(List<AttrName> path, List<List<String>> asked) {
    var names = Paths.named(path);
    return asked.stream()
        .anyMatch(one -> one.size() <= names.size() && names.subList(0, one.size()).equals(one));
  }

  /**
   * Looks for the first name of a path that the flake does not have.
   *
   * @param written the path as it stands in the text
   * @param names what it means; those that stand elsewhere in the text have their own faults
   */
  private void path(List<AttrName> written, List<AttrName> names) {
    var path = Paths.named(names);
    for (int i = 0; i < path.size(); i++) {
      var name = path.get(i);
      if (name.isEmpty() || !(names.get(i) instanceof AttrName.Static place)) {
        return;
      }
      var below = path.subList(0, i);
      var known = known(below, Selectors.prefix(below));
      if (known.isEmpty()) {
        return;
      }
      if (!known.get().has(name)) {
        if (written.contains(place)
            && isMissing(below, name, known.get())
            && !deep.isGuarded(below, name)
            && places.add(place.start())) {
          found.add(fault(place, name, below, known.get()));
        }
        return;
      }
    }
  }

  /** All names below a path; empty if they are not known. */
  private Optional<Names> known(List<String> below, String prefix) {
    return below.size() < DEPTH && !below.contains(Selectors.ANY)
        ? Optional.of(names(prefix)).filter(known -> known.freshness() != Freshness.UNKNOWN)
        : below.size() < DEPTH ? Optional.empty() : deep.below(below, prefix);
  }

  /** Whether a name is none of those that are known, and the text does not say it either. */
  private boolean isMissing(List<String> below, String name, Names known) {
    return !known.names().isEmpty()
        && !known.has(name)
        && !inText(below).contains(name)
        && (below.size() < DEPTH || !deep.mayBeWritten(name));
  }

  private Set<String> inText(List<String> below) {
    return TextNames.below(scope, below);
  }

  /** Looks whether there is what a string or a key names. */
  private void place(Place place) {
    if (place.name().isEmpty()) {
      return;
    }
    switch (place) {
      case Place.Attribute attribute -> {
        var below = attribute.below();
        known(below, attribute.prefix())
            .filter(known -> isMissing(below, place.name(), known))
            .ifPresent(known -> found.add(fault(place, Kind.below(below), known)));
      }
      case Place.Named named -> {
        if (named.kind() == Kind.TAG) {
          tag(named);
        } else {
          named(named);
        }
      }
      case Place.Key key -> {
        if (key.can().kind() == Kind.ROLE) {
          role(key);
        } // else what there is may be declared by what is being written
      }
    }
  }

  /** What need not be wrong is said more quietly. */
  private void unusual(Place place) {
    int before = found.size();
    place(place);
    found
        .subList(before, found.size())
        .replaceAll(fault ->
            new Fault(
                fault.start(),
                fault.end(),
                Severity.HINT,
                fault.code(),
                fault.message(),
                fault.fixes()));
  }

  /** What looks like a command may be a sentence: only what is nearly a name is a wrong one. */
  private void argument(Place place) {
    if (place instanceof Place.Named named && !named.name().isEmpty()) {
      int before = found.size();
      place(named);
      found.subList(before, found.size()).removeIf(fault -> fault.fixes().isEmpty());
    }
  }

  /** A tag is one that clan computes, one of the inventory, or one of a machine. */
  private void tag(Place.Named named) {
    var ofClan = below(Tags.OF_CLAN);
    var ofMachines = scope.view().listed(FlakeView.Listed.TAGS, FlakeView.Haste.NONE);
    settled &= ofMachines.complete();
    if (ofClan.isEmpty()
        || ofClan.get().names().isEmpty()
        || !ofMachines.complete()
        || ofMachines.freshness() == Freshness.UNKNOWN) {
      return;
    }
    var known = both(ofClan.get(), ofMachines);
    if (!known.has(named.name()) && !Tags.in(scope).contains(named.name())) {
      found.add(fault(named, Kind.TAG, known));
    }
  }

  /** Of a service that is not evaluated yet nothing is known. */
  private void role(Place.Key key) {
    for (var prefix : key.can().known()) {
      var known = names(prefix);
      if (known.complete()
          && known.freshness() != Freshness.UNKNOWN
          && !known.names().isEmpty()
          && !known.has(key.name())
          && !Roles.mayBeDeclared(scope, key.name())) {
        found.add(fault(key, Kind.ROLE, known));
      }
    }
  }

  private static Names both(Names one, Names other) {
    var all = new ArrayList<>(one.names());
    all.addAll(other.names());
    boolean current =
        one.freshness() == Freshness.CURRENT && other.freshness() == Freshness.CURRENT;
    return new Names(all, current ? Freshness.CURRENT : Freshness.EARLIER, true);
  }

  private static Fault fault(Place place, Kind kind, Names known) {
    return fault(place.start(), place.end(), place.name(), kind, known, place.written());
  }

  /** What the flake says of a prefix; asked once. */
  private Names names(String prefix) {
    var known = asked.computeIfAbsent(prefix, scope.view()::names);
    settled &= known.complete();
    return known;
  }

  /** All names below a path: none if the flake has no such path; empty if that is not known. */
  private Optional<Names> below(List<String> path) {
    for (int i = 0; i < path.size() && !path.get(i).equals(Selectors.ANY); i++) {
      var known = names(Selectors.prefix(path.subList(0, i)));
      if (known.freshness() == Freshness.UNKNOWN || !known.complete()) {
        return Optional.empty();
      }
      if (!known.has(path.get(i))) {
        return Optional.of(new Names(List.of(), known.freshness(), true));
      }
    }
    return Optional.of(names(Selectors.prefix(path)))
        .filter(known -> known.complete() && known.freshness() != Freshness.UNKNOWN);
  }

  /** A name alone can be one of several places; only when all of them are known it is wrong. */
  private void named(Place.Named named) {
    var known = new Names(List.of(), Freshness.CURRENT, true);
    for (var place : Inventory.everywhere(named.kind())) {
      var there = below(place);
      if (there.isEmpty()) {
        return;
      }
      known = both(known, there.get());
    }
    var defined = known;
    var list = Inventory.listed(named.kind(), false);
    if (list.isPresent()) {
      var listed = scope.view().listed(list.get(), FlakeView.Haste.NONE);
      known = listed.freshness() == Freshness.UNKNOWN ? known : both(known, listed);
    }
    boolean missing =
        !known.names().isEmpty()
            && !known.has(named.name())
            && !(named.kind() == Kind.USER && isOfSomeHost(named.name(), defined, known))
            && !(named.kind() == Kind.OUTPUT && outputs().has("legacyPackages"))
            && !References.isKnown(scope, Kind.HOST, named.name())
            && !References.isKnown(scope, Kind.USER, named.name());
    if (missing) {
      found.add(fault(named, named.kind(), known));
    }
  }

  /**
   * Whether a user without a host, or one with it, is there by the other name.
   *
   * @param defined names of environments, which say the hosts that they are for
   * @param known the same, and people
   */
  private static boolean isOfSomeHost(String name, Names defined, Names known) {
    int at = name.indexOf('@');
    var person = at < 0 ? name : name.substring(0, at);
    boolean isOfHosts =
        defined.names().stream().anyMatch(one -> one.name().startsWith(person + "@"));
    return at < 0 ? isOfHosts : defined.has(person) || (!isOfHosts && known.has(person));
  }

  private Names outputs() {
    return names("");
  }

  private static Fault fault(AttrName.Static place, String name, List<String> below, Names known) {
    return fault(
        place.start(),
        place.end(),
        name,
        Kind.below(below),
        known,
        other -> place.quoted() ? NixText.quoted(other) : NixText.attributeName(other));
  }

  private static Fault fault(
      int start, int end, String name, Kind kind, Names known, UnaryOperator<String> written) {
    var near = near(name, known);
    var what = kind.word().isEmpty() ? "attribute" : kind.word();
    return new Fault(
        start,
        end,
        known.freshness() == Freshness.CURRENT ? Severity.WARNING : Severity.HINT,
        "unknown-" + what,
        "the flake has no %s '%s'%s"
            .formatted(
                what,
                name,
                near.isEmpty() ? "" : "; did you mean '%s'?".formatted(near.getFirst())),
        near.stream()
            .map(other -> new Fix("Change to '%s'".formatted(other), written.apply(other)))
            .filter(fix -> !fix.text().isEmpty())
            .toList());
  }

  private static List<String> near(String name, Names known) {
    record Near(int distance, String name) {}
    return known.names().stream()
        .map(one -> new Near(Distance.between(name, one.name()), one.name()))
        .filter(one -> one.distance() <= Math.max(LIKELY, name.length() / 3))
        .sorted(java.util.Comparator.comparingInt(Near::distance).thenComparing(Near::name))
        .limit(MOST_FIXES)
        .map(Near::name)
        .toList();
  }
}
