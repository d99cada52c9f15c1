package dev.arda.nix.flake;

import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import java.util.List;
import java.util.Set;

/** What attributes at a place of a flake stand for, by the place alone. */
public enum AttributeKind {
  /** Anything. */
  ATTRIBUTE,
  /** An output of the flake. */
  OUTPUT,
  /** A flake that this one uses. */
  INPUT,
  /** A machine. */
  HOST,
  /** A user, or a user's environment. */
  USER,
  /** A platform, for example {@code x86_64-linux}. */
  SYSTEM,
  /** Something to build, run or enter. */
  PACKAGE;

  private static final Set<String> BY_SYSTEM =
      Set.of("packages", "legacyPackages", "devShells", "checks", "apps");

  /** What attributes of the value are that a selector finds. */
  static AttributeKind below(Selector parent) {
    List<String> path =
        parent.steps().stream()
            .map(step -> step instanceof Step.Name(String name) ? name : "*")
            .toList();
    return switch (path.size()) {
      case 0 -> OUTPUT;
      case 1 ->
          switch (path.getFirst()) {
            case "nixosConfigurations", "darwinConfigurations" -> HOST;
            case "homeConfigurations" -> USER;
            case "inputs" -> INPUT;
            case "formatter" -> SYSTEM;
            default -> BY_SYSTEM.contains(path.getFirst()) ? SYSTEM : ATTRIBUTE;
          };
      case 2 ->
          BY_SYSTEM.contains(path.getFirst())
              ? PACKAGE
              : path.equals(List.of("clan", "machines"))
                  ? HOST
                  : path.equals(List.of("deploy", "nodes")) ? HOST : ATTRIBUTE;
      case 3 ->
          path.equals(List.of("clan", "core", "machines"))
              ? HOST
              : path.equals(List.of("clan", "core", "users")) ? USER : ATTRIBUTE;
      default -> ATTRIBUTE;
    };
  }
}
