package dev.arda.daemon;

/** Why a daemon ends. */
public enum StopReason {
  /** Nothing was asked for as long as the idle time-out. */
  IDLE("nothing was asked for the idle time-out"),
  /** A client asked it to. */
  REQUESTED("a client asked for it"),
  /** The process was told to end by a signal. */
  SIGNAL("the process received a signal"),
  /** The one client of a private daemon has gone. */
  CLIENT_GONE("the client of this private daemon has gone"),
  /** Its socket, record or lock is gone or no longer its own, so nobody can find it. */
  FILES_LOST("its files in the runtime directory were removed or replaced"),
  /** The jar it runs from is another one now, so it cannot load more of itself. */
  REPLACED("the program it runs from was replaced or removed");

  private final String text;

  StopReason(String text) {
    this.text = text;
  }

  /**
   * Whether whoever is behind it does not wait: a session or a system that ends. What would have to
   * be finished is interrupted, too, then.
   */
  boolean isOrder() {
    return this == SIGNAL;
  }

  /** For the log. */
  @Override
  public String toString() {
    return text;
  }
}
