package dev.arda.client;

import dev.arda.v1.OperationEvent;
import dev.arda.v1.WatchOperationResponse;
import java.util.Optional;
import java.util.function.Function;

/**
 * The events of one operation, in order and each once, over lost connections: where the connection
 * or the daemon is lost, the operation is asked for again, from the event after the last one. One
 * thread reads by {@link #next}; any thread may {@link #cancel}.
 */
public final class OperationStream implements AutoCloseable {

  /** How often it is asked for again without any event in between. */
  private static final int MAX_ATTEMPTS = 3;

  /** Asks for the events of an operation after one of them. */
  interface Attaching {
    EventStream<WatchOperationResponse> attach(String name, long afterSequence);
  }

  /** Events, however they are wrapped. */
  private record Source<T>(EventStream<T> stream, Function<T, OperationEvent> event) {
    Optional<OperationEvent> next() throws InterruptedException {
      return stream.next().map(event);
    }
  }

  private final Attaching attaching;
  private Source<?> source;
  private String name;
  private long sequence;
  private int attempts;
  private boolean finished;
  // Guarded by this, as is source.
  private boolean cancelled;

  private OperationStream(Attaching attaching, Source<?> source, String name, long sequence) {
    this.attaching = attaching;
    this.source = source;
    this.name = name;
    this.sequence = sequence;
  }

  /** The events of an operation that was asked for. */
  static <T> OperationStream of(
      EventStream<T> stream, Function<T, OperationEvent> event, Attaching attaching) {
    return new OperationStream(attaching, new Source<>(stream, event), "", 0);
  }

  /** The events of an operation that goes on, or has ended. */
  static OperationStream watching(String name, long afterSequence, Attaching attaching) {
    var source =
        new Source<>(attaching.attach(name, afterSequence), WatchOperationResponse::getEvent);
    return new OperationStream(attaching, source, name, afterSequence);
  }

  /**
   * Waits for the next event; empty at the end.
   *
   * @throws ArdaException if the operation cannot be followed any more, or was cancelled here
   * @throws InterruptedException if the thread is interrupted; the operation goes on
   */
  public Optional<OperationEvent> next() throws InterruptedException {
    while (true) {
      try {
        var event = current().next();
        if (event.isPresent()) {
          note(event.get());
        }
        return event;
      } catch (ArdaException e) {
        if (!canAttach(e.failure())) {
          throw e;
        }
        attach();
      }
    }
  }

  private void note(OperationEvent event) {
    attempts = 0;
    sequence = event.getSequence();
    finished = event.hasFinished();
    if (event.hasAccepted()) {
      name = event.getAccepted().getOperation().getName();
    }
  }

  private boolean canAttach(Failure failure) {
    return (failure.isLostConnection() || failure.isDraining())
        && !finished
        && !name.isEmpty()
        && attempts++ < MAX_ATTEMPTS;
  }

  private synchronized Source<?> current() {
    return source;
  }

  private void attach() {
    var next = new Source<>(attaching.attach(name, sequence), WatchOperationResponse::getEvent);
    synchronized (this) {
      source = next;
      if (cancelled) {
        source.stream().cancel();
      }
    }
  }

  /** Gives the stream up; what the daemon does then depends on the operation. */
  public synchronized void cancel() {
    cancelled = true;
    source.stream().cancel();
  }

  /** The same as {@link #cancel}. */
  @Override
  public void close() {
    cancel();
  }
}
