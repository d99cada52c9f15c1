package dev.arda.daemon.rpc;

import com.google.rpc.Code;

/**
 * Why the daemon refused a call, in one word that programs can rely on. These reasons stand beside
 * those of {@link dev.arda.nix.types.Reason} in {@code docs/api.md}; a name is never reused.
 */
public enum DaemonReason {
  /** The client speaks a version of the protocol that this daemon does not. */
  PROTOCOL_UNSUPPORTED(Code.FAILED_PRECONDITION),
  /** The daemon is ending; another can be started in a moment. */
  DRAINING(Code.UNAVAILABLE),
  /** Too many calls are open. */
  RESOURCE_EXHAUSTED(Code.RESOURCE_EXHAUSTED),
  /** There is no operation of this name, or there is none any more. */
  OPERATION_NOT_FOUND(Code.NOT_FOUND),
  /** The operation asks no such question, or asks it of another client. */
  PROMPT_NOT_FOUND(Code.NOT_FOUND),
  /** The operation belongs to another daemon of the user, which alone can end it. */
  OPERATION_ELSEWHERE(Code.FAILED_PRECONDITION),
  /** The caller may not use this method, or nobody may. */
  PERMISSION_DENIED(Code.PERMISSION_DENIED);

  private final Code code;

  DaemonReason(Code code) {
    this.code = code;
  }

  /** The code it travels with. */
  public Code code() {
    return code;
  }
}
