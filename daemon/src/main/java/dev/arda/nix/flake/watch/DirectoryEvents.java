package dev.arda.nix.flake.watch;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Events of directories, delivered through one queue. The seam where tests put overflow, exhausted
 * limits and dying threads.
 *
 * <p>Contract: an event is queued before the system call that caused it returns to its caller, or
 * in the order of such calls shortly after; events of one directory keep their order.
 */
interface DirectoryEvents extends Closeable {

  /** Opens a queue. */
  interface Factory {
    /**
     * Opens a new, empty queue.
     *
     * @throws IOException when the system grants none
     */
    DirectoryEvents open() throws IOException;
  }

  /** Which events are wanted. */
  enum Interest {
    /** Entries that appear or disappear. */
    NAMES,
    /** Also entries that are written or change their attributes. */
    EVERYTHING
  }

  /** What happened to an entry. */
  enum Kind {
    /** It was created or moved in. */
    CREATED,
    /** It was deleted or moved out. */
    DELETED,
    /** It was written or its attributes changed. */
    MODIFIED
  }

  /** A registered directory; the same directory has equal handles however it was reached. */
  interface Handle {
    /** Stops its events. Does nothing when it already ended. */
    void cancel();
  }

  /**
   * One event.
   *
   * @param kind what happened
   * @param name name of the entry in its directory
   */
  record Change(Kind kind, Path name) {}

  /**
   * Events of one directory.
   *
   * @param handle the directory
   * @param changes in order
   * @param overflow some events were lost
   * @param alive false: the directory is gone and its handle will never be heard of again
   */
  record Arrival(Handle handle, List<Change> changes, boolean overflow, boolean alive) {}

  /**
   * Registers a directory; registering it again replaces the interest and returns an equal handle.
   *
   * @throws IOException when it is missing, no directory, unreadable, or a limit is reached
   */
  Handle register(Path directory, Interest interest) throws IOException;

  /** Waits for the next arrival. */
  Arrival take() throws InterruptedException;

  /** The next arrival; empty: nothing is queued. */
  Optional<Arrival> poll();
}
