package dev.arda.daemon.operation;

import dev.arda.v1.OperationEvent;
import java.util.Optional;

/**
 * The events of one operation in order, read by one client at its own pace. Holds no events: one
 * that reads slowly costs nothing and delays nobody. For one thread.
 */
public interface OperationEvents extends AutoCloseable {

  /**
   * Waits for the next event; empty after the terminal one.
   *
   * @throws InterruptedException if the thread is interrupted; the operation does not notice
   */
  Optional<OperationEvent> next() throws InterruptedException;

  /** Reads no more. */
  @Override
  void close();
}
