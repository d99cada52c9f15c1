package dev.arda.daemon.operation;

/** No operation can be started any more: the daemon is ending. */
@SuppressWarnings("serial") // never serialised
public final class OperationsClosedException extends RuntimeException {

  OperationsClosedException() {
    super("the daemon is ending");
  }
}
