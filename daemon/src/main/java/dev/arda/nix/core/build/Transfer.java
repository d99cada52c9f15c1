package dev.arda.nix.core.build;

import java.time.Instant;
import java.util.Optional;

/**
 * One store path on its way from one store to another.
 *
 * @param kind which way
 * @param path the store path; for a file that is not one, its URL
 * @param store the other store, for example {@code https://cache.example.org}; empty: not known
 * @param state where it is
 * @param done bytes that have arrived, unpacked
 * @param expected bytes of it, unpacked; 0: not known
 * @param startedAt when it began; empty: it waits
 * @param finishedAt when it ended
 */
public record Transfer(
    Kind kind,
    String path,
    String store,
    State state,
    long done,
    long expected,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt) {

  /** Which way. */
  public enum Kind {
    /** From a cache, or from wherever a source is fetched, to the caller's store. */
    DOWNLOAD,
    /** Between the caller's store and another one, such as that of a remote builder. */
    COPY
  }

  /** Where it is. */
  public enum State {
    /** It is planned. */
    WAITING,
    /** It runs. */
    RUNNING,
    /** It has arrived. */
    DONE,
    /** It ended before it had arrived. */
    FAILED,
    /** It was planned, and then not needed. */
    UNNEEDED
  }
}
