package dev.arda.nix.flake;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What happened to a lock file.
 *
 * @param flakeRef the flake
 * @param lockFile absolute path of the file
 * @param changes inputs that changed, in order of their paths; none: the file is as it was
 */
public record LockChange(String flakeRef, Path lockFile, List<InputChange> changes) {

  /** Copies the list. */
  public LockChange {
    changes = List.copyOf(changes);
  }

  /**
   * What happened to one input. It was added if there is no {@code before}, removed if there is no
   * {@code after}, else locked to something else.
   *
   * @param path for example {@code home-manager/nixpkgs}
   * @param before what it was locked to
   * @param after what it is locked to
   */
  public record InputChange(
      String path, Optional<LockedInput> before, Optional<LockedInput> after) {}

  /** What differs between two states of a lock file. */
  static List<InputChange> between(
      Map<String, LockedInput> before, Map<String, LockedInput> after) {
    var paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    var result = new ArrayList<InputChange>();
    for (var path : paths) {
      var old = Optional.ofNullable(before.get(path));
      var young = Optional.ofNullable(after.get(path));
      if (!old.equals(young)) {
        result.add(new InputChange(path, old, young));
      }
    }
    return result;
  }
}
