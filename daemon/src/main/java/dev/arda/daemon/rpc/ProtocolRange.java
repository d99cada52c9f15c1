package dev.arda.daemon.rpc;

/**
 * Versions of the protocol that a daemon speaks, both ends included. The version counts changes
 * that an older peer cannot live with; fields that are merely added do not change it.
 */
public record ProtocolRange(int min, int max) {

  /** What this code speaks. */
  public static final ProtocolRange SPOKEN = new ProtocolRange(1, 1);

  /** Whether a version lies within. */
  public boolean contains(int version) {
    return min <= version && version <= max;
  }
}
