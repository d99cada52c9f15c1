package dev.arda.nix.flake.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One checkout and its repository (gitrepository-layout(5), git-worktree(1)).
 *
 * @param worktree the checkout
 * @param gitDir its own git directory: {@code .git}, or where the file {@code .git} points
 * @param commonDir the directory shared with other worktrees; mostly the same
 */
record GitUnit(Path worktree, Path gitDir, Path commonDir) {
  private static final String POINTER = "gitdir:";

  /** The repository of a checkout; empty: there is none, or its pointers lead nowhere. */
  static Optional<GitUnit> of(Path worktree) {
    Path dotGit = worktree.resolve(".git");
    try {
      Path gitDir = dotGit;
      if (!Files.isDirectory(dotGit)) {
        String text = line(dotGit);
        if (!text.startsWith(POINTER)) {
          return Optional.empty();
        }
        gitDir = worktree.resolve(text.substring(POINTER.length()).strip()).normalize();
      }
      if (!Files.isDirectory(gitDir)) {
        return Optional.empty();
      }
      Path pointer = gitDir.resolve("commondir");
      Path commonDir = Files.exists(pointer) ? gitDir.resolve(line(pointer)).normalize() : gitDir;
      return Files.isDirectory(commonDir)
          ? Optional.of(new GitUnit(worktree, gitDir, commonDir))
          : Optional.empty();
    } catch (IOException | InvalidPathException _) {
      return Optional.empty();
    }
  }

  /** The index as it is now. */
  TrackedFiles tracked() {
    return GitIndex.read(gitDir.resolve("index"));
  }

  private static String line(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
  }
}
