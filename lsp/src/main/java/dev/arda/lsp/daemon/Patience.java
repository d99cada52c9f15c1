package dev.arda.lsp.daemon;

import dev.arda.lsp.feature.FlakeView.Haste;
import java.time.Duration;

/**
 * How long is waited for the daemon.
 *
 * @param beat so long the word of the daemon counts as its last, for somebody who types: the time
 *     between two keys
 * @param moment so long what was so counts as being so, for somebody who types, if nothing was
 *     saved since
 * @param again for the word that names which are known are still those of the flake, if somebody
 *     types
 * @param first for names that are not known, if the text has others to show meanwhile
 * @param names how long it may look for names; what it finds later it has when it is asked again
 * @param firstNames the same for somebody who has no others to look at; who types on does not wait
 * @param description the same for what a value is
 * @param way how long an answer may take on the way
 * @param stuck so long without an answer to a question, and the daemon counts as stuck
 * @param late an answer that nobody waits for any more is still taken for so long
 * @param pause so long after a failure nobody tries to connect again
 */
public record Patience(
    Duration beat,
    Duration moment,
    Duration again,
    Duration first,
    Duration names,
    Duration firstNames,
    Duration description,
    Duration way,
    Duration stuck,
    Duration late,
    Duration pause) {

  /** That of somebody who types; a hand that rests on a name waits a little longer. */
  public static final Patience OF_A_PERSON =
      new Patience(
          Duration.ofMillis(250),
          Duration.ofSeconds(2),
          Duration.ofMillis(15),
          Duration.ofMillis(40),
          Duration.ofMillis(250),
          Duration.ofMillis(1500),
          Duration.ofMillis(700),
          Duration.ofMillis(150),
          Duration.ofSeconds(4),
          Duration.ofSeconds(20),
          Duration.ofSeconds(3));

  /**
   * How long the daemon may look for names.
   *
   * @param known whether there are some to show, said at any time
   */
  Duration toFind(Haste haste, boolean known) {
    return haste == Haste.LITTLE && !known ? firstNames : names;
  }

  /**
   * How long is waited for names.
   *
   * @param toFind how long the daemon may look for them
   * @param lately whether there are some to show, said a moment ago
   */
  Duration forNames(Haste haste, Duration toFind, boolean lately) {
    return switch (haste) {
      case NONE -> toFind.plus(way);
      case LITTLE, SOME -> lately ? again : toFind.plus(way);
      case GREAT -> lately ? again : first;
    };
  }

  /**
   * How long the daemon may look for what a value is.
   *
   * @param known whether there is a description to show, said at any time
   */
  Duration toDescribe(Haste haste, boolean known) {
    return haste != Haste.NONE && known ? names : description;
  }

  /**
   * How long is waited for what a value is.
   *
   * @param toDescribe how long the daemon may look for it
   * @param lately whether there is a description to show, said a moment ago
   */
  Duration forDescription(Haste haste, Duration toDescribe, boolean lately) {
    return haste != Haste.NONE && lately ? again.multipliedBy(2) : toDescribe.plus(way);
  }
}
