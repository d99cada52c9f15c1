package dev.arda.lsp.feature;

import java.util.Optional;

/** Completes what is being written. */
public final class Completer {

  private Completer() {}

  /**
   * What can be written at a cursor.
   *
   * @param offset of the cursor, in UTF-16 code units
   * @return empty where arda has nothing to say
   */
  public static Optional<Completion> at(Scope scope, int offset) {
    return Places.at(scope, offset)
        .map(place -> {
          var candidates = new Candidates();
          // Not by a switch over types: the first of those takes Java some milliseconds.
          if (place instanceof Place.Attribute attribute) {
            candidates.addBelow(scope, attribute.below(), attribute.prefix());
          } else if (place instanceof Place.Named named) {
            candidates.addNamed(scope, named.kind(), named.binds());
            if (named.kind() == Kind.TAG || named.binds()) {
              candidates.remove(named.name()); // it is in the text since it is being written
            }
          } else if (place instanceof Place.Key key) {
            candidates.addKeys(scope, key.can());
            candidates.remove(key.name());
          }
          return candidates.matching(place.partial(), place.start(), place.end(), place.written());
        });
  }
}
