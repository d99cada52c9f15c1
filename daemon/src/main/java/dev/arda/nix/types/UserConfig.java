package dev.arda.nix.types;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A user's environment, and what is to become of it (the seed's {@code UserConfig}, section
 * 15.2.7).
 *
 * @param flake says what the environment is; an empty reference: the caller's default
 * @param user whose it is, for example {@code alice} or {@code alice@web01}
 * @param operation {@code switch}: it is activated; {@code build}: it is built; {@code dry-run}:
 *     what would change is found out
 * @param homeDirectory where the home has to be; empty: wherever the environment says
 */
public record UserConfig(
    FlakeRef flake, String user, String operation, Optional<Path> homeDirectory) {

  /** Activates the environment of a user, wherever that says the home is. */
  public static UserConfig of(FlakeRef flake, String user) {
    return new UserConfig(flake, user, "switch", Optional.empty());
  }
}
