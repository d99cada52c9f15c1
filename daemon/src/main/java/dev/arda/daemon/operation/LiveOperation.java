package dev.arda.daemon.operation;

import com.google.protobuf.Timestamp;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.OperationUpdate;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * An operation of this daemon, from its acceptance on: its state, who wants it, and the thread that
 * does the work. Another thread, the pump, turns what the work tells into events. Thread-safe.
 */
final class LiveOperation {

  /** The shortest time between two updates. */
  static final Duration UPDATE_INTERVAL = Duration.ofMillis(100);

  private final OperationSpec spec;
  private final OperationWork work;
  private final OperationParts parts;
  private final Runnable afterwards;
  private final PendingChanges pending;
  private final OperationKeeping keeping;
  private final EventLog events;
  private final ReentrantLock logLock = new ReentrantLock();

  /** Held while news become events, and before {@link #lock} where both are. */
  private final ReentrantLock flushLock = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Operation.Builder operation;
  private final Starters starters = new Starters();
  private final Prompts prompts = new Prompts();
  private final GivingUp givingUp = new GivingUp();
  private final PartsGivenUp partsGivenUp = new PartsGivenUp();
  private Optional<Thread> worker = Optional.empty();

  /**
   * Accepts an operation.
   *
   * @param files opens its files, which may fail
   * @param afterwards is called once, on any thread, when it has ended
   */
  LiveOperation(
      String name,
      OperationSpec spec,
      OperationWork work,
      OperationParts parts,
      OperationKeeping.FileOpener files,
      Runnable afterwards) {
    this.spec = spec;
    this.work = work;
    this.parts = parts;
    this.afterwards = afterwards;
    this.pending = new PendingChanges(parts.nanos());
    this.operation =
        Operation.newBuilder()
            .setName(name)
            .setKind(spec.kind())
            .setState(OperationState.OPERATION_STATE_QUEUED)
            .setTitle(spec.title())
            .setFlakeRef(spec.flakeRef())
            .addAllHosts(spec.hosts())
            .addAllUsers(spec.users())
            .setCreatedAt(now());
    spec.deploy().ifPresent(operation::setDeploy);
    var ids = spec.requestId().isEmpty() ? Set.<String>of() : Set.of(spec.requestId());
    this.keeping =
        new OperationKeeping(files, new OperationRecord(operation.build(), ids), this::warnOfDisk);
    this.events = keeping.events();
    append(event -> event.setAccepted(OperationAccepted.newBuilder().setOperation(operation)));
  }

  private void warnOfDisk(IOException e) {
    pending.warning(
        "",
        "What this operation tells cannot be kept in %s (%s). It goes on; those who watch it later may miss a part."
            .formatted(parts.directory(), e.getMessage()));
  }

  /** What it is about. */
  OperationSpec spec() {
    return spec;
  }

  /** The whole log; empty if it is not kept. */
  Optional<LogFile> log() {
    return keeping.log();
  }

  /** Its events. */
  EventLog events() {
    return events;
  }

  /** Starts the pump. */
  void open() {
    var _ = Thread.ofVirtual().name("arda-events-" + id()).start(this::pump);
  }

  private String id() {
    return OperationNames.id(operation.getName());
  }

  /** Its turn has come. Does nothing if it has ended. */
  void begin() {
    lock.lock();
    try {
      if (isFinal() || givingUp.isDone() || worker.isPresent()) {
        return;
      }
      state(OperationState.OPERATION_STATE_RUNNING);
      operation.setStartedAt(now()).setQueuePosition(0);
      pending.queuePosition(0);
      writeRecord();
      worker = Optional.of(Thread.ofVirtual().name("arda-operation-" + id()).start(this::perform));
    } finally {
      lock.unlock();
    }
  }

