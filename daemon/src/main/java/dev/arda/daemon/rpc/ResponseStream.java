package dev.arda.daemon.rpc;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The responses of one call. {@link #write} blocks the worker while the client does not read, so
 * that a slow client costs one chunk and not its answer: gRPC calls a stream ready while less than
 * 32 KiB are queued, and at most one message of {@link #CHUNK_BYTES} is added to that.
 *
 * <p>{@link #offer} is for progress. It never blocks, is sent at most ten times a second, and only
 * the newest offer counts. An offer never overtakes a response: one that is still waiting when a
 * response is written is out of date and dropped.
 *
 * <p>The worker writes; any thread may offer; the handlers of the call may come from any thread.
 *
 * @param <T> type of the responses
 */
final class ResponseStream<T> {

  /** The size in which long texts are cut: with 32 KiB queued before, well below 256 KiB. */
  static final int CHUNK_BYTES = 128 * 1024;

  /** The time between two offers that are sent. */
  static final Duration OFFER_INTERVAL = Duration.ofMillis(100);

  private final ServerCallStreamObserver<T> observer;
  private final ScheduledExecutorService timer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<T> waiting = Optional.empty();
  private Optional<Future<?>> flush = Optional.empty();
  private long nextOfferNanos;
  private boolean closed;

  ResponseStream(ServerCallStreamObserver<T> observer, ScheduledExecutorService timer) {
    this.observer = observer;
    this.timer = timer;
    this.nextOfferNanos = System.nanoTime();
  }

  /**
   * Sends a response as soon as the client has room for it.
   *
   * @throws CommandException with the reason {@code CANCELLED} if the call has ended or the thread
   *     was interrupted; the interrupt is kept
   */
  void write(T response) {
    lock.lock();
    try {
      while (isOpenNow() && !observer.isReady()) {
        changed.await();
      }
      if (!isOpenNow()) {
        throw cancelled();
      }
      waiting = Optional.empty();
      observer.onNext(response);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled();
    } finally {
      lock.unlock();
    }
  }

  /** Sends progress soon, unless something newer comes first. */
  void offer(T progress) {
    lock.lock();
    try {
      if (!closed) {
        waiting = Optional.of(progress);
        sendWaiting();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The client has room again, or has gone. */
  void stateChanged() {
    lock.lock();
    try {
      changed.signalAll();
      sendWaiting();
    } finally {
      lock.unlock();
    }
  }

  /** Whether anybody still hears what is sent. */
  boolean isOpen() {
    lock.lock();
    try {
      return isOpenNow();
    } finally {
      lock.unlock();
    }
  }

  private boolean isOpenNow() {
    return !closed && !observer.isCancelled();
  }

  /** Ends the call in order, unless it has ended. */
  void complete() {
    close(observer::onCompleted);
  }

  /** Ends the call with an error, unless it has ended. */
  void fail(StatusRuntimeException why) {
    close(() -> observer.onError(why));
  }

  private void close(Runnable end) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      waiting = Optional.empty();
      flush.ifPresent(f -> f.cancel(false));
      flush = Optional.empty();
      changed.signalAll();
      end.run();
    } finally {
      lock.unlock();
    }
  }

  private void sendWaiting() {
    if (closed || waiting.isEmpty() || !observer.isReady()) {
      return; // what waits is sent, or replaced, when the client has room
    }
    var now = System.nanoTime();
    var early = nextOfferNanos - now;
    if (early > 0) {
      if (flush.isEmpty()) {
        flush = schedule(early);
      }
      return;
    }
    nextOfferNanos = now + OFFER_INTERVAL.toNanos();
    var newest = waiting.get();
    waiting = Optional.empty();
    observer.onNext(newest);
  }

  private Optional<Future<?>> schedule(long nanos) {
    try {
      return Optional.of(timer.schedule(this::flush, nanos, TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException e) {
      return Optional.empty(); // the daemon is ending; progress does not matter any more
    }
  }

  private void flush() {
    lock.lock();
    try {
      flush = Optional.empty();
      sendWaiting();
    } finally {
      lock.unlock();
    }
  }

  private static CommandException cancelled() {
    return new CommandException(Reason.CANCELLED, "The caller went away or asked to stop.");
  }
}
