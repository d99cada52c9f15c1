package dev.arda.lsp.feature;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The attributes whose keys are names of hosts and users: those of flakes, of clan, and of tools
 * that deploy.
 */
final class NamingPlaces {

  /**
   * What keys are.
   *
   * @param defines whether a key there makes a new host or user, so that any name is right
   * @param existence whether a key there is one that is defined elsewhere
   */
  record Naming(Kind kind, boolean defines, Existence existence) {}

  /** Whether a name is one that is defined elsewhere. */
  enum Existence {
    /** It need not be. */
    OPEN,
    /** It is as a rule. */
    USUAL,
    /** It is, or the flake is wrong. */
    NEEDED
  }

  private static final Set<String> HOSTS = Set.of("nixosConfigurations", "darwinConfigurations");

  /** Keys of a colmena hive that are no hosts. */
  private static final Set<String> HIVES = Set.of("colmena", "colmenaHive");

  private static final String INVENTORY = "inventory";

  /** What {@code machines} of clan stand below. */
  private static final Set<String> CLANS = Set.of("core", "clan", INVENTORY);

  /** Lists whose elements are hosts. */
  private static final Set<String> HOST_LISTS = Set.of("machines", "hosts", "targets");

  private NamingPlaces() {}

  /**
   * What the keys below a path name.
   *
   * @param path names of all bindings around the key, outermost first
   * @param file where the text lies in the flake
   */
  static Optional<Naming> key(List<String> path, Path file) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    var last = path.getLast();
    if (HOSTS.contains(last)) {
      return naming(Kind.HOST, true);
    }
    if (HIVES.contains(last)) {
      return naming(Kind.HOST, false);
    }
    if (last.equals("homeConfigurations")) {
      return naming(Kind.USER, true);
    }
    if (isRole(path)) {
      return switch (last) {
        case "machines" -> Optional.of(new Naming(Kind.HOST, false, Existence.NEEDED));
        case "tags" -> Optional.of(new Naming(Kind.TAG, false, Existence.NEEDED));
        default -> Optional.empty();
      };
    }
    var before = path.size() > 1 ? path.get(path.size() - 2) : "";
    if (last.equals("tags")) {
      return before.equals(INVENTORY) ? naming(Kind.TAG, true) : Optional.empty();
    }
    boolean topOfClan = file.endsWith("clan.nix") && path.size() == 1;
    if (last.equals("machines")) {
      return topOfClan || CLANS.contains(before) ? naming(Kind.HOST, true) : Optional.empty();
    }
    if (last.equals("nodes")) {
      if (HIVES.contains(before)) {
        return naming(Kind.HOST, false);
      }
      return before.equals("deploy")
          ? Optional.of(new Naming(Kind.HOST, false, Existence.USUAL))
          : Optional.empty();
    }
    if (last.equals("users")) {
      return before.equals("core")
          ? naming(Kind.USER, true)
          : before.equals("users") || before.equals("home-manager")
              ? naming(Kind.ACCOUNT, false)
              : Optional.empty();
    }
    return Optional.empty();
  }

  /** {@code roles.<role>.machines} of a service of clan's inventory. */
  private static boolean isRole(List<String> path) {
    return path.size() >= 3 && path.get(path.size() - 3).equals("roles");
  }

  private static Optional<Naming> naming(Kind kind, boolean defines) {
    return Optional.of(new Naming(kind, defines, Existence.OPEN));
  }

  /**
   * What the strings of a list are that a path is bound to, such as {@code tags = [ "web" ]}.
   *
   * @param path names of all bindings around the string, outermost first
   */
  static Optional<Kind> element(List<String> path) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (path.getLast().equals("tags")) {
      return Optional.of(Kind.TAG);
    }
    return areMembers(path) || HOST_LISTS.contains(path.getLast())
        ? Optional.of(Kind.HOST)
        : Optional.empty();
  }

  /** Whether the strings of a list are the machines of one of clan's tags. */
  static boolean areMembers(List<String> path) {
    int size = path.size();
    return size > 2 && path.get(size - 2).equals("tags") && path.get(size - 3).equals(INVENTORY);
  }

  /**
   * Whether bindings of a {@code let} count as well: what clan is given is usually written in one,
   * {@code clan = clan-core.lib.clan { … }}, of which the outputs are taken then.
   *
   * @param path names of all bindings around a key, outermost first
   */
  static boolean isOfClan(List<String> path) {
    return path.contains("clan") || path.contains(INVENTORY);
  }
}
