package dev.arda.nix.store.build;

import dev.arda.nix.types.CallContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A wish to build.
 *
 * @param context who wishes
 * @param flake flake reference of targets that name none; empty: the caller's default
 * @param targets what to build
 * @param keepGoing whether the other derivations of a target are built when one fails; targets
 *     never end each other
 * @param outLink absolute path of the link to the first target's output; the names of the others
 *     are made of it as {@code nix build} does
 * @param gcrootDirectory absolute path of a directory for a link to each output, named after its
 *     store path
 * @param diffAgainst path to tell the differences against
 */
public record BuildRequest(
    CallContext context,
    String flake,
    List<BuildTarget> targets,
    boolean keepGoing,
    Optional<Path> outLink,
    Optional<Path> gcrootDirectory,
    Optional<String> diffAgainst) {

  /** Copies the list. */
  public BuildRequest {
    targets = List.copyOf(targets);
  }
}
