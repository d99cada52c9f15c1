package dev.arda.nix.store;

import dev.arda.nix.types.StorePath;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that keeps a store path, and all that it needs, from the garbage collector.
 *
 * @param link what keeps it: mostly the absolute path of a link; for a process what Nix calls it,
 *     for example {@code /proc/17/maps} or {@code {censored}}
 * @param path what is kept
 * @param kind what sort of root it is
 * @param expires when arda removes it, if it is arda's and ever will
 */
public record GcRoot(String link, StorePath path, Kind kind, Optional<Instant> expires) {

  /** Sorts of roots. */
  public enum Kind {
    /** arda made it for something it built, and removes it. */
    ARDA,
    /** A link that somebody made, for example {@code result}. */
    LINK,
    /** A generation of a profile. */
    PROFILE,
    /** It belongs to the system: the running one, or what its administrator put there. */
    SYSTEM,
    /** A process that is running uses it. */
    PROCESS
  }

  /** Whether a person may remove it by {@link GcRoots#remove}. */
  public boolean isRemovable() {
    return kind == Kind.ARDA || kind == Kind.LINK;
  }
}
