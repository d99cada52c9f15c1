package dev.arda.nix.user;

import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What a generation would change in a home.
 *
 * @param changes files that differ from the generation before
 * @param collisions what is in the way
 */
record Inspection(List<FileChange> changes, List<Collision> collisions) {

  /** Copies the lists. */
  Inspection {
    changes = List.copyOf(changes);
    collisions = List.copyOf(collisions);
  }

  /**
   * Reads what {@code inspect.sh} prints.
   *
   * @throws UserException {@code USER_FILES_COLLIDE} if a name cannot be handled
   */
  static Inspection parse(String text) {
    var changes = new ArrayList<FileChange>();
    var kinds = new LinkedHashMap<String, Collision.Kind>();
    var taken = new HashSet<String>();
    for (var line : text.split("\n", -1)) {
      int tab = line.indexOf('\t');
      if (tab < 0) {
        continue;
      }
      var path = line.substring(tab + 1);
      switch (line.substring(0, tab)) {
        case "+" -> changes.add(new FileChange(path, FileChange.Kind.ADDED));
        case "-" -> changes.add(new FileChange(path, FileChange.Kind.REMOVED));
        case "~" -> changes.add(new FileChange(path, FileChange.Kind.CHANGED));
        case "file" -> kinds.put(path, Collision.Kind.FILE);
        case "link" -> kinds.put(path, Collision.Kind.LINK);
        case "directory" -> kinds.put(path, Collision.Kind.DIRECTORY);
        case "parent" -> kinds.put(path, Collision.Kind.PARENT);
        case "backup" -> taken.add(path);
        case "name" ->
            throw new UserException(
                Reason.USER_FILES_COLLIDE,
                "The environment has a file whose name contains a control character: " + path,
                Details.NONE.with("path", path));
        default -> {}
      }
    }
    return new Inspection(
        changes,
        kinds.entrySet().stream()
            .map(one -> new Collision(one.getKey(), one.getValue(), taken.contains(one.getKey())))
            .toList());
  }
}
