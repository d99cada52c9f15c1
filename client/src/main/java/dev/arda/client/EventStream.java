package dev.arda.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The answers to one call, in order. One thread reads by {@link #next}; any thread may {@link
 * #cancel}. At most a few messages are taken from the connection ahead of the reader, so a slow
 * reader slows the daemon down instead of filling memory.
 *
 * @param <T> type of the messages
 */
public final class EventStream<T> implements AutoCloseable {

  /** Messages that may wait for the reader; of 256 KiB each where values are large. */
  private static final int WINDOW = 4;

  /** Begins a call. */
  interface Opener<T> {
    /** Starts a call that reports to the listener, and sends its request. */
    ClientCall<?, T> open(ClientCall.Listener<T> listener);
  }

  /** Finds another way to the same answer. */
  interface Recovery<T> {
    /**
     * A new attempt.
     *
     * @throws ArdaException if there is none; the given failure, or a better one
     */
    Opener<T> recover(Failure failure) throws InterruptedException;
  }

  /**
   * What the connection hands to the reader. Not told apart by a switch over types: the first of
   * those costs 10 ms.
   */
  private interface Item<T> {
    /** The message; empty if this is the end. */
    Optional<T> take(EventStream<T> stream) throws InterruptedException;
  }

  private final LinkedBlockingQueue<Item<T>> queue = new LinkedBlockingQueue<>();
  private final Recovery<T> recovery;
  private ClientCall<?, T> call;
  private boolean mayRecover = true;
  private boolean cancelled;
  private boolean ended;

  private EventStream(Opener<T> opener, Recovery<T> recovery) {
    this.recovery = recovery;
    this.call = open(opener, queue);
  }

  /**
   * Begins a call.
   *
   * @param recovery is asked once, if the call fails before its first message because the
   *     connection was lost or the daemon was ending
   */
  static <T> EventStream<T> start(Opener<T> opener, Recovery<T> recovery) {
    return new EventStream<>(opener, recovery);
  }

  private static <T> ClientCall<?, T> open(Opener<T> opener, LinkedBlockingQueue<Item<T>> queue) {
    var call =
        opener.open(
            new ClientCall.Listener<>() {
              @Override
              public void onMessage(T message) {
                queue.add(stream -> stream.received(message));
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                queue.add(stream -> stream.closed(status, trailers));
              }
            });
    call.request(WINDOW);
    return call;
  }

  /**
   * Waits for the next message; empty at the end.
   *
   * @throws ArdaException if the call failed or was cancelled
   * @throws InterruptedException if the thread is interrupted; the call goes on
   */
  public Optional<T> next() throws InterruptedException {
    while (!ended) {
      var message = queue.take().take(this);
      if (message.isPresent()) {
        return message;
      }
    }
    return Optional.empty();
  }

  private Optional<T> received(T message) {
    mayRecover = false;
    synchronized (this) {
      call.request(1);
    }
    return Optional.of(message);
  }

  private Optional<T> closed(Status status, Metadata trailers) throws InterruptedException {
    if (status.isOk()) {
      ended = true;
    } else {
      recover(Failure.of(status, trailers));
    }
    return Optional.empty();
  }

  /** For a call with one answer. */
  T single() throws InterruptedException {
    var answer =
        next()
            .orElseThrow(() ->
                new ArdaException(
                    Failure.local(
                        Status.Code.INTERNAL, Failure.UNKNOWN, "the daemon did not answer")));
    // The status comes after the message, and may still be a failure.
    while (next().isPresent()) {}
    return answer;
  }

  private void recover(Failure failure) throws InterruptedException {
    boolean recoverable = failure.isLostConnection() || failure.isDraining();
    if (isCancelled()) {
      ended = true;
      throw new ArdaException(Failure.local(Status.Code.CANCELLED, "CANCELLED", "cancelled"));
    }
    if (!recoverable || !mayRecover) {
      ended = true;
      throw new ArdaException(failure);
    }
    mayRecover = false;
    var opener = recovery.recover(failure);
    synchronized (this) {
      call = open(opener, queue);
      if (cancelled) {
        call.cancel("cancelled by the caller", null);
      }
    }
  }

  private synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Gives the call up. The daemon ends what nobody else waits for. Does nothing at the end. */
  public synchronized void cancel() {
    cancelled = true;
    call.cancel("cancelled by the caller", null);
  }

  /** The same as {@link #cancel}. */
  @Override
  public void close() {
    cancel();
  }
}
