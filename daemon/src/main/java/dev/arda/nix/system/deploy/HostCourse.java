package dev.arda.nix.system.deploy;

import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where one host is on its way, what is known of it, and how it ended; tells the listener. Used by
 * one thread at a time, but for {@link #giveUp}, which any may call.
 */
final class HostCourse {

  private final String name;
  private final DeployListener listener;
  private final long began = System.nanoTime();
  private final CompletableFuture<HostResult> finished = new CompletableFuture<>();

  // Written by the one thread that works on it; one that gives it up between two stages reads.
  private volatile String target = "";
  private volatile String system = "";
  private volatile Optional<TargetFacts> facts = Optional.empty();
  private volatile Optional<ClosureDiff> diff = Optional.empty();
  private volatile Stage stage = Stage.PREFLIGHT;
  private volatile int wave;

  /** Whether the stage was begun and has not ended. */
  private volatile boolean inStage;

  /** Set by whoever ends it; there is one ending. */
  private final AtomicBoolean over = new AtomicBoolean();

  private final ReentrantLock lock = new ReentrantLock();

  /** The thread that does a stage. Guarded by lock. */
  private Optional<Thread> worker = Optional.empty();

  /** Whether nobody wants it any more. Guarded by lock. */
  private boolean givenUp;

  HostCourse(String name, DeployListener listener) {
    this.name = name;
    this.listener = listener;
  }

  // What is known

  String name() {
    return name;
  }

  /** The host with where it is, for messages. */
  String label() {
    return target.isEmpty() ? name : "%s (%s)".formatted(name, target);
  }

  /** Where it is, is known. */
  void isAt(String where) {
    target = where;
  }

  /** What its target was before anything was done. */
  Optional<TargetFacts> facts() {
    return facts;
  }

  /** Its target was looked at. */
  void saw(TargetFacts seen) {
    facts = Optional.of(seen);
  }

  /** Store path of the system that is wished; empty: not known yet. */
  String system() {
    return system;
  }

  /** What is wished is known. */
  void wants(String path) {
    system = path;
  }

  /** What changes is known. */
  void differsBy(Optional<ClosureDiff> difference) {
    diff = difference;
  }

  /** Number of the wave that it is in. */
  void isInWave(int number) {
    wave = number;
  }

  /** Whether it runs NixOS or macOS of which a store path is known. */
  Optional<String> before() {
    return facts.flatMap(TargetFacts::current);
  }

  // Where it is

  /** Whether there is a result. */
  boolean isOver() {
    return over.get();
  }

  /** Completes when it is over; never exceptionally. */
  CompletableFuture<HostResult> finished() {
    return finished;
  }

  void begin(Stage next) {
    stage = next;
    inStage = true;
    listener.stage(name, next, StageState.RUNNING, "");
  }

  void done(String detail) {
    inStage = false;
    listener.stage(name, stage, StageState.SUCCEEDED, detail);
  }

  /** What it does, in one line. */
  void does(String detail) {
    listener.stage(name, stage, StageState.RUNNING, detail);
  }

  void line(String line) {
    listener.line(name, stage, line);
  }

  void warning(String text) {
    listener.warning(name, text);
  }

  /** A stage; a failure of it is the end of this host and of no other. */
  void guarded(Stage next, Runnable work) {
    if (!enter()) {
      return;
    }
    try {
      begin(next);
      work.run();
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        cancelled();
      } else {
        over(ending(e), Optional.of(e));
      }
    } finally {
      leave();
    }
  }

  /** Whether this thread may begin a stage. */
  private boolean enter() {
    lock.lock();
    try {
      if (isOver() || givenUp) {
        return false;
      }
      worker = Optional.of(Thread.currentThread());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The stage has ended; if nobody wants the host any more, so has its way. */
  private void leave() {
    boolean unwanted;
    lock.lock();
    try {
      worker = Optional.empty();
      unwanted = givenUp;
    } finally {
      lock.unlock();
    }
    if (unwanted) {
      var _ = Thread.interrupted(); // it was for this host only
      cancelled();
    }
  }

  /**
   * Nobody wants it any more. Whoever works on it is interrupted; what must not be is finished or
   * undone first, and its end is that of the host then. Thread-safe, and waits for nothing.
   */
  void giveUp() {
    boolean idle;
    lock.lock();
    try {
      if (isOver() || givenUp) {
        return;
      }
      givenUp = true;
      worker.ifPresent(Thread::interrupt);
      idle = worker.isEmpty();
    } finally {
      lock.unlock();
    }
    if (idle) {
      cancelled();
    }
  }

  private static Ending ending(NixException failure) {
    return switch (failure.reason()) {
      case HOST_UNFIT, HOST_NOT_NIXOS, HOST_BUSY, PASSWORD_REQUIRED, PASSWORD_REJECTED ->
          Ending.REFUSED;
      default -> Ending.FAILED;
    };
  }

  // How it ends

  /** It is over in a stage that there was nothing to do in. */
  void over(Stage in, Ending ending, Optional<NixException> failure) {
    if (!isOver()) {
      stage = in;
      over(ending, failure);
    }
  }

  /** It is not gone on with, because nobody wants it any more. */
  void cancelled() {
    over(
        Ending.CANCELLED,
        Optional.of(
            new SystemException(
                Reason.CANCELLED,
                "%s was given up before anything was activated: it runs what it ran."
                    .formatted(name))));
  }

  /** It was given up in a stage. */
  void cancelled(Stage in, NixException why) {
    if (!isOver()) {
      stage = in;
      inStage = true;
      over(Ending.CANCELLED, Optional.of(why));
    }
  }

  /** Nothing was activated. */
  void over(Ending ending, Optional<NixException> failure) {
    over(
        ending,
        failure,
        List.of(),
        before().orElse(""),
        facts.map(TargetFacts::generation).orElse(OptionalInt.empty()));
  }

  /** It is over. */
  void over(
      Ending ending,
      Optional<NixException> failure,
      List<String> failedUnits,
      String running,
      OptionalInt newGeneration) {
    if (!over.compareAndSet(false, true)) {
      return; // somebody else ended it at the same moment
    }
    if (ending == Ending.CANCELLED && inStage) {
      listener.stage(name, stage, StageState.CANCELLED, "");
    }
    failure
        .filter(_ -> ending != Ending.SKIPPED && ending != Ending.CANCELLED)
        .ifPresent(why -> listener.stage(name, stage, StageState.FAILED, why.getMessage()));
    var result =
        new HostResult(
            name,
            target,
            ending,
            stage,
            system,
            before().orElse(""),
            running,
            newGeneration,
            diff,
            failedUnits,
            wave,
            Duration.ofNanos(System.nanoTime() - began),
            failure.map(why -> why instanceof SystemException ? named(why) : why));
    listener.finished(result);
    finished.complete(result);
  }

  private NixException named(NixException why) {
    return new SystemException(
        why.reason(), why.getMessage(), Details.NONE.with("host", name).with(why));
  }
}
