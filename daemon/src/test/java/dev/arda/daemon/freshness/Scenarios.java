package dev.arda.daemon.freshness;

import dev.arda.nix.testing.NixSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;

/** The kinds of flakes that are written to. */
final class Scenarios {

  private final NixSandbox sandbox;
  private final Random random;

  Scenarios(NixSandbox sandbox, Random random) {
    this.sandbox = sandbox;
    this.random = random;
  }

  /**
   * One of each kind that this Nix can read.
   *
   * @param otherFileSystem a directory of another file system than the daemon's
   */
  List<Scenario> all(Path otherFileSystem) throws IOException {
    Path work = sandbox.work();
    var repository = repository(work.resolve("git"), "");
    var below = repository(work.resolve("mono"), "flakes/one");
    var result = new ArrayList<Scenario>();
    result.addAll(
        List.of(
            plain("path", work.resolve("path")),
            plain("other file system", otherFileSystem.resolve("flake")),
            repository,
            below,
            worktree(repository, work.resolve("worktree")),
            input(work.resolve("input"))));
    link(work.resolve("links")).ifPresent(result::add);
    return result;
  }

  private Scenario plain(String name, Path directory) throws IOException {
    var tree = new DataTree(directory, random);
    return new Plain(name, "path:" + directory, directory, tree);
  }

  private record Plain(String name, String reference, Path directory, DataTree tree)
      implements Scenario {
    @Override
    public String write() throws IOException {
      return tree.change();
    }

    @Override
    public SortedMap<String, String> expected() throws IOException {
      return tree.everything();
    }
  }

  private GitScenario repository(Path directory, String below) throws IOException {
    Files.createDirectories(directory);
    sandbox.run(directory, "git", "init", "-q", "-b", "main");
    var tree = new DataTree(directory.resolve(below), random);
    sandbox.run(directory, "git", "add", "-A");
    sandbox.run(directory, "git", "commit", "-qm", "begin");
    return new GitScenario(
        below.isEmpty() ? "git" : "git, sub-directory", sandbox, directory, tree, random);
  }

  private GitScenario worktree(GitScenario of, Path directory) throws IOException {
    sandbox.run(
        of.repository(), "git", "worktree", "add", "-q", "-b", "tree", directory.toString());
    return new GitScenario(
        "git, worktree", sandbox, directory, new DataTree(directory, random), random);
  }

  /**
   * A link that is switched from one directory with a flake to another; empty where this Nix takes
   * no flake behind a link, as 2.26 does not.
   */
  private Optional<Scenario> link(Path directory) throws IOException {
    var trees =
        List.of(
            new DataTree(directory.resolve("one/flake"), random),
            new DataTree(directory.resolve("two/flake"), random));
    Path link = Files.createSymbolicLink(directory.resolve("current"), directory.resolve("one"));
    String reference = link.resolve("flake").toString();
    try {
      sandbox.run(directory, sandbox.nix().toString(), "flake", "metadata", "path:" + reference);
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
    return Optional.of(
        new Scenario() {
          private int current;

          @Override
          public String name() {
            return "symbolic link";
          }

          @Override
          public String reference() {
            return reference;
          }

          @Override
          public Path directory() {
            return directory;
          }

          @Override
          public String write() throws IOException {
            if (random.nextBoolean()) {
              return trees.get(current).change();
            }
            current = 1 - current;
            Path next =
                Files.createSymbolicLink(
                    directory.resolve("next"), directory.resolve(current == 0 ? "one" : "two"));
            Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
            return "switch of the link";
          }

          @Override
          public SortedMap<String, String> expected() throws IOException {
            return trees.get(current).everything();
          }
        });
  }

  /** A flake that hands on what its {@code path:} input says, as locked. */
  private Scenario input(Path directory) throws IOException {
    var tree = new DataTree(directory.resolve("dependency"), random);
    Path flake = Files.createDirectories(directory.resolve("flake"));
    Files.writeString(
        flake.resolve("flake.nix"),
        "{ inputs.dep.url = \"path:%s\"; outputs = { self, dep }: { inherit (dep) value; }; }"
            .formatted(tree.flake()));
    relock(flake);
    return new Scenario() {
      @Override
      public String name() {
        return "path: input";
      }

      @Override
      public String reference() {
        return "path:" + flake;
      }

      @Override
      public Path directory() {
        return flake;
      }

      @Override
      public String write() throws IOException {
        String what = tree.change();
        relock(flake);
        return what + ", and flake.lock";
      }

      @Override
      public SortedMap<String, String> expected() throws IOException {
        return tree.everything();
      }
    };
  }

  /** What {@code nix flake update} does, in the one way that all versions have in common. */
  private void relock(Path flake) throws IOException {
    Files.deleteIfExists(flake.resolve("flake.lock"));
    sandbox.run(flake, sandbox.nix().toString(), "flake", "lock", "path:" + flake);
  }
}
