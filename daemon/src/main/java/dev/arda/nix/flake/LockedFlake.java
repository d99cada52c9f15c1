package dev.arda.nix.flake;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A flake in one state, with all its inputs locked: everything that an evaluation needs to know.
 *
 * @param metadata what Nix says of it
 * @param bindingJson the argument of {@code call-flake.nix} as JSON, in ASCII
 * @param tree the directory that a local source tree is taken from
 */
record LockedFlake(FlakeMetadata metadata, String bindingJson, Optional<Path> tree) {

  /** The state. */
  FlakeState state() {
    return metadata.state();
  }
}
