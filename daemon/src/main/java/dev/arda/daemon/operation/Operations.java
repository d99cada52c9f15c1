package dev.arda.daemon.operation;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * All operations of a daemon: starts them, joins those that are the same, lets only so many of a
 * kind run at a time, finds, cancels and ends them. Thread-safe; no method waits for an operation,
 * except where it says so.
 */
public final class Operations {

  /** Begins the names of starters that have no request id; no UUID begins like this. */
  static final String ANONYMOUS = "#";

  private final OperationParts parts;
  private final OperationStore store;
  private final AtomicLong serial = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Map<String, LiveOperation> all = new LinkedHashMap<>();
  private final Map<String, LiveOperation> open = new LinkedHashMap<>();
  private final Map<OperationKind, FairQueue<LiveOperation>> queues =
      new EnumMap<>(OperationKind.class);
  private boolean closed;

  /** With the operations that earlier daemons left, and those that others run. */
  public Operations(OperationParts parts) {
    this.parts = parts;
    this.store =
        new OperationStore(
            parts.directory(),
            parts.clock(),
            parts.limits(),
            () ->
                parts
                    .errors()
                    .apply(
                        new CommandException(
                            Reason.INTERRUPTED,
                            "The daemon died before the operation had ended.")));
  }

  /**
   * Closes operations whose daemon died, and forgets those that are beyond the limits. Reads and
   * writes files.
   */
  public void tidy() {
    List<LiveOperation> left;
    lock.lock();
    try {
      left = all.values().stream().filter(o -> !open.containsValue(o)).toList();
    } finally {
      lock.unlock();
    }
    left.forEach(this::settle);
    store.tidy();
  }

