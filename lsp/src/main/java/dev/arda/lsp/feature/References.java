package dev.arda.lsp.feature;

import java.nio.file.Path;
import java.util.ArrayList;
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
   * @param renamed writes another name there, with the quotes and escapes that are needed
   */
  public record Occurrence(
      Path file, int start, int end, boolean binds, UnaryOperator<String> renamed) {}

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
                .map(kind -> new Subject(kind, place.name(), place.start(), place.end())));
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
      case HOST, USER -> Optional.of(kind);
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
    var needle = plainPart(subject.name());
    if (needle.isEmpty()) {
      return result;
    }
    for (var part : FlakeFiles.all(scope)) {
      var inPart = scope.in(part.file(), part.text());
      var text = part.text().text();
      int from = 0;
      for (int at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, from)) {
        from = at + needle.length();
        int cursor = from;
        Places.at(inPart, cursor)
            .flatMap(place -> occurrence(inPart, part.file(), subject, place))
            .filter(found ->
                result.stream()
                    .noneMatch(
                        one -> one.file().equals(found.file()) && one.start() == found.start()))
            .ifPresent(result::add);
      }
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
          .map(kind -> new Occurrence(file, place.start(), place.end(), binds, place.written()));
    }
    // A user of this host.
    var behind = "@" + subject.name();
    boolean belongs = subject.kind() == Kind.HOST && place.name().endsWith(behind);
    return kind(scope, place)
        .filter(kind -> belongs && kind == Kind.USER)
        .map(kind -> {
          var user = place.name().substring(0, place.name().length() - subject.name().length());
          return new Occurrence(
              file, place.start(), place.end(), false, name -> place.written().apply(user + name));
        });
  }

  /**
   * Why something cannot be called so.
   *
   * @return a sentence; empty if it can
   */
  public static Optional<String> refusal(Scope scope, Subject subject, String name) {
    var what = subject.kind().word();
    if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("a %s needs a name of visible characters".formatted(what));
    }
    return !name.equals(subject.name()) && isKnown(scope, subject.kind(), name)
        ? Optional.of("the flake has a %s '%s' already".formatted(what, name))
        : Optional.empty();
  }
}
