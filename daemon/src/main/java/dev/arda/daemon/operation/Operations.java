package dev.arda.daemon.operation;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All operations of a daemon: starts them, joins those that are the same, lets only so many of a
 * kind run at a time, finds, cancels and ends them. Thread-safe; no method waits for an operation,
 * except where it says so.
 */
public final class Operations {

  private final OperationParts parts;
  private final AtomicLong serial = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Map<String, LiveOperation> all = new LinkedHashMap<>();
  private final Map<String, LiveOperation> open = new LinkedHashMap<>();
  private final Map<OperationKind, FairQueue<LiveOperation>> queues =
      new EnumMap<>(OperationKind.class);
  private boolean closed;

  /** No operations yet. */
  public Operations(OperationParts parts) {
    this.parts = parts;
  }

  /**
   * Starts an operation, or joins one: that with the same {@code requestId}, which may have ended,
   * or one that goes on and has the same {@code joinKey}.
   *
   * @param work is not used if one is joined
   * @throws OperationsClosedException if the daemon is ending
   */
  public StartedOperation start(OperationSpec spec, OperationWork work) {
    var starter = spec.requestId().isEmpty() ? "#" + serial.incrementAndGet() : spec.requestId();
    lock.lock();
    try {
      var known = find(spec, starter);
      if (known.isPresent()) {
        return new Started(known.get(), starter);
      }
      if (closed) {
        throw new OperationsClosedException();
      }
      return new Started(accept(spec, work, starter), starter);
    } finally {
      lock.unlock();
    }
  }

  private Optional<LiveOperation> find(OperationSpec spec, String starter) {
    if (!spec.requestId().isEmpty()) {
      var same = all.values().stream().filter(o -> o.hasRequestId(spec.requestId())).findFirst();
      if (same.isPresent()) {
        same.get().join(starter, spec.survivesClients(), true);
        return same;
      }
    }
    if (!spec.joinKey().isEmpty()) {
      return open.values().stream()
          .filter(o -> o.spec().joinKey().equals(spec.joinKey()))
          .filter(o -> o.join(starter, spec.survivesClients(), false))
          .findFirst();
    }
    return Optional.empty();
  }

  private LiveOperation accept(OperationSpec spec, OperationWork work, String starter) {
    var name = OperationNames.random(parts.random());
    var leave = parts.presence().get();
    var operation =
        new LiveOperation(
            name,
            spec,
            work,
            parts,
            () -> {
              ended(name);
              leave.run();
            });
    operation.join(starter, spec.survivesClients(), true);
    all.put(name, operation);
    open.put(name, operation);
    operation.open();
    queue(spec).add(line(spec), operation);
    advance(spec);
    return operation;
  }

  private FairQueue<LiveOperation> queue(OperationSpec spec) {
    return queues.computeIfAbsent(
        spec.kind(),
        kind ->
            new FairQueue<>(
                kind == OperationKind.OPERATION_KIND_BUILD
                    ? parts.maximumBuilds()
                    : Integer.MAX_VALUE));
  }

  private static String line(OperationSpec spec) {
    return spec.flakeRef();
  }

  private void advance(OperationSpec spec) {
    var queue = queue(spec);
    for (var next = queue.next(); next.isPresent(); next = queue.next()) {
      next.get().begin();
    }
    int position = 0;
    for (var waiting : queue.waiting()) {
      waiting.queued(position++);
    }
  }

  private void ended(String name) {
    lock.lock();
    try {
      var operation = open.remove(name);
      if (operation == null) {
        return;
      }
      var spec = operation.spec();
      if (!queue(spec).remove(operation)) {
        queue(spec).ended(line(spec));
      }
      advance(spec);
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** One operation as it is now; empty if there is none of this name. */
  public Optional<OperationView> get(String name) {
    return find(name).map(LiveOperation::view);
  }

  /** All operations, newest first. */
  public List<Operation> list() {
    List<LiveOperation> known;
    lock.lock();
    try {
      known = new ArrayList<>(all.values());
    } finally {
      lock.unlock();
    }
    return known.reversed().stream().map(LiveOperation::snapshot).toList();
  }

  /**
   * The events of an operation; empty if there is none of this name.
   *
   * @param after number of the last that the client has; 0: none
   */
  public Optional<OperationEvents> watch(String name, long after) {
    return find(name).map(operation -> operation.events().open(after));
  }

  /**
   * Asks an operation to end, whoever waits for it.
   *
   * @param grace how long its processes may take to end after {@code SIGTERM}
   * @return as it is now; empty if there is none of this name
   */
  public Optional<Operation> cancel(String name, Duration grace) {
    var operation = find(name);
    operation.ifPresent(o -> o.cancel(grace, false));
    return operation.map(LiveOperation::snapshot);
  }

  /**
   * Takes back the wish of one client; the operation is asked to end if it was the last.
   *
   * @param requestId with which the client started it
   * @param grace how long its processes may take to end after {@code SIGTERM}
   * @return as it is now; empty if there is none of this name
   */
  public Optional<Operation> withdraw(String name, String requestId, Duration grace) {
    var operation = find(name);
    operation.filter(o -> leave(o, requestId, true)).ifPresent(o -> o.cancel(grace, false));
    return operation.map(LiveOperation::snapshot);
  }

  /** With the lock, so that nobody joins between the last who leaves and the end. */
  private boolean leave(LiveOperation operation, String starter, boolean entirely) {
    lock.lock();
    try {
      return operation.leave(starter, entirely);
    } finally {
      lock.unlock();
    }
  }

  private Optional<LiveOperation> find(String name) {
    lock.lock();
    try {
      return Optional.ofNullable(all.get(name));
    } finally {
      lock.unlock();
    }
  }

  /** No operation can be started from now on. */
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no operation is open that has to be finished before the daemon may end. */
  public void awaitThoseToFinish() throws InterruptedException {
    lock.lock();
    try {
      while (open.values().stream()
          .anyMatch(o -> o.spec().onShutdown() == OperationSpec.OnShutdown.FINISH)) {
        ended.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends all that are open because the daemon ends; returns at once. */
  public void interrupt() {
    List<LiveOperation> left;
    lock.lock();
    try {
      closed = true;
      left = List.copyOf(open.values());
    } finally {
      lock.unlock();
    }
    left.forEach(operation -> operation.cancel(OperationReport.DEFAULT_GRACE, true));
  }

  private final class Started implements StartedOperation {
    private final LiveOperation operation;
    private final String starter;
    private final AtomicBoolean left = new AtomicBoolean();

    Started(LiveOperation operation, String starter) {
      this.operation = operation;
      this.starter = starter;
    }

    @Override
    public String name() {
      return operation.snapshot().getName();
    }

    @Override
    public OperationEvents events(long after) {
      return operation.events().open(after);
    }

    @Override
    public void close() {
      if (left.compareAndSet(false, true) && leave(operation, starter, false)) {
        operation.cancel(OperationReport.DEFAULT_GRACE, false);
      }
    }
  }
}
