package dev.arda.nix.flake.eval;

/** Why a warm evaluator was ended. */
public enum Retirement {
  /** Nobody asked it for as long as idle ones are kept. */
  IDLE,
  /** It, or all of them together, took more memory than they may. */
  MEMORY,
  /** Another one was needed and there may be no more. */
  ROOM,
  /** Its process ended, or answered out of step. */
  LOST,
  /** It remembered a failure whose cause may be gone. */
  FAILURE,
  /** It was killed since it did not finish a question that nobody waited for any more. */
  KILLED,
  /** Its state of the flake is over, or was to be forgotten. */
  FORGOTTEN,
  /** It was asked as many questions as its environment can hold. */
  USED_UP
}
