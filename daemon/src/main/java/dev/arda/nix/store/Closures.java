package dev.arda.nix.store;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks Nix what is in a store and what it needs. Each question is one process, however many paths
 * it is about (up to {@value #MOST_PATHS}, and one more if derivations are among them). A
 * derivation is asked about as such, never for what it makes.
 */
public final class Closures {

  /** A command line has room for about two megabytes. */
  static final int MOST_PATHS = 4000;

  private final StoreCalls calls;

  Closures(StoreCalls calls) {
    this.calls = calls;
  }

  /**
   * Everything that some paths of the caller's store need.
   *
   * @throws StoreException {@code STORE_PATH_MISSING} if the store has not one of them
   */
  public Closure of(CallContext context, Collection<StorePath> paths) {
    return of(context, paths, Optional.empty());
  }

  /** Everything that one path of the caller's store needs. */
  public Closure of(CallContext context, StorePath path) {
    return of(context, List.of(path));
  }

  /**
   * Everything that some paths of a store need.
   *
   * @param store which one; empty: the caller's
   * @throws StoreException {@code STORE_PATH_MISSING}; {@code STORE_URL_INVALID}; {@code
   *     STORE_FAILED} if the store cannot be asked
   * @throws dev.arda.nix.types.SystemException {@code STORE_TIMEOUT} if it does not answer for ten
   *     minutes, or has not told all after half an hour
   */
  public Closure of(CallContext context, Collection<StorePath> paths, Optional<StoreUrl> store) {
    return Closure.of(List.copyOf(paths), ask(context, paths, true, store));
  }

  /**
   * What a store knows of some paths alone, in no particular order.
   *
   * @throws StoreException as {@link #of(CallContext, Collection, Optional)}
   */
  public List<PathInfo> infos(
      CallContext context, Collection<StorePath> paths, Optional<StoreUrl> store) {
    return ask(context, paths, false, store);
  }

  /**
   * What changed between two paths of the caller's store.
   *
   * @throws StoreException {@code STORE_PATH_MISSING} if the store has not one of them
   */
  public ClosureDiff diff(CallContext context, StorePath before, StorePath after) {
    return ClosureDiff.between(of(context, before), of(context, after));
  }

  /**
   * Those of some paths that a store has, which is to say completely.
   *
   * @param store which one; empty: the caller's
   */
  public Set<StorePath> valid(
      CallContext context, Collection<StorePath> paths, Optional<StoreUrl> store) {
    var result = new HashSet<>(paths);
    for (var part : parts(paths)) {
      var said =
          calls.ask(
              context,
              question(store),
              (commands, _) -> commands.invalidPaths(texts(part), text(store)),
              store);
      if (!said.result().succeeded()) {
        throw StoreErrors.of("ask " + name(store), store, said.error());
      }
      said.result()
          .outputText()
          .lines()
          .flatMap(line -> StorePath.of(line).stream())
          .forEach(result::remove);
    }
    return result;
  }

  /**
   * Does nothing if a store has all of some paths.
   *
   * @throws StoreException {@code STORE_PATH_MISSING}, naming the first that it has not
   */
  void require(CallContext context, Collection<StorePath> paths, Optional<StoreUrl> store) {
    var valid = valid(context, paths, store);
    for (var path : paths) {
      if (!valid.contains(path)) {
        throw StoreErrors.missing(path.text(), store, Details.NONE);
      }
    }
  }

  private List<PathInfo> ask(
      CallContext context,
      Collection<StorePath> paths,
      boolean recursive,
      Optional<StoreUrl> store) {
    var directory = StoreDirectory.of(context).logical();
    var result = new ArrayList<PathInfo>();
    var seen = new HashSet<StorePath>();
    for (var part : parts(paths)) {
      var said =
          calls.ask(
              context,
              question(store),
              (commands, _) -> commands.pathInfo(texts(part), recursive, text(store)),
              store);
      if (!said.result().succeeded()) {
        throw StoreErrors.of("ask " + name(store), store, said.error());
      }
      for (var info : PathInfoReader.read(said.result().output(), directory)) {
        if (seen.add(info.path())) {
          result.add(info);
        }
      }
    }
    for (var path : paths) {
      if (!seen.contains(path)) {
        throw StoreErrors.missing(path.text(), store, Details.NONE);
      }
    }
    return result;
  }

  /** The paths in groups for one command each: not too many, and derivations by themselves. */
  static List<List<StorePath>> parts(Collection<StorePath> paths) {
    var result = new ArrayList<List<StorePath>>();
    for (var all :
        paths.stream().collect(Collectors.partitioningBy(StorePath::isDerivation)).values()) {
      for (int i = 0; i < all.size(); i += MOST_PATHS) {
        result.add(all.subList(i, Math.min(all.size(), i + MOST_PATHS)));
      }
    }
    return result;
  }

  static List<String> texts(Collection<StorePath> paths) {
    return paths.stream().map(StorePath::text).toList();
  }

  static Optional<String> text(Optional<StoreUrl> store) {
    return store.map(StoreUrl::text);
  }

  private static String question(Optional<StoreUrl> store) {
    return "The question to " + name(store);
  }

  static String name(Optional<StoreUrl> store) {
    return store.map(StoreUrl::toString).orElse("the store");
  }
}
