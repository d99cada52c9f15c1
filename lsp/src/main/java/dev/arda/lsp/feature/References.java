package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds where a host or user is named: as a key, in a path, in a string; in all files of a flake.
 */
public final class References {

  private References() {}

  /**
   * A host or user.
   *
   * @param kind which of them
   * @param name its name
   * @param start offset where it is named
   * @param end offset behind that
   */
  public record Subject(Kind kind, String name, int start, int end) {}

  /**
   * A place where it is named.
   *
   * @param file its path in the flake
   * @param start offset where the name begins, its quote included
   * @param end offset behind it
   * @param binds whether it is the key that defines it
   * @param renamed how another name is written there
   */
  public record Occurrence(Path file, int start, int end, boolean binds, Rewriting renamed) {}

  /**
   * How a part of a text is written when something has another name.
   *
   * @param start offset of what is replaced
   * @param end offset behind it
   * @param text what is written instead, for the other name: with the quotes and escapes that are
   *     needed
   */
  public record Rewriting(int start, int end, UnaryOperator<String> text) {}

  /**
   * The host or user that is named at a place.
   *
   * @param offset in UTF-16 code units
   */
  public static Optional<Subject> at(Scope scope, int offset) {
    return Places.at(scope, offset)
        .filter(place -> !place.name().isEmpty())
        .flatMap(place ->
            kind(scope, place)
                .map(kind -> new Subject(kind, place.name(), place.start(), place.end())))
        .or(() -> defined(scope, offset))
        .or(() -> selected(scope, offset));
  }

  /** What is selected at a place from a set that only its use shows to be one of hosts or users. */
  private static Optional<Subject> selected(Scope scope, int offset) {
    for (var kind : List.of(Kind.HOST, Kind.USER)) {
      for (var name : Symbols.written(scope, kind)) {
        for (var mention : scope.text().mentions(name)) {
          var subject = new Subject(kind, name, mention.start(), mention.end());
          if (mention.start() <= offset
              && offset <= mention.end()
              && of(scope, subject).stream()
                  .anyMatch(
                      one -> one.file().equals(scope.path()) && one.start() == mention.start())) {
            return Optional.of(subject);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** What is defined at a place that only its use shows to be such: in the set of a variable. */
  private static Optional<Subject> defined(Scope scope, int offset) {
    return Symbols.in(scope).stream()
        .filter(symbol -> symbol.start() <= offset && offset <= symbol.end())
        .map(symbol -> new Subject(symbol.kind(), symbol.name(), symbol.start(), symbol.end()))
        .findFirst();
  }

  /** What a place names, if that is a host or a user. */
  private static Optional<Kind> kind(Scope scope, Place place) {
    var kind =
        switch (place) {
          case Place.Attribute attribute -> Kind.below(attribute.below());
          case Place.Named named -> named.kind();
          case Place.Key key -> key.can().kind();
        };
    return switch (kind) {
      case HOST, USER, ACCOUNT -> Optional.of(kind);
      case OUTPUT ->
          place instanceof Place.Named
              ? known(scope, Kind.HOST, place.name())
                  .or(() -> known(scope, Kind.USER, place.name()))
              : Optional.empty();
      case TAG, ROLE, INPUT, PACKAGE, SYSTEM, ATTRIBUTE -> Optional.empty();
    };
  }

  private static Optional<Kind> known(Scope scope, Kind kind, String name) {
    return isKnown(scope, kind, name) ? Optional.of(kind) : Optional.empty();
  }

  /** Whether there is a host or user of that name, by text or by evaluation. */
  static boolean isKnown(Scope scope, Kind kind, String name) {
    if (kind == Kind.ACCOUNT) {
      return Accounts.in(scope).contains(name);
    }
    return Symbols.written(scope, kind).contains(name)
        || Inventory.places(kind).stream()
            .anyMatch(below ->
                TextNames.below(scope, below).contains(name)
                    || scope.view().names(Selectors.prefix(below)).has(name))
        || Inventory.clanPlaces(kind).stream()
            .anyMatch(below ->
                scope
                    .files()
                    .apply(Path.of("clan.nix"))
                    .filter(clan -> TextNames.in(clan, below).contains(name))
                    .isPresent());
  }

  /** Every place that names it, in all files that the flake is written in. */
  public static List<Occurrence> of(Scope scope, Subject subject) {
    var result = new ArrayList<Occurrence>();
    var definitions = HostDefinitions.of(scope, subject);
    for (var part : FlakeFiles.all(scope)) {
      var here = scope.in(part.file(), part.text());
      var inPart = new ArrayList<>(definitions.in(part));
      var keys = definitions.keys(part.file());
      addOthers(SelectedPlaces.in(here, part.file(), subject, keys), inPart);
      addOthers(named(here, part.file(), subject), inPart);
      inPart.sort(Comparator.comparingInt(Occurrence::start));
      result.addAll(inPart);
    }
    return result;
  }

  private static void addOthers(List<Occurrence> found, List<Occurrence> result) {
    for (var one : found) {
      if (result.stream()
          .noneMatch(other -> other.start() < one.end() && one.start() < other.end())) {
        result.add(one);
      }
    }
  }

  /** The places in a file that name it. */
  private static List<Occurrence> named(Scope scope, Path file, Subject subject) {
    var result = new ArrayList<Occurrence>();
    var needle = plainPart(subject.name());
    var text = scope.text().text();
    int from = 0;
    for (int at = needle.isEmpty() ? -1 : text.indexOf(needle);
        at >= 0;
        at = text.indexOf(needle, from)) {
      from = at + needle.length();
      Places.at(scope, from)
          .flatMap(place -> occurrence(scope, file, subject, place))
          .ifPresent(result::add);
    }
    return result;
  }

  /** The longest part of a name that is written the same in every kind of quotes. */
  private static String plainPart(String name) {
    String longest = "";
    for (var part : name.split("[\"'\\\\$?\\p{Cntrl}]", -1)) {
      longest = part.length() > longest.length() ? part : longest;
    }
    return longest;
  }

  private static Optional<Occurrence> occurrence(
      Scope scope, Path file, Subject subject, Place place) {
    boolean binds = place instanceof Place.Named named && named.binds();
    if (place.name().equals(subject.name())) {
      return kind(scope, place)
          .filter(subject.kind()::equals)
          .map(kind ->
              new Occurrence(
                  file, place.start(), place.end(), binds, rewriting(scope, subject, place)));
    }
    // A user of this host.
    var behind = "@" + subject.name();
    boolean belongs = subject.kind() == Kind.HOST && place.name().endsWith(behind);
    return kind(scope, place)
        .filter(kind -> belongs && kind == Kind.USER)
        .map(kind -> {
          var user = place.name().substring(0, place.name().length() - subject.name().length());
          return new Occurrence(
              file,
              place.start(),
              place.end(),
              false,
              new Rewriting(
                  place.start(), place.end(), name -> place.written().apply(user + name)));
        });
  }

  private static Rewriting rewriting(Scope scope, Subject subject, Place place) {
    var text = scope.text();
    int start = place.start();
    if (place instanceof Place.Attribute && text.inherit(start).isPresent()) {
      return HostDefinitions.rewriting(
          text, new AttrName.Static(subject.name(), start, place.end(), false));
    }
    // A variable that an `inherit` makes is still called so.
    boolean isVariable =
        text.binder(subject.name(), start).isPresent()
            && text.variables(subject.name()).contains(start);
    return new Rewriting(start, place.end(), isVariable ? name -> subject.name() : place.written());
  }
}
