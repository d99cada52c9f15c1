package dev.arda.lsp.daemon;

import java.time.Duration;

/**
 * How long is waited for the daemon.
 *
 * @param names how long it may look for names; what it finds later it has when it is asked again
 * @param description the same for what a value is
 * @param way how long an answer may take on the way
 * @param stuck so long without an answer to a question, and the daemon counts as stuck
 * @param late an answer that nobody waits for any more is still taken for so long
 * @param pause so long after a failure nobody tries to connect again
 */
public record Patience(
    Duration names,
    Duration description,
    Duration way,
    Duration stuck,
    Duration late,
    Duration pause) {

  /** That of somebody who types; a hand that rests on a name waits a little longer. */
  public static final Patience OF_A_PERSON =
      new Patience(
          Duration.ofMillis(250),
          Duration.ofMillis(700),
          Duration.ofMillis(150),
          Duration.ofSeconds(4),
          Duration.ofSeconds(20),
          Duration.ofSeconds(3));
}
