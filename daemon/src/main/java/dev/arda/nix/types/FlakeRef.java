package dev.arda.nix.types;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A flake reference as it is handed to Nix.
 *
 * @param text the reference; a path in it is absolute
 * @param directory the directory that holds {@code flake.nix}, if the reference was a plain path
 */
public record FlakeRef(String text, Optional<Path> directory) {

  /** A reference that is Nix's to understand. */
  public static FlakeRef of(String text) {
    return new FlakeRef(text, Optional.empty());
  }

  /** The text. */
  @Override
  public String toString() {
    return text;
  }
}
