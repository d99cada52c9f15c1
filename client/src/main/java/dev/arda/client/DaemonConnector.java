package dev.arda.client;

import dev.arda.v1.DaemonServiceGrpc;
import dev.arda.v1.StatusRequest;
import dev.arda.v1.StatusResponse;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Connects to the daemon of a user, and starts it where there is none.
 *
 * <p>First it tries without a lock, which is all that happens while a daemon runs. Only then does
 * it take the lock that all clients share, and tries again under it, because another client may
 * have been faster. What the last daemon left is removed under the lock only, and only when nothing
 * answers there.
 *
 * <p>Thread-safe.
 */
public final class DaemonConnector {

  /** How a daemon ends that finds another one in its place, be it only starting. */
  private static final int ANOTHER_RUNS = 75;

  private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(10);

  private static final Duration USUAL_END = Duration.ofSeconds(1);
  private static final Duration USUAL_START = Duration.ofSeconds(5);

  private final DaemonLocation location;
  private final PrivateFiles files;
  private final DaemonLauncher launcher;
  private final Transport.Factory transports;
  private final Consumer<String> notices;

  /** For the daemon that the environment says. */
  public DaemonConnector(Environment environment) {
    this(environment, DaemonLocation.of(environment));
  }

  /** For a daemon in a certain place. */
  public DaemonConnector(Environment environment, DaemonLocation location) {
    this(
        location,
        new PrivateFiles(environment.uid()),
        new DaemonLauncher(environment),
        NettyTransport::open,
        _ -> {});
  }

  /**
   * For the daemon that the environment says, with connections that are quick to make: for a
   * process that asks a question or two and ends.
   */
  public static DaemonConnector brief(Environment environment) {
    return brief(environment, DaemonLocation.of(environment));
  }

  static DaemonConnector brief(Environment environment, DaemonLocation location) {
    return new DaemonConnector(
        location,
        new PrivateFiles(environment.uid()),
        new DaemonLauncher(environment),
        BriefTransport::open,
        _ -> {});
  }

  private DaemonConnector(
      DaemonLocation location,
      PrivateFiles files,
      DaemonLauncher launcher,
      Transport.Factory transports,
      Consumer<String> notices) {
    this.location = location;
    this.files = files;
    this.launcher = launcher;
    this.transports = transports;
    this.notices = notices;
  }

  /**
   * The same, for somebody who is told what is waited for where that takes longer than a moment.
   *
   * @param listener hears lines, on the thread that connects
   */
  public DaemonConnector telling(Consumer<String> listener) {
    return new DaemonConnector(location, files, launcher, transports, listener);
  }

  /** Where the daemon is. */
  public DaemonLocation location() {
    return location;
  }

  /** What came of trying to reach the daemon. */
  private sealed interface Attempt {
    /** Why nobody should try again; empty: a daemon may be started. */
    default Optional<String> fault() {
      return Optional.empty();
    }

    record Answered(Transport transport, StatusResponse status) implements Attempt {}

    record Absent() implements Attempt {}

    record Refused() implements Attempt {}

    record Draining() implements Attempt {}

    record Unsupported(String message) implements Attempt {
      @Override
      public Optional<String> fault() {
        return Optional.of(message);
      }
    }

    record Silent(String message) implements Attempt {
      @Override
      public Optional<String> fault() {
        return Optional.of(message);
      }
    }
  }

  /**
   * Connects, starting a daemon if none answers.
   *
   * @param draining process id of a daemon that is known to take no more questions, if any
   * @throws DaemonException if there is none at the deadline; says which step failed, and shows
   *     what the daemon logged
   */
  DaemonConnection connect(Deadline deadline, OptionalLong draining) throws InterruptedException {
    location.checkLength();
    files.ensureDirectory(location.runtimeDirectory());
    if (attempt(deadline.half(LONGEST_ATTEMPT), draining)
        instanceof Attempt.Answered(var transport, var status)) {
      return new DaemonConnection(transport, status, Optional.empty());
    }
    try (var _ =
        LifecycleLock.acquire(
            location.lockFile(),
            deadline.inner(),
            new Notice(
                notices,
                USUAL_START,
                "another command starts the daemon, or waits for one that is ending; waiting for that"))) {
      return connectUnderLock(deadline.inner(), draining);
    }
  }

