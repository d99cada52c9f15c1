package dev.arda.client;

/** Why a client started a daemon. */
public enum DaemonStartReason {
  /** There was none. */
  NONE_RUNNING("no daemon was running"),
  /** There was a socket that nobody listened on: a daemon was killed. */
  STALE_SOCKET("the last daemon left a socket that nobody listens on"),
  /** There was a record that cannot be read, and no daemon. */
  CORRUPT_RECORD("the last daemon left a record that cannot be read"),
  /** The daemon was ending. */
  DRAINING("the running daemon was ending"),
  /** The daemon did not speak this client's protocol. */
  PROTOCOL_UNSUPPORTED("the running daemon does not speak this client's protocol"),
  /** A private daemon was asked for. */
  PRIVATE("a private daemon was asked for");

  private final String text;

  DaemonStartReason(String text) {
    this.text = text;
  }

  /** The reason for a person. */
  public String text() {
    return text;
  }
}
