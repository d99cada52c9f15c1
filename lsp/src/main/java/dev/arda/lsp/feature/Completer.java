package dev.arda.lsp.feature;

import dev.arda.lsp.feature.FlakeView.Haste;
import dev.arda.lsp.text.BoundNames;
import dev.arda.lsp.text.CursorContext;
import dev.arda.lsp.text.CursorContext.PathAtCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Completes what is being written. */
public final class Completer {

  /** Outputs that have hosts of other systems. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "nixosConfigurations", "darwinConfigurations",
          "darwinConfigurations", "nixosConfigurations");

  private static final List<String> INPUTS = List.of("inputs");

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
            if (attribute.below().equals(INPUTS) && isWritten(scope, offset, INPUTS)) {
              candidates.addSelf(); // not in `self.inputs`
            }
          } else if (place instanceof Place.Named named) {
            candidates.addNamed(scope, named.kind(), named.binds());
            if (named.kind() == Kind.USER) {
              addUsers(scope, named, candidates);
            }
            if (named.kind() == Kind.TAG || named.kind() == Kind.ACCOUNT || named.binds()) {
              candidates.remove(named.name()); // it is in the text since it is being written
            }
          } else if (place instanceof Place.Key key) {
            candidates.addKeys(scope, key.can());
            candidates.remove(key.name());
          }
          var context = scope.text().cursorAt(offset);
          context
              .path()
              .filter(PathAtCursor::namesBinding)
              .ifPresent(key -> candidates.removeAll(taken(scope, context, key)));
          var typed = scope.text().text().substring(place.start(), offset);
          return candidates.matching(
              place.partial(), typed, place.start(), place.end(), place.written());
        });
  }

  /** Whether the names before the one at a cursor are just these. */
  private static boolean isWritten(Scope scope, int offset, List<String> names) {
    return scope
        .text()
        .cursorAt(offset)
        .path()
        .filter(path -> Paths.named(path.parents()).equals(names))
        .isPresent();
  }

  /** Adds users with their hosts: people are listed without them. */
  private static void addUsers(Scope scope, Place.Named named, Candidates candidates) {
    if (!named.binds()) {
      candidates.addNamed(scope, Kind.USER, true);
      return;
    }
    int at = named.partial().lastIndexOf('@');
    if (at > 0) {
      candidates.addOnHosts(scope, named.partial().substring(0, at));
    }
  }

  /** Names that a key cannot have: those that are bound there, and those of the other output. */
  private static Set<String> taken(Scope scope, CursorContext context, PathAtCursor key) {
    var result = new TreeSet<>(BoundNames.beside(scope.text(), key));
    var around = new ArrayList<>(context.enclosing());
    around.addAll(key.parents());
    var set = around.isEmpty() ? "" : Paths.named(around).getLast();
    var other = OTHERS.get(set);
    if (other != null) {
      var others = hosts(scope, other);
      others.removeAll(hosts(scope, set));
      result.addAll(others);
    }
    return result;
  }

  private static Set<String> hosts(Scope scope, String output) {
    var result = new TreeSet<>(TextNames.below(scope, List.of(output)));
    for (var name : scope.view().names(output + ".", Haste.GREAT).names()) {
      result.add(name.name());
    }
    return result;
  }
}