  /**
   * Connects to a daemon that runs; empty if none does, or only one that is ending.
   *
   * @throws DaemonException if there is one that cannot be talked to
   */
  Optional<DaemonConnection> connectToRunning(Deadline deadline) throws InterruptedException {
    location.checkLength();
    if (!Files.exists(location.runtimeDirectory())) {
      return Optional.empty();
    }
    files
        .directoryFault(location.runtimeDirectory())
        .ifPresent(fault -> {
          throw new DaemonException(fault);
        });
    // No switch over types: Java writes a class for the first one (docs/performance.md).
    var attempt = attempt(deadline, OptionalLong.empty());
    if (attempt instanceof Attempt.Answered(var transport, var status)) {
      return Optional.of(new DaemonConnection(transport, status, Optional.empty()));
    }
    var fault = attempt.fault();
    if (fault.isPresent()) {
      throw new DaemonException(fault.get());
    }
    return Optional.empty();
  }

  /**
   * Has another process start the daemon, without waiting for it. Does nothing if somebody is doing
   * so already, or if it cannot be done.
   */
  public void startInBackground() throws InterruptedException {
    try {
      location.checkLength();
      files.ensureDirectory(location.runtimeDirectory());
      LifecycleLock.acquire(location.lockFile(), Deadline.after(Duration.ofMillis(1))).close();
      launcher.startInBackground();
    } catch (DaemonException e) {
      // Whoever needs the daemon next waits for it and is told.
    }
  }

  private Attempt attempt(Deadline deadline, OptionalLong draining) throws InterruptedException {
    return switch (files.examineSocket(location.socket())) {
      case MISSING -> new Attempt.Absent();
      case PRESENT -> call(deadline, draining);
    };
  }

