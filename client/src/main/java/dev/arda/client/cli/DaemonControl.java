package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.DaemonException;
import dev.arda.client.DaemonLocation;
import dev.arda.client.DaemonRecord;
import dev.arda.client.Deadline;
import dev.arda.v1.ShutdownRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends daemons. */
final class DaemonControl {

  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration BEYOND_GRACE = Duration.ofSeconds(10);

  /**
   * Longer than a daemon takes that is ended by a signal, so that it writes down what it leaves.
   */
  private static final Duration KILL = Duration.ofSeconds(10);

  private final Session session;
  private final DaemonLocation location;

  DaemonControl(Session session) {
    this.session = session;
    this.location = session.connector().location();
  }

  /**
   * Asks the daemon to end and waits until it has.
   *
   * @param force end its process by signals if it does not answer or does not end
   * @return its process id; empty if none ran
   * @throws DaemonException if it does not end
   */
  Optional<Long> stop(boolean force) throws InterruptedException {
    // Known before the daemon removes its record.
    var recorded = recorded();
    long pid;
    try {
      var client = ArdaClient.connectToRunning(session.connector(), Deadline.after(ANSWER));
      if (client.isEmpty()) {
        return force ? killed(recorded) : Optional.empty();
      }
      pid = shutDown(client.get());
    } catch (ArdaException e) {
      if (force) {
        return killed(recorded);
      }
      throw e;
    }
    var process = recorded.filter(handle -> handle.pid() == pid).or(() -> ProcessHandle.of(pid));
    if (process.isEmpty() || ended(process.get(), GRACE.plus(BEYOND_GRACE))) {
      return Optional.of(pid);
    }
    if (force) {
      return killed(recorded);
    }
    throw new DaemonException(
        "the daemon (process %d) was asked to end but has not; see what it waits for: arda daemon logs"
            .formatted(pid));
  }

  private static long shutDown(ArdaClient client) throws InterruptedException {
    try (client) {
      return client
          .shutdown(
              ShutdownRequest.newBuilder().setGrace(Durations.proto(GRACE)).build(),
              Deadline.after(ANSWER))
          .getPid();
    }
  }

  private Optional<ProcessHandle> recorded() {
    return switch (DaemonRecord.read(location.record())) {
      case DaemonRecord.Reading.Present(var record) -> record.process();
      case DaemonRecord.Reading.Missing() -> Optional.empty();
      case DaemonRecord.Reading.Corrupt(_) -> Optional.empty();
    };
  }

  /** Only a process that the record names beyond doubt is ever signalled. */
  private Optional<Long> killed(Optional<ProcessHandle> recorded) throws InterruptedException {
    if (recorded.isEmpty()) {
      return Optional.empty();
    }
    var process = recorded.get();
    process.destroy();
    if (!ended(process, KILL)) {
      process.destroyForcibly();
      if (!ended(process, KILL)) {
        throw new DaemonException(
            "the daemon's process %d could not be ended".formatted(process.pid()));
      }
    }
    return Optional.of(process.pid());
  }

  private static boolean ended(ProcessHandle process, Duration time) throws InterruptedException {
    try {
      var _ = process.onExit().get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return !process.isAlive();
    }
  }
}
