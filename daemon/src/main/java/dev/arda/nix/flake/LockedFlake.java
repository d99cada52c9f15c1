package dev.arda.nix.flake;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A flake in one state, with all its inputs locked: everything that an evaluation needs to know.
 *
 * @param metadata what Nix says of it
 * @param bindingJson the argument of {@code call-flake.nix} as JSON, in ASCII
 * @param tree the directory that a local source tree is taken from
 */
record LockedFlake(FlakeMetadata metadata, String bindingJson, Optional<Path> tree) {

  /** A name of the state and everything locked: equal names, equal answers. */
  String identity() {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(bindingJson.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The state. */
  FlakeState state() {
    return metadata.state();
  }
}
