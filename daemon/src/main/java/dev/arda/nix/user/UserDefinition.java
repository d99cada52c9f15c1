package dev.arda.nix.user;

import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.NixException;
import java.util.List;
import java.util.Optional;

/**
 * One place of a flake where a person is defined.
 *
 * @param kind what kind of place
 * @param path attribute path of the definition
 * @param person the person's name, without a host
 * @param host the host that it is for; empty: any
 * @param facts what it says; {@link Facts#NONE} unless it was asked
 * @param contents what it declares; {@link Contents#NONE} unless it was asked
 * @param failure why it cannot be evaluated; empty: it can, or was not asked
 */
public record UserDefinition(
    Kind kind,
    List<String> path,
    String person,
    Optional<String> host,
    Facts facts,
    Contents contents,
    Optional<NixException> failure) {

  /** Copies the list. */
  public UserDefinition {
    path = List.copyOf(path);
  }

  /** What kind of place. */
  public enum Kind {
    /** {@code homeConfigurations.NAME}. */
    HOME_CONFIGURATION,
    /** {@code clan.core.users.NAME} (the seed, section 15.7). */
    CLAN,
    /** {@code users.users.NAME} of a NixOS host. */
    HOST_ACCOUNT,
    /** {@code home-manager.users.NAME} of a NixOS host. */
    HOST_HOME
  }

  /**
   * What a definition says; what it does not say is empty.
   *
   * @param username login name
   * @param homeDirectory absolute directory
   * @param shell name or path of a shell
   * @param stateVersion for example {@code 23.11}
   */
  public record Facts(
      Optional<String> username,
      Optional<String> homeDirectory,
      Optional<String> shell,
      Optional<String> stateVersion) {

    /** Nothing. */
    public static final Facts NONE =
        new Facts(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * What an entry of {@code clan.core.users} declares.
   *
   * @param packages names, in its order
   * @param programs names
   * @param dotfiles paths below the home directory
   * @param secrets path of the file that declares them, below the root of the flake's tree; empty:
   *     there is none
   * @param devShells names
   */
  public record Contents(
      List<String> packages,
      List<String> programs,
      List<String> dotfiles,
      String secrets,
      List<String> devShells) {

    /** Nothing. */
    public static final Contents NONE =
        new Contents(List.of(), List.of(), List.of(), "", List.of());

    /** Copies the lists. */
    public Contents {
      packages = List.copyOf(packages);
      programs = List.copyOf(programs);
      dotfiles = List.copyOf(dotfiles);
      devShells = List.copyOf(devShells);
    }
  }

  /** The name in the flake, for example {@code alice@web01}. */
  public String name() {
    return path.getLast();
  }

  /** Where it is, as a selector in canonical form. */
  public String selector() {
    return Selector.path(path.toArray(String[]::new)).toString();
  }

  UserDefinition with(Facts said) {
    return new UserDefinition(kind, path, person, host, said, contents, failure);
  }

  UserDefinition with(Contents declared) {
    return new UserDefinition(kind, path, person, host, facts, declared, failure);
  }

  UserDefinition with(NixException thrown) {
    return new UserDefinition(kind, path, person, host, facts, contents, Optional.of(thrown));
  }
}
