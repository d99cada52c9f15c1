package dev.arda.lsp.feature;

import java.util.List;

/** What a name below a place of a flake names. */
public enum Kind {
  /** A machine. */
  HOST("host"),
  /** A person's environment, or a person. */
  USER("user"),
  /** A person's account on a machine, which may have the name of that person's environments. */
  ACCOUNT("user"),
  /** A group of machines. */
  TAG("tag"),
  /** What a machine is to a service of clan's inventory. */
  ROLE("role"),
  /** One of a flake's outputs. */
  OUTPUT("output"),
  /** A flake that this one uses. */
  INPUT("input"),
  /** Something that can be built. */
  PACKAGE("package"),
  /** A platform. */
  SYSTEM("system"),
  /** Anything else. */
  ATTRIBUTE("");

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** It in a word; empty for {@link #ATTRIBUTE}. */
  public String word() {
    return word;
  }

  /**
   * What names below a path are.
   *
   * @param path names from the root of the flake
   */
  static Kind below(List<String> path) {
    if (path.isEmpty()) {
      return OUTPUT;
    }
    var first = path.getFirst();
    return switch (path.size()) {
      case 1 ->
          switch (first) {
            case "nixosConfigurations", "darwinConfigurations" -> HOST;
            case "homeConfigurations" -> USER;
            case "inputs" -> INPUT;
            case "packages", "legacyPackages", "devShells", "checks", "apps", "formatter" -> SYSTEM;
            default -> ATTRIBUTE;
          };
      case 2 ->
          switch (first) {
            case "packages", "legacyPackages", "devShells", "checks" -> PACKAGE;
            case "clan" -> ofClan(path.get(1));
            case "deploy" -> path.get(1).equals("nodes") ? HOST : ATTRIBUTE;
            default -> ATTRIBUTE;
          };
      case 3 ->
          first.equals("clan") && path.get(1).equals("core") ? ofClan(path.get(2)) : ATTRIBUTE;
      default -> ATTRIBUTE;
    };
  }

  private static Kind ofClan(String name) {
    return switch (name) {
      case "machines" -> HOST;
      case "users" -> USER;
      default -> ATTRIBUTE;
    };
  }
}
