package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.eval.Evaluator.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The evaluators that live, and which of them have to end: those that died, that nobody asks, or
 * that take too much room. Guarded by the lock of its owner; ends are not waited for.
 */
final class PoolMembers {

  private static final Logger log = LoggerFactory.getLogger(PoolMembers.class);

  private final PoolLimits limits;
  private final ProcessMemory memory;
  private final LongSupplier spares;
  private final EvaluatorCounters counters;
  private final Consumer<PoolMember> left;
  private final List<PoolMember> members = new ArrayList<>();
  private final List<PoolMember> leaving = new ArrayList<>();

  /**
   * None yet.
   *
   * @param spares bytes of memory of what is not lent but counts
   * @param counters counts those that end
   * @param left is told on another thread when one that ended is gone
   */
  PoolMembers(
      PoolLimits limits,
      ProcessMemory memory,
      LongSupplier spares,
      EvaluatorCounters counters,
      Consumer<PoolMember> left) {
    this.limits = limits;
    this.memory = memory;
    this.spares = spares;
    this.counters = counters;
    this.left = left;
  }

  void add(PoolMember member) {
    members.add(member);
  }

  /** It is not there any more, or never came to be. */
  void forget(PoolMember member) {
    members.remove(member);
    leaving.remove(member);
  }

  /** Those that live and those that are ending. */
  List<PoolMember> everything() {
    var all = new ArrayList<>(members);
    all.addAll(leaving);
    return all;
  }

  int size() {
    return members.size();
  }

  int busy() {
    return (int) members.stream().filter(member -> member.busy).count();
  }

  boolean knows(EvaluatorLeases.Key key) {
    return members.stream().anyMatch(member -> member.key.equals(key));
  }

  /** One for the key that has nothing to do; the one used last knows most. */
  Optional<PoolMember> idle(EvaluatorLeases.Key key) {
    while (true) {
      Optional<PoolMember> found =
          members.stream()
              .filter(member -> !member.busy && member.key.equals(key))
              .max(Comparator.comparingLong(member -> member.lastUsed));
      if (found.isEmpty() || found.get().ready().usable()) {
        return found;
      }
      // It was killed, or died, while nobody looked.
      end(found.get(), Retirement.LOST);
    }
  }

  /** Whether one more may work: those that wait for nobody leave one to those that do. */
  boolean mayRun(Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> true;
      case BATCH ->
          members.stream()
                  .filter(member -> member.busy && member.borrower == Priority.BATCH)
                  .count()
              < limits.evaluators() - 1;
    };
  }

  /** Whether one more may start; ends idle ones for that. */
  boolean makeRoom() {
    while (full() || (!members.isEmpty() && resident() >= limits.totalMemory())) {
      Optional<PoolMember> victim = leastRecentlyUsed(_ -> true);
      if (victim.isEmpty()) {
        return false;
      }
      end(victim.get(), full() ? Retirement.ROOM : Retirement.MEMORY);
    }
    return true;
  }

  private boolean full() {
    return members.size() >= limits.evaluators();
  }

  /** Bytes of memory of all when each was last looked at. */
  long resident() {
    return spares.getAsLong() + members.stream().mapToLong(member -> member.resident).sum();
  }

  long measure(WarmEvaluator evaluator) {
    return memory.resident(evaluator.pid());
  }

  private Optional<PoolMember> leastRecentlyUsed(Predicate<PoolMember> condition) {
    return members.stream()
        .filter(member -> !member.busy)
        .filter(condition)
        .min(Comparator.comparingLong(member -> member.lastUsed));
  }

  /** Ends idle ones that have too much memory, each or together. */
  void shrink() {
    for (PoolMember member : List.copyOf(members)) {
      if (!member.busy && member.resident > limits.evaluatorMemory()) {
        end(member, Retirement.MEMORY);
      }
    }
    while (resident() > limits.totalMemory()) {
      Optional<PoolMember> victim = leastRecentlyUsed(member -> member.resident > 0);
      if (victim.isEmpty()) {
        return;
      }
      end(victim.get(), Retirement.MEMORY);
    }
  }

  /** Ends an evaluator that is not busy. */
  void end(PoolMember member, Retirement reason) {
    if (!members.remove(member)) {
      return;
    }
    WarmEvaluator evaluator = member.ready();
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
          left.accept(member);
        });
  }

  /** Ends the evaluators of a state: at once, or when they have answered what they are asked. */
  void invalidate(String state) {
    for (PoolMember member : List.copyOf(members)) {
      if (member.key.state().equals(state)) {
        member.doomed = true;
        if (!member.busy) {
          end(member, Retirement.FORGOTTEN);
        }
      }
    }
  }

  /** Ends those that nobody asked for long, that died, or that are too much. */
  void sweep(long now) {
    for (PoolMember member : List.copyOf(members)) {
      if (member.busy) {
        continue;
      }
      Optional<Retirement> end = member.ready().unusable();
      if (end.isPresent()) {
        end(member, end.get());
      } else if (now - member.lastUsed > limits.idle().toNanos()) {
        end(member, Retirement.IDLE);
      } else {
        member.resident = measure(member.ready());
      }
    }
    shrink();
  }

  /**
   * Looks at the memory of those that are at work. One that has more than it may is ended in the
   * middle of its question, and so is the largest if all together have too much and none of them is
   * idle: preferably one for which nobody waits, never the only one.
   */
  void guard() {
    List<PoolMember> busy =
        members.stream().filter(member -> member.busy && member.evaluator != null).toList();
    if (busy.isEmpty()) {
      return;
    }
    busy.forEach(member -> member.resident = measure(member.ready()));
    shrink();
    List<PoolMember> tooLarge =
        busy.stream().filter(member -> member.resident > limits.evaluatorMemory()).toList();
    tooLarge.forEach(PoolMembers::outgrow);
    if (tooLarge.isEmpty() && busy.size() > 1 && resident() > limits.totalMemory()) {
      busy.stream()
          .max(
              Comparator.comparing((PoolMember member) -> member.borrower)
                  .thenComparingLong(member -> member.resident))
          .ifPresent(PoolMembers::outgrow);
    }
  }

  private static void outgrow(PoolMember member) {
    WarmEvaluator evaluator = member.ready();
    long resident = member.resident;
    log.info("evaluator {} is ended: it has {} MiB", evaluator.pid(), resident >> 20);
    Thread.ofVirtual().name("evaluator-outgrew").start(() -> evaluator.outgrow(resident));
  }

  /** Every evaluator that is ready, the most recently used first. */
  List<EvaluatorStatus> status(long now) {
    var result = new ArrayList<EvaluatorStatus>();
    members.stream()
        .sorted(Comparator.comparingLong((PoolMember member) -> member.lastUsed).reversed())
        .forEach(member -> member.status(now).ifPresent(result::add));
    return List.copyOf(result);
  }
}
