package dev.arda.nix.core;

import java.io.ByteArrayOutputStream;

/** Keeps bytes up to a limit, and says once when there are more. */
final class OutputCollector implements OutputPump.Sink {

  private final long limit;
  private final Runnable onOverflow;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(); // guarded by this
  private boolean overflowed; // guarded by this

  OutputCollector(long limit, Runnable onOverflow) {
    this.limit = limit;
    this.onOverflow = onOverflow;
  }

  @Override
  public void accept(byte[] bytes, int length) {
    var first = false;
    synchronized (this) {
      if (!overflowed && kept.size() + (long) length > limit) {
        overflowed = true;
        first = true;
        kept.reset();
      } else if (!overflowed) {
        kept.write(bytes, 0, length);
      }
    }
    if (first) {
      onOverflow.run();
    }
  }

  synchronized boolean overflowed() {
    return overflowed;
  }

  synchronized byte[] bytes() {
    return kept.toByteArray();
  }
}
