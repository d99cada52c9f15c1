package dev.arda.nix.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The variables that steer arda itself, as a caller's shell has them (the seed, section 7). Each
 * has a {@code CLAN_} name and an {@code ARDA_} name; the latter wins, also when it is set to
 * nothing, so that one shell can switch off what its surroundings set.
 *
 * <table>
 * <caption>Variables</caption>
 * <tr><td>{@code ARDA_TEST_STORE}, {@code CLAN_TEST_STORE}</td><td>the Nix store to use instead of
 * the system's. As in the seed (section 10.1) it counts only where {@code IN_NIX_SANDBOX} is set;
 * elsewhere it is ignored, so that a variable left over from a test run never redirects a
 * deployment</td></tr>
 * <tr><td>{@code ARDA_LOCK_NIX}, {@code LOCK_NIX}</td><td>the file that is locked while the test
 * store is created</td></tr>
 * <tr><td>{@code IN_NIX_SANDBOX}</td><td>set (to anything but nothing): arda runs inside a Nix
 * build</td></tr>
 * <tr><td>{@code ARDA_DEBUG_NIX_PREFETCH}, {@code CLAN_…}</td><td>{@code 1} or {@code true}: log how
 * flakes are fetched</td></tr>
 * <tr><td>{@code ARDA_DEBUG_NIX_SELECTORS}, {@code CLAN_…}</td><td>{@code 1} or {@code true}: log how
 * selectors are evaluated</td></tr>
 * <tr><td>{@code ARDA_PROVIDED_PACKAGES}, {@code CLAN_…}</td><td>names of packages whose programs
 * are on the {@code PATH} already, separated by colons</td></tr>
 * <tr><td>{@code ARDA_FLAKE}, {@code ARDA_DIR}, {@code CLAN_DIR}</td><td>the default flake</td></tr>
 * <tr><td>{@code ARDA_NIXPKGS}, {@code CLAN_NIXPKGS}</td><td>the source that replaces the input
 * {@code nixpkgs} of what is evaluated inside a sandbox, where nothing can be fetched</td></tr>
 * </table>
 *
 * @param testStore directory of the test store; only inside a sandbox
 * @param lockNix file to lock while the test store is created
 * @param inNixSandbox whether arda runs inside a Nix build
 * @param debugNixPrefetch whether to log how flakes are fetched
 * @param debugNixSelectors whether to log how selectors are evaluated
 * @param providedPackages packages that need not be fetched
 * @param flake the default flake
 * @param nixpkgs flake reference that replaces {@code nixpkgs} inside a sandbox, and for packages
 */
public record NixVariables(
    Optional<String> testStore,
    Optional<String> lockNix,
    boolean inNixSandbox,
    boolean debugNixPrefetch,
    boolean debugNixSelectors,
    Set<String> providedPackages,
    Optional<String> flake,
    Optional<String> nixpkgs) {

  /** Copies the set. */
  public NixVariables {
    providedPackages = Set.copyOf(providedPackages);
  }

  /** Reads them from a caller's environment. */
  public static NixVariables of(Map<String, String> environment) {
    var inSandbox = first(environment, "IN_NIX_SANDBOX").isPresent();
    return new NixVariables(
        first(environment, "ARDA_TEST_STORE", "CLAN_TEST_STORE").filter(_ -> inSandbox),
        first(environment, "ARDA_LOCK_NIX", "LOCK_NIX"),
        inSandbox,
        isOn(environment, "ARDA_DEBUG_NIX_PREFETCH", "CLAN_DEBUG_NIX_PREFETCH"),
        isOn(environment, "ARDA_DEBUG_NIX_SELECTORS", "CLAN_DEBUG_NIX_SELECTORS"),
        first(environment, "ARDA_PROVIDED_PACKAGES", "CLAN_PROVIDED_PACKAGES").stream()
            .flatMap(value -> List.of(value.split(":", -1)).stream())
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(java.util.stream.Collectors.toUnmodifiableSet()),
        first(environment, "ARDA_FLAKE", "ARDA_DIR", "CLAN_DIR"),
        first(environment, "ARDA_NIXPKGS", "CLAN_NIXPKGS"));
  }

  private static Optional<String> first(Map<String, String> environment, String... names) {
    for (var name : names) {
      if (environment.containsKey(name)) {
        return Optional.of(environment.getOrDefault(name, "")).filter(value -> !value.isEmpty());
      }
    }
    return Optional.empty();
  }

  private static boolean isOn(Map<String, String> environment, String... names) {
    return first(environment, names)
        .filter(value -> value.equals("1") || value.equalsIgnoreCase("true"))
        .isPresent();
  }
}
