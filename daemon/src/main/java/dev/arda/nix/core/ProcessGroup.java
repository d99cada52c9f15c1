package dev.arda.nix.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A process and everything it started, which end together.
 *
 * <p>The leader runs in its own session, so that its number is that of a process group which its
 * descendants stay in even after they lost their parent: walking the tree of processes misses
 * those. Where no {@code setsid} program exists there is only the tree.
 *
 * <p>Thread-safe.
 */
final class ProcessGroup {

  private static final Duration AFTER_KILL = Duration.ofSeconds(2);
  private static final Path PROC = Path.of("/proc");

  private final Process leader;
  private final boolean ownGroup;
  private final Signals signals;
  private final ReentrantLock ending = new ReentrantLock();
  private boolean ended; // guarded by ending
  private volatile boolean hurry;

  ProcessGroup(Process leader, boolean ownGroup, Signals signals) {
    this.leader = leader;
    this.ownGroup = ownGroup;
    this.signals = signals;
  }

  /**
   * Ends every process of the group: {@code SIGTERM}, then {@code SIGKILL} to those that are left
   * when the grace period is over. Also when the leader is gone already. Not interruptible: an
   * interrupt is kept for the caller.
   *
   * @param grace zero: {@code SIGKILL} at once, also when another thread is waiting out a grace
   * @return whether all are gone; false if one could not be ended, for example because it runs as
   *     another user
   */
  boolean end(Duration grace) {
    return end(() -> grace);
  }

  /**
   * The same, with a grace period that can become shorter while it is waited out.
   *
   * @param grace is asked at once, and again from time to time
   */
  boolean end(Supplier<Duration> grace) {
    if (!grace.get().isPositive()) {
      hurry = true;
    }
    var interrupted = Thread.interrupted();
    ending.lock();
    try {
      // Once all are gone, the number may be given to a stranger.
      if (!ended) {
        ended = endAll(grace);
      }
      return ended;
    } finally {
      ending.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean endAll(Supplier<Duration> grace) {
    var descendants = leader.isAlive() ? leader.descendants().toList() : List.<ProcessHandle>of();
    if (gone(descendants)) {
      return true;
    }
    if (grace.get().isPositive()) {
      signal(descendants, Signals.TERM);
      if (await(descendants, grace, true)) {
        return true;
      }
    }
    signal(descendants, Signals.KILL);
    return await(descendants, () -> AFTER_KILL, false);
  }

  private void signal(List<ProcessHandle> descendants, int signal) {
    if (ownGroup) {
      signals.send(-leader.pid(), signal);
    }
    // Until setsid has run there is no such group, so the leader is signalled as well.
    for (var handle : withLeader(descendants)) {
      var _ = signal == Signals.KILL ? handle.destroyForcibly() : handle.destroy();
    }
  }

  private List<ProcessHandle> withLeader(List<ProcessHandle> descendants) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(leader.toHandle()), descendants.stream())
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  private boolean await(
      List<ProcessHandle> descendants, Supplier<Duration> limit, boolean hurried) {
    var start = System.nanoTime();
    var pause = 1_000_000L;
    while (!gone(descendants)) {
      if (System.nanoTime() - start >= limit.get().toNanos() || (hurried && hurry)) {
        return false;
      }
      // Nothing tells when the last member of a group is gone.
      LockSupport.parkNanos(pause);
      pause = Math.min(pause * 2, 20_000_000L);
    }
    return true;
  }

  private boolean gone(List<ProcessHandle> descendants) {
    return !leader.isAlive()
        && !groupLives()
        && descendants.stream().noneMatch(handle -> handle.isAlive() && !isZombie(handle.pid()));
  }

  private boolean groupLives() {
    return ownGroup && signals.send(-leader.pid(), Signals.PROBE) && hasLivingMember(leader.pid());
  }

  /** A group also exists while its dead wait to be collected by a parent that may never do so. */
  private static boolean hasLivingMember(long group) {
    if (!Files.isDirectory(PROC.resolve("self"))) {
      return true;
    }
    try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (var entry : entries) {
        var status = Status.read(entry);
        if (status.isPresent() && status.get().group() == group && !status.get().zombie()) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean isZombie(long pid) {
    return Status.read(PROC.resolve(Long.toString(pid))).map(Status::zombie).orElse(false);
  }

  /** From {@code /proc/PID/stat}, see proc(5); the name of the program may hold any character. */
  private record Status(boolean zombie, long group) {

    static Optional<Status> read(Path directory) {
      try {
        var text = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
        var fields = text.substring(text.lastIndexOf(')') + 2).split(" ", 4);
        return Optional.of(
            new Status(fields[0].equals("Z") || fields[0].equals("X"), Long.parseLong(fields[2])));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      } catch (IOException | RuntimeException e) {
        return Optional.empty();
      }
    }
  }
}
