package dev.arda.daemon.rpc;

import io.grpc.Context;
import java.util.Optional;

/**
 * One call that is being served. It has two ends: the transport closes it, and its worker returns;
 * a cancelled call is closed long before the processes it started are gone. It counts until both
 * have happened.
 */
final class OpenCall {

  /** The call that the current code serves; set for every call by {@link AdmissionInterceptor}. */
  static final Context.Key<OpenCall> KEY = Context.key("arda-call");

  private final CallRegistry registry;
  private Optional<Worker> worker = Optional.empty();
  private boolean closed;

  OpenCall(CallRegistry registry) {
    this.registry = registry;
  }

  private record Worker(Thread thread, Runnable refusal) {}

  /**
   * A worker is about to start.
   *
   * @param refusal closes the call with the reason {@code DRAINING}, unless it has ended
   */
  synchronized void started(Thread thread, Runnable refusal) {
    worker = Optional.of(new Worker(thread, refusal));
  }

  /** The worker is returning. */
  void returned() {
    boolean over;
    synchronized (this) {
      worker = Optional.empty();
      over = closed;
    }
    if (over) {
      registry.ended(this);
    }
  }

  /** The transport has closed the call. */
  void closed() {
    boolean over;
    synchronized (this) {
      closed = true;
      over = worker.isEmpty();
    }
    if (over) {
      registry.ended(this);
    }
  }

  /**
   * The daemon cannot wait for this call any longer. The client is told at once, also where the
   * worker does not heed its interrupt.
   */
  void cutOff() {
    Optional<Worker> current;
    synchronized (this) {
      current = worker;
    }
    current.ifPresent(w -> {
      w.refusal().run();
      w.thread().interrupt();
    });
  }
}
