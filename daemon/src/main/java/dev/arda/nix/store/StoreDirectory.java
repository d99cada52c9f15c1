package dev.arda.nix.store;

import dev.arda.nix.core.CallerEnvironment;
import dev.arda.nix.core.NixVariables;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StorePath;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a caller's store is: the directory that paths are named by, and the one that holds the
 * files. They differ only with a test store (the seed, section 1.4), where Nix writes {@code
 * /nix/store/…} into everything but keeps the files below another root.
 *
 * @param logical what store paths begin with, without a slash at the end: {@code NIX_STORE_DIR}, or
 *     {@code /nix/store}
 * @param physical where the files are
 */
public record StoreDirectory(String logical, Path physical) {

  private static final String DEFAULT = "/nix/store";

  /** The store of a caller. Runs no process and touches no file. */
  public static StoreDirectory of(CallContext context) {
    Map<String, String> environment = CallerEnvironment.allowed(context.environment());
    String logical =
        Optional.ofNullable(environment.get("NIX_STORE_DIR"))
            .filter(text -> !text.isEmpty())
            .or(() ->
                Optional.ofNullable(environment.get("NIX_STORE")).filter(text -> !text.isEmpty()))
            .map(text -> context.cwd().resolve(text).normalize().toString())
            .orElse(DEFAULT);
    Path physical =
        NixVariables.of(environment)
            .testStore()
            // Whatever the paths are called, below another root Nix keeps them in /nix/store.
            .map(root -> context.cwd().resolve(root).normalize().resolve("nix/store"))
            .orElse(Path.of(logical));
    return new StoreDirectory(logical, physical);
  }

  /**
   * All store paths that a text mentions, in order of appearance, each once (the seed's {@code
   * find_store_references}). As in the seed a name is as long as it can be: a full stop that ends a
   * sentence directly behind a path is taken for a part of it.
   */
  public List<StorePath> findStoreReferences(String text) {
    var result = new LinkedHashSet<StorePath>();
    var matcher =
        Pattern.compile(Pattern.quote(logical + "/") + "(" + StorePath.BASE_NAME + ")")
            .matcher(text);
    while (matcher.find()) {
      result.add(new StorePath(logical, matcher.group(1)));
    }
    return new ArrayList<>(result);
  }

  /**
   * Whether a text is the path of an object in this store, and nothing else (the seed's {@code
   * is_pure_store_path}): no file below one, no text around it.
   */
  public boolean isPureStorePath(String text) {
    return StorePath.of(text).filter(path -> path.directory().equals(logical)).isPresent();
  }

  /**
   * Where the files of a store path, or of something below one, are (the seed's {@code
   * get_physical_store_path}). A path that is not in this store is returned as it is.
   */
  public Path getPhysicalStorePath(String path) {
    Path given = Path.of(path);
    Path store = Path.of(logical);
    return given.startsWith(store) ? physical.resolve(store.relativize(given)) : given;
  }

  /** Where the files of a store path are. */
  public Path getPhysicalStorePath(StorePath path) {
    return getPhysicalStorePath(path.text());
  }

  /**
   * The object that a normalised absolute path lies in, whether it is named as paths are named or
   * by the place of its files; empty if it lies in none.
   */
  Optional<StorePath> containing(Path path) {
    return below(path, Path.of(logical)).or(() -> below(path, physical));
  }

  private Optional<StorePath> below(Path path, Path store) {
    if (!path.startsWith(store) || path.equals(store)) {
      return Optional.empty();
    }
    try {
      return StorePath.of(logical + "/" + path.getName(store.getNameCount()));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
