package dev.arda.nix.store;

import dev.arda.nix.types.StorePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Some store paths and everything they need. Immutable; everything is computed from what was read
 * once.
 *
 * @param roots what it is the closure of, in the order it was asked for
 * @param paths everything in it, the roots included, in order of their paths
 */
public record Closure(List<StorePath> roots, SortedMap<StorePath, PathInfo> paths) {

  /** Copies both. */
  public Closure {
    roots = List.copyOf(roots);
    paths = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(paths));
  }

  /** A closure of what was read. */
  static Closure of(List<StorePath> roots, Collection<PathInfo> infos) {
    var paths = new TreeMap<StorePath, PathInfo>();
    infos.forEach(info -> paths.put(info.path(), info));
    return new Closure(roots, paths);
  }

  /** Size of all files in it, as archives, in bytes; what {@code nix path-info -S} prints. */
  public long size() {
    return paths.values().stream().mapToLong(PathInfo::narSize).sum();
  }

  /** The same for what one path of it needs, itself included; 0 if it is not in here. */
  public long size(StorePath path) {
    return reachable(path).stream().mapToLong(this::ownSize).sum();
  }

  /** What would go if one path of it were not needed: the size of all that only it leads to. */
  public long exclusiveSize(StorePath path) {
    if (!paths.containsKey(path)) {
      return 0;
    }
    var without = new HashSet<StorePath>();
    var left = new ArrayDeque<StorePath>();
    roots.stream().filter(root -> !root.equals(path)).forEach(left::add);
    while (!left.isEmpty()) {
      var next = left.removeFirst();
      if (!next.equals(path) && without.add(next)) {
        left.addAll(references(next));
      }
    }
    return size() - without.stream().mapToLong(this::ownSize).sum();
  }

  /** What a path in it needs directly, sorted; nothing for one that is not in it. */
  public List<StorePath> references(StorePath path) {
    return Optional.ofNullable(paths.get(path)).map(PathInfo::references).orElse(List.of());
  }

  /** What in it needs a path directly, sorted. */
  public List<StorePath> referrers(StorePath path) {
    return paths.values().stream()
        .filter(info -> info.references().contains(path))
        .map(PathInfo::path)
        .toList();
  }

  /**
   * Why a root needs a path: the shortest chain of references from the one to the other, both
   * included; of several equally short ones the first in order of paths. Empty if it does not.
   */
  public Optional<List<StorePath>> whyDepends(StorePath root, StorePath path) {
    var cameFrom = new HashMap<StorePath, StorePath>();
    var seen = new HashSet<>(Set.of(root));
    var left = new ArrayDeque<>(List.of(root));
    while (!left.isEmpty()) {
      var here = left.removeFirst();
      if (here.equals(path)) {
        return paths.containsKey(path)
            ? Optional.of(chain(cameFrom, root, path))
            : Optional.empty();
      }
      for (var reference : references(here)) {
        if (seen.add(reference)) {
          cameFrom.put(reference, here);
          left.add(reference);
        }
      }
    }
    return Optional.empty();
  }

  private static List<StorePath> chain(
      Map<StorePath, StorePath> cameFrom, StorePath root, StorePath path) {
    var result = new ArrayList<>(List.of(path));
    while (!result.getLast().equals(root)) {
      result.add(cameFrom.getOrDefault(result.getLast(), root));
    }
    return result.reversed();
  }

  /**
   * Every reference by which a root needs a path, whatever the way: all references between paths
   * that the root leads to and that lead to the path, in order.
   */
  public List<Reference> everyWay(StorePath root, StorePath path) {
    var from = reachable(root);
    var to = new HashSet<>(Set.of(path));
    var referrers = new HashMap<StorePath, List<StorePath>>();
    for (var info : paths.values()) {
      for (var reference : info.references()) {
        referrers.computeIfAbsent(reference, _ -> new ArrayList<>()).add(info.path());
      }
    }
    var left = new ArrayDeque<>(List.of(path));
    while (!left.isEmpty()) {
      for (var referrer : referrers.getOrDefault(left.removeFirst(), List.of())) {
        if (to.add(referrer)) {
          left.add(referrer);
        }
      }
    }
    var result = new ArrayList<Reference>();
    for (var here : from) {
      if (to.contains(here)) {
        references(here).stream()
            .filter(to::contains)
            .forEach(reference -> result.add(new Reference(here, reference)));
      }
    }
    result.sort(Comparator.comparing(Reference::from).thenComparing(Reference::to));
    return List.copyOf(result);
  }

  private Set<StorePath> reachable(StorePath start) {
    var result = new HashSet<StorePath>();
    if (!paths.containsKey(start)) {
      return result;
    }
    var left = new ArrayDeque<>(List.of(start));
    while (!left.isEmpty()) {
      var next = left.removeFirst();
      if (result.add(next)) {
        left.addAll(references(next));
      }
    }
    return result;
  }

  private long ownSize(StorePath path) {
    return Optional.ofNullable(paths.get(path)).map(PathInfo::narSize).orElse(0L);
  }

  /** One path needs another directly. */
  public record Reference(StorePath from, StorePath to) {}
}