  private Attempt call(Deadline deadline, OptionalLong draining) throws InterruptedException {
    var transport = transports.open(location.socket());
    boolean keep = false;
    try {
      var options =
          CallOptions.DEFAULT.withDeadlineAfter(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
      var stream =
          EventStream.start(
              Calls.opener(
                  transport,
                  DaemonServiceGrpc.getStatusMethod(),
                  options,
                  StatusRequest.newBuilder().setIdentityOnly(true).build()),
              failure -> {
                throw new ArdaException(failure);
              });
      var status = stream.single();
      if (draining.isPresent() && draining.getAsLong() == status.getPid()) {
        return new Attempt.Draining();
      }
      keep = true;
      return new Attempt.Answered(transport, status);
    } catch (ArdaException e) {
      return classify(e.failure());
    } finally {
      if (!keep) {
        transport.close();
      }
    }
  }

  private Attempt classify(Failure failure) {
    if (failure.isDraining()) {
      return new Attempt.Draining();
    }
    if (failure.isUnsupportedProtocol()) {
      return new Attempt.Unsupported(
          "the daemon at %s does not speak protocol %d: %s"
              .formatted(location.socket(), Protocol.VERSION, failure.message()));
    }
    if (failure.code() == Status.Code.DEADLINE_EXCEEDED) {
      return new Attempt.Silent(silence("in time"));
    }
    if (failure.isLostConnection()) {
      return switch (SocketProbe.probe(location.socket())) {
        case MISSING -> new Attempt.Absent();
        case REFUSED -> new Attempt.Refused();
        case LISTENING -> new Attempt.Silent(silence("but broke the connection off"));
      };
    }
    return new Attempt.Silent(silence("properly: " + failure.message()));
  }

  private String silence(String how) {
    return """
    something listens at %s but does not answer %s
    see what it does: arda daemon logs
    replace it: arda daemon restart --force\
    """
        .formatted(location.socket(), how);
  }

  private DaemonConnection connectUnderLock(Deadline deadline, OptionalLong draining)
      throws InterruptedException {
    var record = DaemonRecord.read(location.record());
    var reason = DaemonStartReason.NONE_RUNNING;
    switch (attempt(deadline.half(LONGEST_ATTEMPT), draining)) {
      case Attempt.Answered(var transport, var status) -> {
        return new DaemonConnection(transport, status, Optional.empty());
      }
      case Attempt.Absent() -> {}
      case Attempt.Refused() -> reason = DaemonStartReason.STALE_SOCKET;
      case Attempt.Draining() -> {
        reason = DaemonStartReason.DRAINING;
        awaitEnd(record, deadline.inner());
      }
      case Attempt.Unsupported(var message) -> {
        reason = DaemonStartReason.PROTOCOL_UNSUPPORTED;
        replace(record, message, deadline.inner());
      }
      case Attempt.Silent(var message) -> throw new DaemonException(message);
    }
    if (record instanceof DaemonRecord.Reading.Corrupt) {
      reason = DaemonStartReason.CORRUPT_RECORD;
    }
    removeLeftSocket();
    return start(reason, deadline);
  }

  /**
   * Waits until nobody listens any more, and a little longer for the process, which still has its
   * files to remove.
   */
  private void awaitEnd(DaemonRecord.Reading record, Deadline deadline)
      throws InterruptedException {
    var backoff = new Backoff(deadline);
    var notice =
        new Notice(
            notices,
            USUAL_END,
            "the daemon is ending and finishes what it does first; waiting for that (see: arda daemon logs)");
    while (SocketProbe.probe(location.socket()) == SocketProbe.Answer.LISTENING) {
      notice.waiting();
      if (!backoff.pause()) {
        throw new DaemonException(
            """
            the running daemon is ending but has not ended in time (%s)
            see what it waits for: arda daemon logs
            end it at once: arda daemon stop --force\
            """
                .formatted(location.socket()));
      }
    }
    if (record instanceof DaemonRecord.Reading.Present(var present)) {
      var process = present.process();
      if (process.isPresent()) {
        var _ = awaitExit(process.get(), deadline.half(Duration.ofSeconds(2)));
      }
    }
  }

  /**
   * Asks a daemon of another protocol to end. Only a process that its record names beyond doubt is
   * signalled.
   */
  private void replace(DaemonRecord.Reading record, String message, Deadline deadline)
      throws InterruptedException {
    if (!(record instanceof DaemonRecord.Reading.Present(var present))) {
      throw new DaemonException(message + "\nit left no record of its process; end it yourself");
    }
    var process =
        present
            .process()
            .orElseThrow(() ->
                new DaemonException(
                    message + "\nits record names another process; end it yourself"));
    process.destroy();
    if (!awaitExit(process, deadline)) {
      throw new DaemonException(
          message + "\nits process %d was asked to end but has not".formatted(process.pid()));
    }
  }

  private static boolean awaitExit(ProcessHandle process, Deadline deadline)
      throws InterruptedException {
    try {
      var _ = process.onExit().get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return !process.isAlive();
    }
  }

  private void removeLeftSocket() {
    if (SocketProbe.probe(location.socket()) == SocketProbe.Answer.REFUSED) {
      try {
        var _ = Files.deleteIfExists(location.socket());
      } catch (IOException e) {
        throw new DaemonException(
            "cannot remove the socket %s of a daemon that is gone: %s"
                .formatted(location.socket(), PrivateFiles.explain(e)));
      }
    }
  }

  private DaemonConnection start(DaemonStartReason reason, Deadline deadline)
      throws InterruptedException {
    return awaitReady(launcher.start(location), reason, deadline);
  }

  /** Waits until a daemon that was just started answers. */
  DaemonConnection awaitReady(StartedDaemon started, DaemonStartReason reason, Deadline deadline)
      throws InterruptedException {
    var backoff = new Backoff(deadline.inner());
    do {
      // Asked before the attempt: if it was gone then, an answer can only come from another daemon.
      boolean alive = started.process().isAlive();
      var attempt = attempt(deadline.inner().half(LONGEST_ATTEMPT), OptionalLong.empty());
      if (attempt instanceof Attempt.Answered(var transport, var status)) {
        started.release();
        return new DaemonConnection(transport, status, Optional.of(reason));
      }
      if (attempt instanceof Attempt.Unsupported(var message)) {
        throw new DaemonException(message + started.tail());
      }
      // Then another one holds the place: a client that was killed meanwhile may have started it.
      if (!alive && started.process().exitValue() != ANOTHER_RUNS) {
        throw new DaemonException(
            "the daemon ended with exit code %d while it was starting%s"
                .formatted(started.process().exitValue(), started.tail()));
      }
    } while (backoff.pause());
    throw new DaemonException(
        "the daemon was started (process %d) but did not answer in time; set %s to wait longer%s"
            .formatted(started.pid(), Setting.ARDA_START_TIMEOUT.name(), started.tail()));
  }
}
