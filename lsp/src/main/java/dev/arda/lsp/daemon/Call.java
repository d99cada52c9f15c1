package dev.arda.lsp.daemon;

import dev.arda.client.DaemonException;
import dev.arda.client.EventStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call to the daemon that can be cancelled before it began. Thread-safe. */
final class Call<T> {
  // Guarded by this.
  private @Nullable EventStream<T> stream;
  private boolean cancelled;
  private boolean ended;

  synchronized void begin(EventStream<T> begun) {
    stream = begun;
    if (cancelled) {
      begun.cancel();
    }
  }

  /** All messages, of which there is at least one. */
  List<T> await() throws InterruptedException {
    EventStream<T> begun;
    synchronized (this) {
      begun = Objects.requireNonNull(stream);
    }
    var messages = new ArrayList<T>(1);
    for (var next = begun.next(); next.isPresent(); next = begun.next()) {
      messages.add(next.get());
    }
    if (messages.isEmpty()) {
      throw new DaemonException("the daemon ended a call silently");
    }
    return messages;
  }

  synchronized void end() {
    ended = true;
    stream = null;
  }

  synchronized boolean isUnderWay() {
    return !ended && !cancelled;
  }

  synchronized void cancel() {
    cancelled = true;
    if (stream != null) {
      stream.cancel();
    }
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }
}
