package dev.arda.nix.flake.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A real event queue that can be made to fail in the ways the kernel and the JDK can. */
final class FaultyEvents implements DirectoryEvents {

  /** What is to go wrong; shared by all queues of a harness. */
  static final class Faults {
    /** How many more directories may be registered. */
    final AtomicInteger registrationsLeft = new AtomicInteger(Integer.MAX_VALUE);

    /** Reports the next arrival as incomplete. */
    final AtomicBoolean loseNextArrival = new AtomicBoolean();

    /** Ends the consuming thread at its next arrival. */
    final AtomicBoolean killConsumer = new AtomicBoolean();

    /** Swallows everything, as a file system without events does. */
    final AtomicBoolean mute = new AtomicBoolean();

    /** No queue to be had. */
    final AtomicBoolean noQueue = new AtomicBoolean();

    /** Each arrival needs a permit. */
    final Semaphore gate = new Semaphore(Integer.MAX_VALUE);

    /** Never lets the queue look empty. */
    final AtomicBoolean endless = new AtomicBoolean();

    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
  }

  private final DirectoryEvents real;
  private final Faults faults;

  FaultyEvents(DirectoryEvents real, Faults faults) throws IOException {
    this.real = real;
    this.faults = faults;
    faults.opened.incrementAndGet();
    if (faults.noQueue.get()) {
      real.close();
      throw new IOException("User limit of inotify instances reached or too many open files");
    }
  }

  private record Nothing() implements Handle {
    @Override
    public void cancel() {}
  }

  @Override
  public Handle register(Path directory, Interest interest) throws IOException {
    if (faults.registrationsLeft.getAndDecrement() <= 0) {
      throw new IOException("User limit of inotify watches reached");
    }
    return real.register(directory, interest);
  }

  @Override
  public Arrival take() throws InterruptedException {
    while (true) {
      Arrival arrival = real.take();
      if (!faults.mute.get()) {
        return spoil(arrival);
      }
    }
  }

  @Override
  public Optional<Arrival> poll() {
    Optional<Arrival> arrival = real.poll();
    if (arrival.isEmpty() && faults.endless.get()) {
      Thread.onSpinWait();
      return Optional.of(new Arrival(new Nothing(), List.of(), false, true));
    }
    return arrival.map(this::spoil);
  }

  private Arrival spoil(Arrival arrival) {
    if (faults.killConsumer.getAndSet(false)) {
      throw new IllegalStateException("injected death of the consumer");
    }
    faults.gate.acquireUninterruptibly();
    faults.gate.release();
    if (faults.loseNextArrival.getAndSet(false)) {
      return new Arrival(arrival.handle(), List.of(), true, arrival.alive());
    }
    return arrival;
  }

  @Override
  public void close() throws IOException {
    faults.closed.incrementAndGet();
    real.close();
  }
}
