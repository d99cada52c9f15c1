package dev.arda.nix.system.deploy;

import dev.arda.nix.system.rebuild.RebuildKind;
import java.util.Optional;

/** What brings a host to its system. */
public enum Engine {
  /** A script of arda's on the target, which goes back by itself. */
  NATIVE,
  /** {@code nixos-rebuild}, on this machine. */
  NIXOS_REBUILD,
  /** {@code darwin-rebuild}, on this machine and for it. */
  DARWIN_REBUILD,
  /**
   * The {@code nixos-rebuild} of the new system itself, on this machine and for it: first {@code
   * dry-activate}, then {@code test} (the seed, section 5.7).
   */
  OWN_NIXOS_REBUILD;

  /** The program that is looked for; empty: none. */
  Optional<RebuildKind> tool() {
    return switch (this) {
      case NIXOS_REBUILD -> Optional.of(RebuildKind.NIXOS);
      case DARWIN_REBUILD -> Optional.of(RebuildKind.DARWIN);
      case NATIVE, OWN_NIXOS_REBUILD -> Optional.empty();
    };
  }
}
