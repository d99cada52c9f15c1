package dev.arda.nix.flake.watch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a source to look at, as the disk says at one moment. Watching and scanning use the same
 * layout; equal layouts mean that nothing about the shape of the source has changed.
 *
 * @param regions directory trees and what matters in them; roots are real paths
 * @param chains what decides where the source's outer paths lead
 * @param file the source when it is a single file
 * @param unwatchable why it cannot be watched as it is
 */
record Layout(
    List<Region> regions,
    List<PathChain> chains,
    Optional<Path> file,
    Optional<String> unwatchable) {
  private static final int MAX_NESTING = 16;

  /**
   * A directory tree.
   *
   * @param root real path
   * @param filter what matters
   */
  record Region(Path root, RegionFilter filter) {}

  static Layout of(SourceSpec spec) {
    return switch (spec) {
      case SourceSpec.PathTree(Path root) -> pathTree(root);
      case SourceSpec.GitTree(Path worktree) -> gitTree(worktree);
      case SourceSpec.Fixed _, SourceSpec.All _ ->
          new Layout(List.of(), List.of(), Optional.empty(), Optional.empty());
    };
  }

  private static Layout pathTree(Path root) {
    PathChain chain = PathChain.of(root);
    if (chain.target().isEmpty()) {
      return new Layout(
          List.of(), List.of(chain), Optional.empty(), Optional.of(root + " does not exist"));
    }
    Path real = chain.target().get();
    if (!Files.isDirectory(real)) {
      return new Layout(
          List.of(), List.of(chain), Optional.of(real), Optional.of(root + " is a single file"));
    }
    return new Layout(
        List.of(new Region(real, new EverythingFilter(false))),
        List.of(chain),
        Optional.empty(),
        Optional.empty());
  }

  private static Layout gitTree(Path worktree) {
    PathChain chain = PathChain.of(worktree);
    List<Region> regions = new ArrayList<>();
    List<PathChain> chains = new ArrayList<>(List.of(chain));
    if (chain.target().isEmpty() || !Files.isDirectory(chain.target().get())) {
      return new Layout(
          List.of(),
          chains,
          Optional.empty(),
          Optional.of(worktree + " does not exist or is no directory"));
    }
    Path real = chain.target().get();
    Optional<String> unwatchable =
        addUnit(real, regions, chains, 0)
            ? Optional.empty()
            : Optional.of(worktree + " has no readable git repository");
    return new Layout(List.copyOf(regions), List.copyOf(chains), Optional.empty(), unwatchable);
  }

  /** Adds a checkout and its submodules; false: it has no repository. */
  private static boolean addUnit(
      Path worktree, List<Region> regions, List<PathChain> chains, int nesting) {
    Optional<GitUnit> found = GitUnit.of(worktree);
    PathChain gitDir = PathChain.of(found.map(GitUnit::gitDir).orElse(worktree.resolve(".git")));
    chains.add(gitDir);
    if (found.isEmpty() || gitDir.target().isEmpty()) {
      // Not initialised, or broken: the appearance of a repository is all that can matter.
      regions.add(new Region(worktree, new NoRepositoryFilter()));
      return false;
    }
    GitUnit unit = found.get();
    regions.add(new Region(gitDir.target().get(), new GitDirFilter(unit, false)));
    if (!unit.commonDir().equals(unit.gitDir())) {
      PathChain commonDir = PathChain.of(unit.commonDir());
      chains.add(commonDir);
      commonDir
          .target()
          .ifPresent(real -> regions.add(new Region(real, new GitDirFilter(unit, true))));
    }
    TrackedFiles tracked = unit.tracked();
    regions.add(
        new Region(
            worktree,
            tracked.unknown().isPresent()
                ? new EverythingFilter(true)
                : new TrackedFilter(unit, tracked)));
    if (nesting < MAX_NESTING) {
      for (String path : tracked.submodules().stream().sorted().toList()) {
        Path submodule = worktree.resolve(path);
        if (PathChain.of(submodule).target().filter(submodule::equals).isPresent()
            && Files.isDirectory(submodule)) {
          addUnit(submodule, regions, chains, nesting + 1);
        }
      }
    }
    return true;
  }
}
