package dev.arda.nix.store.build;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StageLimits;
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
 * @param limits how long evaluations may take, and what is built then
 */
public record BuildRequest(
    CallContext context,
    String flake,
    List<BuildTarget> targets,
    boolean keepGoing,
    Optional<Path> outLink,
    Optional<Path> gcrootDirectory,
    Optional<String> diffAgainst,
    StageLimits limits) {

  /** Copies the list. */
  public BuildRequest {
    targets = List.copyOf(targets);
  }

  /** A wish that may take as long as it does. */
  public BuildRequest(
      CallContext context,
      String flake,
      List<BuildTarget> targets,
      boolean keepGoing,
      Optional<Path> outLink,
      Optional<Path> gcrootDirectory,
      Optional<String> diffAgainst) {
    this(
        context,
        flake,
        targets,
        keepGoing,
        outLink,
        gcrootDirectory,
        diffAgainst,
        StageLimits.NONE);
  }

  /** A wish for the results in the store alone, in limited time. */
  public BuildRequest(
      CallContext context, String flake, List<BuildTarget> targets, StageLimits limits) {
    this(
        context,
        flake,
        targets,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        limits);
  }
}
