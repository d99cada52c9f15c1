package dev.arda.nix.flake.eval;

import dev.arda.nix.core.Latencies;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.eval.Evaluator.Priority;
import dev.arda.nix.flake.eval.WarmEvaluator.NotStarted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
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
  private final ProcessMemory memory;
  private final LongSupplier nanoTime;
  private final EvaluatorCounters counters = new EvaluatorCounters();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All guarded by lock.
  private final List<Member> members = new ArrayList<>();
  private final List<Member> leaving = new ArrayList<>();
  private int waiting;
  private boolean closed;

  /**
   * Nothing is running yet.
   *
   * @param nanoTime a clock without an epoch
   */
  EvaluatorLeases(PoolLimits limits, ProcessMemory memory, LongSupplier nanoTime) {
    this.limits = limits;
    this.memory = memory;
    this.nanoTime = nanoTime;
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

  /** An evaluator, also while it starts. Its fields are guarded by the lock. */
  private static final class Member {
    private final Key key;
    private final String sourcePath;
    private final long since;
    private Priority borrower;
    private boolean busy = true;
    private boolean doomed;
    private long lastUsed;
    private long resident;
    private @Nullable WarmEvaluator evaluator;

    private Member(Key key, String sourcePath, Priority borrower, long now) {
      this.key = key;
      this.sourcePath = sourcePath;
      this.borrower = borrower;
      this.since = now;
      this.lastUsed = now;
    }
  }

  /** A borrowed evaluator. Exactly one of its methods ends the lease. */
  final class Lease {
    private final Member member;
    private final WarmEvaluator evaluator;
    private final boolean fresh;

    private Lease(Member member, WarmEvaluator evaluator) {
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
    Member member;
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed) {
          throw new NotStarted("the evaluators are being ended", false);
        }
        Optional<Lease> idle = mayRun(priority) ? idle(key, priority) : Optional.empty();
        if (idle.isPresent()) {
          counters.reused.increment();
          return idle.get();
        }
        boolean known = members.stream().anyMatch(other -> other.key.equals(key));
        long left = limits.patience().toNanos() - (nanoTime.getAsLong() - began);
        boolean wait = known && !spread && left > 0;
        if (mayRun(priority) && !wait && makeRoom()) {
          member = new Member(key, sourcePath, priority, nanoTime.getAsLong());
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
    Member member;
    lock.lockInterruptibly();
    try {
      if (closed || !mayRun(priority) || !makeRoom()) {
        return;
      }
      member = new Member(key, sourcePath, priority, nanoTime.getAsLong());
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
      return members.stream().anyMatch(member -> member.key.equals(key));
    } finally {
      lock.unlock();
    }
  }

  private Lease start(Member member, Starter starter) throws InterruptedException, NotStarted {
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
          members.remove(member);
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

  /** One for the key that has nothing to do; the one used last knows most. Lock held. */
  private Optional<Lease> idle(Key key, Priority priority) {
    while (true) {
      Optional<Member> found =
          members.stream()
              .filter(member -> !member.busy && member.key.equals(key))
              .max(Comparator.comparingLong(member -> member.lastUsed));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Member member = found.get();
      WarmEvaluator evaluator = member.evaluator;
      if (evaluator != null && evaluator.usable()) {
        member.busy = true;
        member.borrower = priority;
        return Optional.of(new Lease(member, evaluator));
      }
      // It was killed, or died, while nobody looked.
      drop(member, Retirement.LOST);
    }
  }

  private boolean mayRun(Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> true;
      case BATCH ->
          members.stream()
                  .filter(member -> member.busy && member.borrower == Priority.BATCH)
                  .count()
              < limits.evaluators() - 1;
    };
  }

  /** Whether one more may start; ends idle ones for that. Lock held. */
  private boolean makeRoom() {
    while (full() || (!members.isEmpty() && total() >= limits.totalMemory())) {
      Optional<Member> victim = leastRecentlyUsed(_ -> true);
      if (victim.isEmpty()) {
        return false;
      }
      drop(victim.get(), full() ? Retirement.ROOM : Retirement.MEMORY);
    }
    return true;
  }

  private boolean full() {
    return members.size() >= limits.evaluators();
  }

  private long total() {
    return members.stream().mapToLong(member -> member.resident).sum();
  }

  private Optional<Member> leastRecentlyUsed(Predicate<Member> condition) {
    return members.stream()
        .filter(member -> !member.busy)
        .filter(condition)
        .min(Comparator.comparingLong(member -> member.lastUsed));
  }

  private void giveBack(Member member, WarmEvaluator evaluator, Optional<Retirement> end) {
    long resident = end.isEmpty() ? memory.resident(evaluator.pid()) : 0;
    lock.lock();
    try {
      member.busy = false;
      member.lastUsed = nanoTime.getAsLong();
      member.resident = resident;
      if (end.isPresent()) {
        drop(member, end.get());
      } else if (member.doomed || closed) {
        drop(member, Retirement.FORGOTTEN);
      } else if (resident > limits.evaluatorMemory()) {
        drop(member, Retirement.MEMORY);
      }
      shrink();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lock held. */
  private void shrink() {
    while (total() > limits.totalMemory()) {
      Optional<Member> victim = leastRecentlyUsed(member -> member.resident > 0);
      if (victim.isEmpty()) {
        return;
      }
      drop(victim.get(), Retirement.MEMORY);
    }
  }

  /** Ends an evaluator that is not busy. Lock held; the end is not waited for. */
  private void drop(Member member, Retirement reason) {
    WarmEvaluator evaluator = member.evaluator;
    if (!members.remove(member) || evaluator == null) {
      return;
    }
    counters.retired(reason);
    log.debug(
        "evaluator {} is ended after {} questions: {}",
        evaluator.pid(),
        evaluator.questions(),
        reason);
    leaving.add(member);
    Thread.ofVirtual()
        .name("evaluator-end")
        .start(() -> {
          evaluator.close();
          lock.lock();
          try {
            leaving.remove(member);
            changed.signalAll();
          } finally {
            lock.unlock();
          }
        });
  }

  /** Ends the evaluators of a state: at once, or when they have answered what they are asked. */
  void invalidate(String state) {
    lock.lock();
    try {
      for (Member member : List.copyOf(members)) {
        if (member.key.state().equals(state)) {
          member.doomed = true;
          if (!member.busy) {
            drop(member, Retirement.FORGOTTEN);
          }
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends those that nobody asked for long, that died, or that are too much. */
  void sweep() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      for (Member member : List.copyOf(members)) {
        WarmEvaluator evaluator = member.evaluator;
        if (member.busy || evaluator == null) {
          continue;
        }
        Optional<Retirement> end = evaluator.unusable();
        if (end.isPresent()) {
          drop(member, end.get());
        } else if (now - member.lastUsed > limits.idle().toNanos()) {
          drop(member, Retirement.IDLE);
        } else {
          member.resident = memory.resident(evaluator.pid());
        }
      }
      shrink();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Every evaluator that is ready, the most recently used first. */
  List<EvaluatorStatus> status() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      var result = new ArrayList<EvaluatorStatus>();
      members.stream()
          .sorted(Comparator.comparingLong((Member member) -> member.lastUsed).reversed())
          .forEach(member -> {
            WarmEvaluator evaluator = member.evaluator;
            if (evaluator != null) {
              result.add(
                  new EvaluatorStatus(
                      member.key.state(),
                      member.sourcePath,
                      evaluator.pid(),
                      member.resident,
                      evaluator.questions(),
                      Duration.ofNanos(now - member.since),
                      member.busy));
            }
          });
      return List.copyOf(result);
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
          (int) members.stream().filter(member -> member.busy).count(),
          waiting,
          total(),
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
    List<Member> all;
    lock.lock();
    try {
      closed = true;
      all = new ArrayList<>(members);
      all.addAll(leaving);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (Member member : all) {
      WarmEvaluator evaluator = member.evaluator;
      if (evaluator != null) {
        evaluator.close();
      }
    }
  }
}
