package dev.arda.nix.store;

import dev.arda.nix.types.StorePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What changed between two closures, by packages. Computed from what the store knows, not from the
 * text that {@code nix store diff-closures} prints, which is for people only.
 *
 * @param packages what changed, in order of names
 * @param sizeBefore size of the first closure, in bytes
 * @param sizeAfter size of the second closure, in bytes
 * @param pathsAdded number of paths that only the second has
 * @param pathsRemoved number of paths that only the first has
 */
public record ClosureDiff(
    List<PackageChange> packages,
    long sizeBefore,
    long sizeAfter,
    int pathsAdded,
    int pathsRemoved) {

  /** Copies the list. */
  public ClosureDiff {
    packages = List.copyOf(packages);
  }

  /** What happened to a package. */
  public enum Kind {
    /** Only the second closure has it. */
    ADDED,
    /** Only the first closure has it. */
    REMOVED,
    /** Both have it, in other versions. */
    VERSION,
    /** Both have the same versions of it, but other paths: it was built anew. */
    REBUILT
  }

  /**
   * What happened to one package.
   *
   * @param name its name, for example {@code openssl}
   * @param kind what happened
   * @param versionsBefore all its versions in the first closure, in bytewise order; an empty text
   *     where a path has none
   * @param versionsAfter all its versions in the second closure
   * @param sizeBefore size of all its paths in the first closure, in bytes
   * @param sizeAfter size of all its paths in the second closure, in bytes
   */
  public record PackageChange(
      String name,
      Kind kind,
      List<String> versionsBefore,
      List<String> versionsAfter,
      long sizeBefore,
      long sizeAfter) {

    /** Copies the lists. */
    public PackageChange {
      versionsBefore = List.copyOf(versionsBefore);
      versionsAfter = List.copyOf(versionsAfter);
    }

    /** By how many bytes it grew; negative: shrank. */
    public long sizeDelta() {
      return sizeAfter - sizeBefore;
    }
  }

  /** Whether nothing changed. */
  public boolean isEmpty() {
    return pathsAdded == 0 && pathsRemoved == 0;
  }

  /** By how many bytes the closure grew; negative: shrank. */
  public long sizeDelta() {
    return sizeAfter - sizeBefore;
  }

  /** What changed from one closure to another. */
  public static ClosureDiff between(Closure before, Closure after) {
    var old = Contents.group(before);
    var young = Contents.group(after);
    var names = new TreeSet<>(old.keySet());
    names.addAll(young.keySet());
    var changes = new ArrayList<PackageChange>();
    for (var name : names) {
      change(
              name,
              Optional.ofNullable(old.get(name)).orElseGet(Contents::new),
              Optional.ofNullable(young.get(name)).orElseGet(Contents::new))
          .ifPresent(changes::add);
    }
    return new ClosureDiff(
        changes, before.size(), after.size(), missing(after, before), missing(before, after));
  }

  private static Optional<PackageChange> change(String name, Contents before, Contents after) {
    if (before.paths.equals(after.paths)) {
      return Optional.empty();
    }
    var kind =
        before.paths.isEmpty()
            ? Kind.ADDED
            : after.paths.isEmpty()
                ? Kind.REMOVED
                : before.versions.equals(after.versions) ? Kind.REBUILT : Kind.VERSION;
    return Optional.of(
        new PackageChange(
            name,
            kind,
            List.copyOf(before.versions),
            List.copyOf(after.versions),
            before.size,
            after.size));
  }

  private static int missing(Closure in, Closure from) {
    return (int)
        in.paths().keySet().stream().filter(path -> !from.paths().containsKey(path)).count();
  }

  /** All paths of one package in one closure. */
  private static final class Contents {
    private final SortedSet<String> versions = new TreeSet<>();
    private final SortedSet<StorePath> paths = new TreeSet<>();
    private long size;

    private static SortedMap<String, Contents> group(Closure closure) {
      var result = new TreeMap<String, Contents>();
      for (var info : closure.paths().values()) {
        var name = PackageName.of(info.path().name());
        var one = result.computeIfAbsent(name.name(), _ -> new Contents());
        one.versions.add(name.version());
        one.paths.add(info.path());
        one.size += info.narSize();
      }
      return result;
    }
  }
}
