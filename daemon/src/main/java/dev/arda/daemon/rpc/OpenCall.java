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
  private Optional<Thread> worker = Optional.empty();
  private boolean closed;
  private boolean cutOff;

  OpenCall(CallRegistry registry) {
    this.registry = registry;
  }

  /** A worker is about to start. */
  synchronized void started(Thread thread) {
    worker = Optional.of(thread);
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

  /** The daemon cannot wait for this call any longer. */
  synchronized void cutOff() {
    cutOff = true;
    worker.ifPresent(Thread::interrupt);
  }

  /** Whether it was the daemon that ended it. */
  synchronized boolean isCutOff() {
    return cutOff;
  }
}
