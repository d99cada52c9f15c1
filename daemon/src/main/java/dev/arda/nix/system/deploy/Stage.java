package dev.arda.nix.system.deploy;

import java.util.Locale;

/** What is done for one host, in this order. */
public enum Stage {
  /** Is it reachable, fit, and what does it run? */
  PREFLIGHT,
  /** Evaluation and build; for all hosts together. */
  BUILD,
  /** The system goes to the target. */
  COPY,
  /** The new system begins to run. */
  ACTIVATE,
  /** Is it still reachable? It becomes the one that is booted. */
  CONFIRM;

  /** As it is written, for example {@code preflight}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