  /** It waits behind so many others. */
  void queued(int position) {
    lock.lock();
    try {
      if (worker.isEmpty() && operation.getQueuePosition() != position) {
        operation.setQueuePosition(position);
        pending.queuePosition(position);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * One more client wants it.
   *
   * @param starter who
   * @param survives whether it shall go on when this client has gone
   * @param always also if it is ending or has ended
   * @return whether the client is part of it now
   */
  boolean join(String starter, boolean survives, boolean always) {
    lock.lock();
    try {
      if (!always && (givingUp.isDone() || isFinal())) {
        return false;
      }
      starters.add(starter, survives);
      prompts.attended(true);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A client has gone, or does not want it any more.
   *
   * @param entirely whether it does not want it any more, however often it asked for it
   * @return whether nobody wants it any more
   */
  boolean leave(String starter, boolean entirely) {
    lock.lock();
    try {
      if (!(entirely ? starters.withdraw(starter) : starters.remove(starter))) {
        return false;
      }
      if (starters.count() == 0) {
        prompts.attended(false);
      }
      return !starters.wantIt() && !isFinal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks it to end. Called again, it can only shorten the grace.
   *
   * @param grace how long its processes may take
   * @param byDaemon whether it is the daemon that ends
   */
  void cancel(Duration grace, boolean byDaemon) {
    if (giveUp(grace, byDaemon)) {
      finishGivenUp();
    }
  }

  /** Whether it has no worker that could end it, and had not been given up before. */
  private boolean giveUp(Duration grace, boolean byDaemon) {
    lock.lock();
    try {
      if (isFinal() || !givingUp.begin(grace, byDaemon)) {
        return false;
      }
      worker.ifPresent(thread -> {
        state(OperationState.OPERATION_STATE_CANCELLING);
        thread.interrupt();
      });
      return worker.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** It ends as given up by the daemon; what its work does later is told to nobody. */
  void abandon() {
    finish(
        OperationState.OPERATION_STATE_INTERRUPTED,
        failed(parts.errors().apply(GivingUp.interrupted())));
  }

  /** As it is now. */
  Operation snapshot() {
    lock.lock();
    try {
      return operation.clone().setLastSequence(events.last()).setStarters(starters.count()).build();
    } finally {
      lock.unlock();
    }
  }

  /** As it is now, with its nodes and counters. */
  OperationView view() {
    lock.lock();
    try {
      return events.fold(fold -> new OperationView(snapshot(), fold.nodes(), fold.counters()));
    } finally {
      lock.unlock();
    }
  }

  /** A node that those who watch are about to be told of; empty if they were. */
  Optional<OperationNode> newsOf(String nodeId) {
    flushLock.lock();
    try {
      return pending.node(nodeId);
    } finally {
      flushLock.unlock();
    }
  }

  /** Whether a client asked for it with this id. */
  boolean hasRequestId(String id) {
    lock.lock();
    try {
      return starters.asked(id);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Answers a question that a node asks.
   *
   * @param answer empty: declined
   * @return whether it was open
   */
  boolean answer(String promptId, Optional<String> answer) {
    return prompts.answer(promptId, answer);
  }

  /** Parts of it that nobody wants any more. */
  PartsGivenUp partsGivenUp() {
    return partsGivenUp;
  }

  private void perform() {
    try {
      var result = work.run(new Report());
      finish(stateOf(result), result);
    } catch (InterruptedException e) {
      finishGivenUp();
    } catch (NixException e) {
      finish(
          e.reason() == Reason.CANCELLED ? givenUpState() : OperationState.OPERATION_STATE_FAILED,
          failed(parts.errors().apply(e)));
    } catch (Throwable e) { // whatever it was, those who watch must be told
      finish(OperationState.OPERATION_STATE_FAILED, failed(parts.errors().apply(e)));
      if (e instanceof LinkageError broken) {
        throw broken; // the installation is gone; the thread's handler ends the process
      }
    }
  }

  private OperationState stateOf(OperationResult result) {
    if (!result.hasError()) {
      return OperationState.OPERATION_STATE_SUCCEEDED;
    }
    lock.lock();
    try {
      boolean isGivenUp = givingUp.isDone() || result.getError().getCode() == Code.CANCELLED_VALUE;
      return isGivenUp ? givingUp.state() : OperationState.OPERATION_STATE_FAILED;
    } finally {
      lock.unlock();
    }
  }

  private OperationState givenUpState() {
    lock.lock();
    try {
      return givingUp.state();
    } finally {
      lock.unlock();
    }
  }

  private void finishGivenUp() {
    NixException reason;
    lock.lock();
    try {
      reason = givingUp.reason();
    } finally {
      lock.unlock();
    }
    finish(givenUpState(), failed(parts.errors().apply(reason)));
  }

  private static OperationResult failed(Status error) {
    return OperationResult.newBuilder().setError(error).build();
  }

  private void finish(OperationState state, OperationResult result) {
    // Files are written now, and an interrupt that came too late must not disturb that.
    var _ = Thread.interrupted();
    flushLock.lock();
    lock.lock();
    try {
      if (isFinal()) {
        return; // it was abandoned
      }
      var rest = pending.close();
      rest.forEach(this::append);
      writeLog();
      log().ifPresent(LogFile::complete);
      var time = now();
      closeNodes(time).forEach(this::append);
      operation.setState(state).setResult(result).setFinishedAt(time).setQueuePosition(0);
      append(event -> event.setFinished(OperationFinished.newBuilder().setOperation(operation)));
    } finally {
      lock.unlock();
      flushLock.unlock();
    }
    afterwards.run();
  }

  /**
   * Completes the files of an operation that has ended.
   *
   * @return whether all of it is on disk; if not, this can be tried again
   */
  boolean settle() {
    lock.lock();
    try {
      if (!isFinal() || !events.isWritten() || !writeRecord()) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    keeping.close(); // may wait for the disk; nobody waits for this
    return true;
  }

  private boolean writeRecord() {
    return keeping.record(new OperationRecord(operation.build(), starters.requestIds()));
  }

  /** By the pump, and by whoever prints more than the pump has taken. */
  private void writeLog() {
    logLock.lock();
    try {
      keeping.log(pending.takeBacklog());
    } finally {
      logLock.unlock();
    }
  }

  /** What still runs when the work has returned was given up. */
  private List<OperationUpdate> closeNodes(Timestamp time) {
    var updates = new Updates();
    for (var node : events.fold(Fold::openNodes)) {
      updates.node(
          node.toBuilder()
              .setState(OperationNodeState.OPERATION_NODE_STATE_CANCELLED)
              .setFinishedAt(time)
              .build());
    }
    return updates.done();
  }

  private void pump() {
    try {
      while (pending.await()) {
        flush();
        if (!pending.rest(UPDATE_INTERVAL.toNanos())) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that
    }
  }

  /** What an event tells of a log is on disk before; the disk delays nobody else. */
  private void flush() {
    flushLock.lock();
    try {
      var news = pending.take();
      writeLog();
      lock.lock();
      try {
        if (!isFinal()) {
          news.forEach(this::append);
        }
      } finally {
        lock.unlock();
      }
    } finally {
      flushLock.unlock();
    }
  }

  private void append(OperationUpdate update) {
    append(event -> event.setUpdate(update));
  }

  private void append(Consumer<OperationEvent.Builder> what) {
    events.append(sequence -> {
      operation.setLastSequence(sequence).setStarters(starters.count());
      var event = OperationEvent.newBuilder().setSequence(sequence).setTime(now());
      what.accept(event);
      return event.build();
    });
  }

  private void state(OperationState state) {
    operation.setState(state);
    pending.state(state);
  }

  private boolean isFinal() {
    return OperationStates.isFinal(operation.getState());
  }

  private Timestamp now() {
    var instant = parts.clock().instant();
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  private final class Report implements OperationReport {
    @Override
    public void node(OperationNode node) {
      pending.node(node);
    }

    @Override
    public void counter(OperationCounter counter) {
      pending.counter(counter);
    }

    @Override
    public void log(String nodeId, String line) {
      if (pending.log(nodeId, line)) {
        writeLog();
      }
    }

    @Override
    public void warning(String nodeId, String text) {
      pending.warning(nodeId, text);
    }

    @Override
    public Optional<String> ask(OperationNode node) throws InterruptedException {
      return prompts.ask(node.getPrompt().getId(), () -> pending.node(node));
    }

    @Override
    public void onPartGivenUp(Consumer<String> giveUp) {
      partsGivenUp.onGivenUp(giveUp);
    }

    @Override
    public Duration grace() {
      lock.lock();
      try {
        return givingUp.grace();
      } finally {
        lock.unlock();
      }
    }
  }
}
