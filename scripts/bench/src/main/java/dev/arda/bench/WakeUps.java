package dev.arda.bench;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A yardstick of the machine for what is measured meanwhile: how late a thread wakes up that
 * sleeps, and how long a byte takes to {@code cat} and back, which is the least that a question to
 * another process costs.
 */
final class WakeUps implements AutoCloseable {

  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  private final Process echo;
  private final ConcurrentLinkedQueue<Long> late = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> there = new ConcurrentLinkedQueue<>();
  private final Background looks;

  private WakeUps(Process echo) {
    this.echo = echo;
    this.looks = Background.start("waking up", this::look);
  }

  /** Begins to measure. */
  static WakeUps start(Workspace workspace) throws IOException {
    var echo = new ProcessBuilder("cat").start();
    workspace.own(echo.toHandle());
    return new WakeUps(echo);
  }

  private void look() throws IOException {
    long due = System.nanoTime() + PAUSE;
    while (System.nanoTime() - due < 0) {
      LockSupport.parkNanos(due - System.nanoTime());
    }
    late.add(System.nanoTime() - due);
    long began = System.nanoTime();
    echo.getOutputStream().write('x');
    echo.getOutputStream().flush();
    if (echo.getInputStream().read() != 'x') {
      throw new IOException("cat ended");
    }
    there.add(System.nanoTime() - began);
  }

  /** How late the thread was, each time; at least one. */
  Samples late() {
    return samples(late);
  }

  /** How long a byte took there and back, each time; at least one. */
  Samples thereAndBack() {
    return samples(there);
  }

  private static Samples samples(ConcurrentLinkedQueue<Long> nanos) {
    return Samples.ofNanos(nanos.stream().mapToLong(Long::longValue).toArray());
  }

  /** Ends the measurement; what was measured stays. */
  @Override
  public void close() {
    try {
      looks.close();
    } finally {
      echo.destroy();
    }
  }
}