  private void settle(LiveOperation operation) {
    if (operation.settle()) {
      var name = operation.snapshot().getName();
      store.ended(name);
      lock.lock();
      try {
        all.remove(name);
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Starts an operation, or joins one: that with the same {@code requestId}, which may have ended,
   * or one that goes on and has the same {@code joinKey}.
   *
   * @param work is not used if one is joined
   * @throws OperationsClosedException if the daemon is ending
   */
  public StartedOperation start(OperationSpec spec, OperationWork work) {
    var starter =
        spec.requestId().isEmpty() ? ANONYMOUS + serial.incrementAndGet() : spec.requestId();
    lock.lock();
    try {
      var known = find(spec, starter);
      if (known.isPresent()) {
        return new Started(known.get(), starter);
      }
      var earlier =
          Optional.of(spec.requestId()).filter(id -> !id.isEmpty()).flatMap(store::findRequest);
      if (earlier.isPresent()) {
        return new Earlier(earlier.get());
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
        new LiveOperation(name, spec, work, parts, store::create, () -> ended(name, leave));
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
                    ? parts.limits().builds()
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

  private void ended(String name, Runnable leave) {
    try {
      ended(name).ifPresent(this::settle);
      store.tidy();
    } finally {
      leave.run(); // now the daemon may end
    }
  }

  private Optional<LiveOperation> ended(String name) {
    lock.lock();
    try {
      var operation = open.remove(name);
      if (operation == null) {
        return Optional.empty();
      }
      var spec = operation.spec();
      if (!queue(spec).remove(operation)) {
        queue(spec).ended(line(spec));
      }
      advance(spec);
      ended.signalAll();
      return Optional.of(operation);
    } finally {
      lock.unlock();
    }
  }

  /** One operation as it is now; empty if there is none of this name. */
  public Optional<OperationView> get(String name) {
    return find(name).map(LiveOperation::view).or(() -> store.find(name).map(this::view));
  }

  private OperationView view(Operation operation) {
    try {
      var fold = StoredEvents.sum(file(operation.getName(), OperationFiles.EVENTS)).fold();
      return new OperationView(operation, fold.nodes(), fold.counters());
    } catch (IOException e) {
      return new OperationView(operation, List.of(), List.of());
    }
  }

  private Path file(String name, String file) {
    return store.directory(name).resolve(file);
  }

  /** All operations, newest first; without what came of those that have ended. */
  public List<Operation> list() {
    List<LiveOperation> known;
    lock.lock();
    try {
      known = new ArrayList<>(all.values());
    } finally {
      lock.unlock();
    }
    var result = new LinkedHashMap<String, Operation>();
    for (var operation : known) {
      var now = operation.snapshot();
      result.put(now.getName(), OperationStates.brief(now));
    }
    store.list().forEach(operation -> result.putIfAbsent(operation.getName(), operation));
    return result.values().stream()
        .sorted(Comparator.comparing(OperationStates::createdAt).reversed())
        .toList();
  }

  /**
   * The events of an operation; empty if there is none of this name.
   *
   * @param after number of the last that the client has; 0: none
   */
  public Optional<OperationEvents> watch(String name, long after) {
    return find(name)
        .map(operation -> operation.events().open(after))
        .or(() -> store.find(name).map(_ -> stored(name, after)));
  }

  private OperationEvents stored(String name, long after) {
    return new StoredCursor(file(name, OperationFiles.EVENTS), () -> store.find(name), after);
  }

  /**
   * The log of an operation; empty if there is none of this name, or its log was not kept.
   *
   * @param nodeId what this node printed; empty: everything
   * @param follow whether to wait for what will be printed
   */
  public Optional<OperationLogText> log(String name, String nodeId, boolean follow) {
    return log(name, OperationLogText.Wanted.of(nodeId), follow);
  }

  /** The same, of what is wanted of it. */
  Optional<OperationLogText> log(String name, OperationLogText.Wanted wanted, boolean follow) {
    var view = get(name);
    if (view.isEmpty()) {
      return Optional.empty();
    }
    var names =
        new NodeNames(
            view.get().nodes(),
            id -> find(name).flatMap(operation -> operation.newsOf(id)),
            () -> get(name).map(OperationView::nodes).orElse(List.of()));
    var file = file(name, OperationFiles.LOG);
    try {
      return Optional.of(new OperationLogText(file, wanted, names::of, logEnd(name, file, follow)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private OperationLogText.End logEnd(String name, Path file, boolean follow) {
    var live = find(name).flatMap(LiveOperation::log);
    if (live.isPresent()) {
      return follow ? live.get()::awaitMoreThan : _ -> live.get().length();
    }
    if (!follow) {
      return _ -> Files.size(file);
    }
    return new PolledLength(
        file,
        () -> store.find(name).filter(o -> !OperationStates.isFinal(o.getState())).isPresent());
  }

  /**
   * Asks an operation to end, whoever waits for it.
   *
   * @param grace how long its processes may take to end after {@code SIGTERM}
   * @return as it is now; empty if there is none of this name
   * @throws ForeignOperationException if it belongs to another daemon, which lives
   */
  public Optional<Operation> cancel(String name, Duration grace) {
    var operation = find(name);
    operation.ifPresent(o -> o.cancel(grace, false));
    return operation.map(LiveOperation::snapshot).or(() -> ended(store.find(name)));
  }

  /**
   * Asks a part of an operation to end while the others go on; returns at once.
   *
   * @param part as the work of the operation calls it
   * @throws ForeignOperationException if it belongs to another daemon, which lives
   */
  void giveUpPart(String name, String part) {
    find(name)
        .ifPresentOrElse(
            operation -> operation.partsGivenUp().giveUp(part), () -> ended(store.find(name)));
  }

  /**
   * Takes back the wish of one client; the operation is asked to end if it was the last.
   *
   * @param requestId with which the client started it
   * @param grace how long its processes may take to end after {@code SIGTERM}
   * @return as it is now; empty if there is none of this name
   * @throws ForeignOperationException if it belongs to another daemon, which lives
   */
  public Optional<Operation> withdraw(String name, String requestId, Duration grace) {
    var operation = find(name);
    operation.filter(o -> leave(o, requestId, true)).ifPresent(o -> o.cancel(grace, false));
    return operation.map(LiveOperation::snapshot).or(() -> ended(store.find(name)));
  }

  /**
   * Answers a question of an operation.
   *
   * @param requestId with which the client started it
   * @param answer empty: declined
   * @return whether the client started the operation, it goes on, and asks this
   */
  public boolean answer(String name, String requestId, String promptId, Optional<String> answer) {
    return find(name)
        .filter(operation -> !requestId.isEmpty() && operation.hasRequestId(requestId))
        .filter(operation -> operation.answer(promptId, answer))
        .isPresent();
  }

  private static Optional<Operation> ended(Optional<Operation> stored) {
    stored
        .filter(operation -> !OperationStates.isFinal(operation.getState()))
        .ifPresent(operation -> {
          throw new ForeignOperationException(operation.getName());
        });
    return stored;
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

  /**
   * Waits until no operation is open that should be finished before the daemon ends.
   *
   * @param isOver whether nobody waits any more; asked again after each {@link #wake}
   * @param nanosLeft until it can be over
   */
  public void awaitThoseToFinish(BooleanSupplier isOver, LongSupplier nanosLeft)
      throws InterruptedException {
    lock.lock();
    try {
      while (!isOver.getAsBoolean()
          && open.values().stream()
              .anyMatch(o -> o.spec().onShutdown() == OperationSpec.OnShutdown.FINISH)) {
        var left = nanosLeft.getAsLong();
        if (left > 0) {
          ended.awaitNanos(left);
        } else {
          ended.await();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes {@link #awaitThoseToFinish} ask again whether it is over. */
  public void wake() {
    lock.lock();
    try {
      ended.signalAll();
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

  /**
   * Writes down that those that are open were interrupted, though their work has not returned: the
   * daemon ends without it.
   */
  public void abandon() {
    List<LiveOperation> left;
    lock.lock();
    try {
      left = List.copyOf(open.values());
    } finally {
      lock.unlock();
    }
    left.forEach(LiveOperation::abandon);
  }

  /** One that has ended, or that another daemon runs; starting it again changes nothing. */
  private final class Earlier implements StartedOperation {
    private final String name;

    Earlier(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public OperationEvents events(long after) {
      return stored(name, after);
    }

    @Override
    public void close() {}
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
