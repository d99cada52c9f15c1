package dev.arda.nix.flake.watch;

import java.util.Optional;

/**
 * The last scan and the version it stands for. An equal scan later proves that nothing changed,
 * provided that this one was settled.
 *
 * @param digest the snapshot's
 * @param settled a later change cannot have left this digest
 * @param version the version given out for it
 * @param firstSeenNanos end of the first scan in a row with this digest
 */
record Baseline(String digest, boolean settled, long version, long firstSeenNanos) {

  /** Whether a snapshot proves that this baseline's version is still good. */
  boolean confirmedBy(Snapshot snapshot) {
    return settled && digest.equals(snapshot.digest());
  }

  /**
   * The baseline after a snapshot that did not confirm the previous one.
   *
   * @param version a new version
   */
  static Baseline after(Optional<Baseline> previous, Snapshot snapshot, long version) {
    long firstSeen =
        previous
            .filter(b -> b.digest().equals(snapshot.digest()))
            .map(Baseline::firstSeenNanos)
            .orElse(snapshot.endNanos());
    // A change that left the same stamps happened within a tick of the first sight at the latest.
    boolean seenLongEnough = snapshot.startNanos() - firstSeen >= Scanner.COARSE_TICK.toNanos();
    return new Baseline(
        snapshot.digest(), snapshot.settled() || seenLongEnough, version, firstSeen);
  }
}
