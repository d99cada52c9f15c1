package dev.arda.nix.flake.watch;

import java.nio.file.Path;
import java.util.Set;

/** What the identity of a flake's source depends on. A value; equal specs share their watches. */
public sealed interface SourceSpec {

  /**
   * Every file, link and directory below a root, as a {@code path:} flake is copied. A link as root
   * is followed, links inside count by their text. The root may be a single file, or missing.
   *
   * @param root absolute path
   */
  record PathTree(Path root) implements SourceSpec {
    /** Normalises the path. */
    public PathTree {
      root = absolute(root);
    }
  }

  /**
   * A git checkout as Nix sees it: content of the tracked files, index, HEAD, references,
   * configuration and attributes of the repository, and the same of its submodules. Untracked files
   * do not count. Linked worktrees are recognised by their {@code .git} file. The sub-directory of
   * the flake does not matter: its source is the whole checkout.
   *
   * @param worktree absolute path of the directory that holds {@code .git}
   */
  record GitTree(Path worktree) implements SourceSpec {
    /** Normalises the path. */
    public GitTree {
      worktree = absolute(worktree);
    }
  }

  /**
   * A source that cannot change: remote, locked by revision or hash, or in the store.
   *
   * @param identity for display only
   */
  record Fixed(String identity) implements SourceSpec {}

  /**
   * Several sources at once, for instance a flake and the {@code path:} inputs its lock follows.
   *
   * @param parts the sources
   */
  record All(Set<SourceSpec> parts) implements SourceSpec {
    /** Copies the set. */
    public All {
      parts = Set.copyOf(parts);
    }
  }

  private static Path absolute(Path path) {
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("not an absolute path: " + path);
    }
    return path;
  }
}
