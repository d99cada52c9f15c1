package dev.arda.bench;

import java.util.Optional;

/** Something that is done again and again, on a thread of its own, until this is closed. */
final class Background implements AutoCloseable {

  /** One round of it. */
  interface Round {
    /** Does it once more. */
    void run() throws Exception;
  }

  private final Round round;
  private final Thread thread;
  private volatile boolean done;
  private volatile Optional<Exception> failure = Optional.empty();

  private Background(String name, Round round) {
    this.round = round;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  /** Begins. */
  static Background start(String name, Round round) {
    var result = new Background(name, round);
    result.thread.start();
    return result;
  }

  private void run() {
    try {
      while (!done) {
        round.run();
      }
    } catch (Exception e) {
      failure = Optional.of(e);
    }
  }

  /** Whether it goes on. */
  boolean isAlive() {
    return thread.isAlive();
  }

  /**
   * Lets the last round come to its end.
   *
   * @throws IllegalStateException if a round failed, so that there were no more after it
   */
  @Override
  public void close() {
    done = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (failure.isPresent()) {
      throw new IllegalStateException(thread.getName() + " failed", failure.get());
    }
  }
}
