package dev.arda.nix.store.build;

import dev.arda.nix.store.Closure;
import dev.arda.nix.store.PackageName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What changed between the closures of two builds, for a person who decides whether to use the
 * second.
 *
 * @param changes packages that differ, in order of names
 * @param closureBytes change in the size of everything
 */
public record Difference(List<Change> changes, long closureBytes) {

  /** Copies the list. */
  public Difference {
    changes = List.copyOf(changes);
  }

  /**
   * A package that differs.
   *
   * @param name its name without a version
   * @param before versions before, an empty text where there is none; nothing: it is new
   * @param after versions after, likewise; nothing: it is gone. The same as before: it was built
   *     anew
   * @param bytes change in the size of its store paths
   */
  public record Change(String name, List<String> before, List<String> after, long bytes) {
    /** Copies the lists. */
    public Change {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  static Difference between(Closure before, Closure after) {
    var old = packages(before);
    var young = packages(after);
    var names = new TreeSet<>(old.keySet());
    names.addAll(young.keySet());
    var changes = new ArrayList<Change>();
    for (var name : names) {
      var was = Optional.ofNullable(old.get(name)).orElseGet(Contents::new);
      var is = Optional.ofNullable(young.get(name)).orElseGet(Contents::new);
      if (!was.paths.equals(is.paths)) {
        changes.add(
            new Change(
                name, List.copyOf(was.versions), List.copyOf(is.versions), is.bytes - was.bytes));
      }
    }
    return new Difference(changes, after.size() - before.size());
  }

  /** The paths of one package. */
  private static final class Contents {
    private final SortedSet<String> versions = new TreeSet<>();
    private final SortedSet<String> paths = new TreeSet<>();
    private long bytes;
  }

  private static SortedMap<String, Contents> packages(Closure closure) {
    var result = new TreeMap<String, Contents>();
    for (var info : closure.paths().values()) {
      var name = PackageName.of(info.path().name());
      var contents = result.computeIfAbsent(name.name(), _ -> new Contents());
      contents.versions.add(name.version());
      contents.paths.add(info.path().text());
      contents.bytes += info.narSize();
    }
    return result;
  }
}
