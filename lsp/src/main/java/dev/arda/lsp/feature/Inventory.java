package dev.arda.lsp.feature;

import dev.arda.lsp.feature.FlakeView.Listed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a flake says which hosts and users it has. */
final class Inventory {

  private Inventory() {}

  /** Paths from the flake's root below which names of a kind stand; the likeliest first. */
  static List<List<String>> places(Kind kind) {
    return switch (kind) {
      case HOST ->
          List.of(
              List.of("nixosConfigurations"),
              List.of("darwinConfigurations"),
              List.of("clan", "core", "machines"),
              List.of("clan", "machines"));
      case USER, ACCOUNT ->
          List.of(List.of("homeConfigurations"), List.of("clan", "core", "users"));
      // What may follow the # of a reference.
      case OUTPUT ->
          List.of(
              List.of("nixosConfigurations"),
              List.of("darwinConfigurations"),
              List.of("homeConfigurations"),
              List.of());
      case INPUT -> List.of(List.of("inputs"));
      case TAG, ROLE, PACKAGE, SYSTEM, ATTRIBUTE -> List.of();
    };
  }

  /**
   * The list of the flake that has names of a kind.
   *
   * @param binds whether they are named to be defined: for users those with their hosts then
   */
  static Optional<Listed> listed(Kind kind, boolean binds) {
    return switch (kind) {
      case HOST -> Optional.of(Listed.HOSTS);
      case TAG -> Optional.of(Listed.TAGS);
      case ACCOUNT -> Optional.of(Listed.USERS);
      case USER -> binds ? Optional.empty() : Optional.of(Listed.USERS);
      case ROLE, OUTPUT, INPUT, PACKAGE, SYSTEM, ATTRIBUTE -> Optional.empty();
    };
  }

  /**
   * The places below which names of a kind stand, and wherever else a name of that kind may be
   * found.
   */
  static List<List<String>> everywhere(Kind kind) {
    if (kind != Kind.OUTPUT) {
      return places(kind);
    }
    var result = new ArrayList<>(places(kind));
    result.add(List.of("deploy", "nodes"));
    for (var output : List.of("packages", "apps", "checks", "devShells")) {
      result.add(List.of(output, Selectors.ANY));
    }
    return result;
  }

  /** Paths in {@code clan.nix} below which names of a kind stand. */
  static List<List<String>> clanPlaces(Kind kind) {
    return kind == Kind.HOST
        ? List.of(List.of("machines"), List.of("inventory", "machines"))
        : List.of();
  }
}
