package dev.arda.nix.flake.watch;

import java.time.Duration;
import java.util.Optional;

/**
 * Looks now and then, behind the answers of a watched source, for changes of which no event told:
 * writes through memory that is mapped, and through names that a file was given elsewhere. Costs at
 * most one part in {@link #SHARE} of one processor, and nothing while nobody asks.
 */
final class Audit {
  private static final int SHARE = 50;

  private final Duration pause;

  // Guarded by this.
  private Optional<Look> last = Optional.empty();
  private long due;
  private boolean running;

  /** What a look found, and the version for which it stands. */
  private record Look(String digest, long version) {}

  /**
   * An audit that has seen nothing yet.
   *
   * @param pause the least time between two looks
   */
  Audit(Duration pause, long now) {
    this.pause = pause;
    this.due = now + pause.toNanos();
  }

  /** Takes what another look found. */
  synchronized void know(String digest, long version) {
    last = Optional.of(new Look(digest, version));
  }

  /** Whether a look is due; who is told so has to end it by {@link #end}. */
  synchronized boolean begin(long now) {
    if (running || now - due < 0) {
      return false;
    }
    running = true;
    return true;
  }

  /**
   * Takes what was seen.
   *
   * @param version that of the source both before and after the look
   * @return whether the source has changed without any event
   */
  synchronized boolean take(Snapshot snapshot, long version) {
    due = snapshot.endNanos() + Math.max(pause.toNanos(), snapshot.took().toNanos() * SHARE);
    boolean changed =
        last.filter(look -> look.version() == version && !look.digest().equals(snapshot.digest()))
            .isPresent();
    know(snapshot.digest(), version);
    return changed;
  }

  /** The look is over. */
  synchronized void end(long now) {
    running = false;
    if (now - due >= 0) {
      due = now + pause.toNanos();
    }
  }
}
