package dev.arda.nix.flake.eval;

import dev.arda.nix.core.Latencies;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.eval.Evaluator.Priority;
import dev.arda.nix.flake.eval.Repl.NotStarted;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends evaluators, one question at a time, and decides which ones live: starts them when they are
 * missing, ends those that are used up, that nobody asks, or that take too much room.
 *
 * <p>Thread-safe. Processes are started and ended outside of the lock.
 */
final class EvaluatorLeases implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EvaluatorLeases.class);

  private final PoolLimits limits;
  private final LongSupplier nanoTime;
  private final EvaluatorCounters counters = new EvaluatorCounters();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All guarded by lock.
  private final PoolMembers members;
  private int waiting;
  private boolean closed;

  /**
   * Nothing is running yet.
   *
   * @param spares bytes of memory of what is not lent but counts
   * @param nanoTime a clock without an epoch
   */
  EvaluatorLeases(
      PoolLimits limits, ProcessMemory memory, LongSupplier spares, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.members = new PoolMembers(limits, memory, spares, counters, this::left);
  }

  /**
   * Evaluators with equal keys answer alike.
   *
   * @param identity program and surroundings
   * @param state digest of the state of the flake
   */
  record Key(ReplLauncher.Identity identity, String state) {}

  /** Starts an evaluator for the one who borrows it. */
  interface Starter {
    /** An evaluator that is ready. */
    WarmEvaluator start() throws NotStarted, InterruptedException;
  }

  /** A borrowed evaluator. Exactly one of its methods ends the lease. */
  final class Lease {
    private final PoolMember member;
    private final WarmEvaluator evaluator;
    private final boolean fresh;

    private Lease(PoolMember member, WarmEvaluator evaluator) {
      this.member = member;
      this.evaluator = evaluator;
      this.fresh = evaluator.questions() == 0;
    }

    /** What was borrowed. */
    WarmEvaluator evaluator() {
      return evaluator;
    }

    /** Whether nobody asked it before. */
    boolean fresh() {
      return fresh;
    }

    /** Gives it back. */
    void release() {
      giveBack(member, evaluator, evaluator.unusable());
    }

    /** Gives it back for good. */
    void retire(Retirement reason) {
      giveBack(member, evaluator, Optional.of(reason));
    }

    /**
     * Goes away in the middle of a question. It may end within the time that such questions have;
     * else the evaluator is ended.
     */
    void abandon() {
      Thread.ofVirtual()
          .name("evaluator-abandoned")
          .start(() -> {
            boolean settled = false;
            try {
              settled = evaluator.settles(limits.abandoned());
            } catch (InterruptedException e) {
              // Nobody has this thread to interrupt it.
              Thread.currentThread().interrupt();
            }
            giveBack(
                member, evaluator, settled ? evaluator.unusable() : Optional.of(Retirement.KILLED));
          });
    }
  }

  /**
   * Borrows an evaluator. Blocks while all are busy.
   *
   * @param sourcePath for the status
   * @param priority those that wait for nobody leave one evaluator to those that do
   * @param spread whether to start another one at once if those for the key are busy
   * @throws InterruptedException if the thread was interrupted while it waited
   * @throws NotStarted if a new one does not start
   */
  Lease borrow(
      Key key,
      String sourcePath,
      Priority priority,
      boolean spread,
      ProgressListener progress,
      Starter starter)
      throws InterruptedException, NotStarted {
    long began = nanoTime.getAsLong();
    boolean told = false;
    PoolMember member;
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed) {
          throw new NotStarted("the evaluators are being ended", false);
        }
        Optional<Lease> idle = members.mayRun(priority) ? idle(key, priority) : Optional.empty();
        if (idle.isPresent()) {
          counters.reused.increment();
          return idle.get();
        }
        boolean known = members.knows(key);
        long left = limits.patience().toNanos() - (nanoTime.getAsLong() - began);
        boolean wait = known && !spread && left > 0;
        if (members.mayRun(priority) && !wait && members.makeRoom()) {
          member = new PoolMember(key, sourcePath, priority, nanoTime.getAsLong());
          members.add(member);
          break;
        }
        waiting++;
        try {
          if (wait) {
            changed.awaitNanos(left);
          } else {
            if (!told) {
              told = true;
              progress.progress(
                  new NixProgress(
                      NixProgress.Phase.WAITING, "waiting for other evaluations to finish", 0, 0));
            }
            changed.await();
          }
        } finally {
          waiting--;
        }
      }
    } finally {
      lock.unlock();
    }
    return start(member, starter);
  }

  /**
   * Starts another evaluator for a key, for whoever borrows it next, if there is room for it. Waits
   * for nothing but its start.
   *
   * @throws NotStarted if it does not start
   */
  void startAnother(Key key, String sourcePath, Priority priority, Starter starter)
      throws InterruptedException, NotStarted {
    PoolMember member;
    lock.lockInterruptibly();
    try {
      if (closed || !members.mayRun(priority) || !members.makeRoom()) {
        return;
      }
      member = new PoolMember(key, sourcePath, priority, nanoTime.getAsLong());
      members.add(member);
    } finally {
      lock.unlock();
    }
    start(member, starter).release();
  }

  /** Whether an evaluator lives for a key, or is being started. */
  boolean knows(Key key) {
    lock.lock();
    try {
      return members.knows(key);
    } finally {
      lock.unlock();
    }
  }

  private Lease start(PoolMember member, Starter starter) throws InterruptedException, NotStarted {
    WarmEvaluator started = null;
    boolean late = false;
    try {
      started = starter.start();
      counters.started.increment();
      log.debug("evaluator {} serves {}", started.pid(), member.sourcePath);
    } finally {
      lock.lock();
      try {
        if (started == null) {
          counters.failedStarts.increment();
          members.forget(member);
          changed.signalAll();
        } else {
          member.evaluator = started;
          late = closed;
        }
      } finally {
        lock.unlock();
      }
    }
    if (late) {
      giveBack(member, started, Optional.of(Retirement.FORGOTTEN));
      throw new NotStarted("the evaluators are being ended", false);
    }
    return new Lease(member, started);
  }

  /** One for the key that has nothing to do. Lock held. */
  private Optional<Lease> idle(Key key, Priority priority) {
    return members
        .idle(key)
        .map(member -> {
          member.busy = true;
          member.borrower = priority;
          return new Lease(member, member.ready());
        });
  }

  private void giveBack(PoolMember member, WarmEvaluator evaluator, Optional<Retirement> end) {
    long resident = end.isEmpty() ? members.measure(evaluator) : 0;
    lock.lock();
    try {
      member.busy = false;
      member.lastUsed = nanoTime.getAsLong();
      member.resident = resident;
      if (end.isPresent()) {
        members.end(member, end.get());
      } else if (member.doomed || closed) {
        members.end(member, Retirement.FORGOTTEN);
      }
      members.shrink();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** An evaluator that was ended is gone, and so is its memory. */
  private void left(PoolMember member) {
    lock.lock();
    try {
      members.forget(member);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the evaluators of a state: at once, or when they have answered what they are asked. */
  void invalidate(String state) {
    lock.lock();
    try {
      members.invalidate(state);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends those that nobody asked for long, that died, or that are too much. */
  void sweep() {
    lock.lock();
    try {
      members.sweep(nanoTime.getAsLong());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends what takes too much memory at its work; see {@link PoolMembers#guard}. */
  void guard() {
    lock.lock();
    try {
      members.guard();
    } finally {
      lock.unlock();
    }
  }

  /** Every evaluator that is ready, the most recently used first. */
  List<EvaluatorStatus> status() {
    lock.lock();
    try {
      return members.status(nanoTime.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** A question was answered. */
  void answered(long nanos) {
    counters.questions.record(nanos);
  }

  /** What is done now, and was done since the start. */
  EvaluatorFigures figures(Latencies.Snapshot oneShots) {
    lock.lock();
    try {
      return new EvaluatorFigures(
          limits.evaluators(),
          limits.totalMemory(),
          members.size(),
          members.busy(),
          waiting,
          members.resident(),
          counters.started.sum(),
          counters.failedStarts.sum(),
          counters.reused.sum(),
          counters.retirements(),
          counters.questions.snapshot(),
          oneShots);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all evaluators and waits for that; whoever is asking one loses it. */
  @Override
  public void close() {
    List<PoolMember> all;
    lock.lock();
    try {
      closed = true;
      all = members.everything();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (PoolMember member : all) {
      WarmEvaluator evaluator = member.evaluator;
      if (evaluator != null) {
        evaluator.close();
      }
    }
  }
}
