package dev.arda.nix.user;

import dev.arda.nix.remote.SshTarget;
import java.util.List;

/**
 * Another machine, as {@code ssh} reaches it.
 *
 * @param target where it is
 * @param acceptNewHostKey whether the key of a machine that was never met is trusted and remembered
 * @param jumpHosts machines to go through, the nearest first
 * @param substitute whether it may fetch from its own substituters what it lacks
 * @param host what the flake calls it, which counts for {@code alice@HOST} rather than what it
 *     calls itself; empty: the flake does not know it
 */
public record Place(
    SshTarget target,
    boolean acceptNewHostKey,
    List<String> jumpHosts,
    boolean substitute,
    String host) {

  /** Copies the list. */
  public Place {
    jumpHosts = List.copyOf(jumpHosts);
  }

  /** A machine that the flake does not know. */
  public Place(
      SshTarget target, boolean acceptNewHostKey, List<String> jumpHosts, boolean substitute) {
    this(target, acceptNewHostKey, jumpHosts, substitute, "");
  }
}
