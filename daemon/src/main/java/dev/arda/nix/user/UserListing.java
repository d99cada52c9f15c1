package dev.arda.nix.user;

import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.types.NixException;
import java.util.List;

/**
 * The users of a flake.
 *
 * @param state the state of the flake that this is about
 * @param users one for each person, in order of names
 * @param problems places that could not be looked into
 */
public record UserListing(FlakeState state, List<KnownUser> users, List<Problem> problems) {

  /** Copies the lists. */
  public UserListing {
    users = List.copyOf(users);
    problems = List.copyOf(problems);
  }

  /**
   * A place that could not be looked into.
   *
   * @param selector where
   * @param failure why
   */
  public record Problem(String selector, NixException failure) {}
}
