package dev.arda.daemon.operation;

/**
 * What a client has in hand that started an operation, or joined one. Thread-safe.
 *
 * <p>Closing it says that the client is gone: unless one of its starters wanted it to go on without
 * clients, an operation that all starters have left is cancelled.
 */
public interface StartedOperation extends AutoCloseable {

  /** Its name, {@code operations/…}. */
  String name();

  /**
   * Its events.
   *
   * @param after number of the last that the client has; 0: none
   */
  OperationEvents events(long after);

  /** The client is gone. Does nothing when it is called again, or when the operation has ended. */
  @Override
  void close();
}
