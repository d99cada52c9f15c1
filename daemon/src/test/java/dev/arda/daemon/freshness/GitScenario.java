package dev.arda.daemon.freshness;

import dev.arda.nix.testing.NixSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.SortedMap;

/** A checkout: what git tracks counts, and nothing else. */
final class GitScenario implements Scenario {

  private final String name;
  private final NixSandbox sandbox;
  private final Path worktree;
  private final DataTree tree;
  private final Random random;
  private int serial;

  GitScenario(String name, NixSandbox sandbox, Path worktree, DataTree tree, Random random) {
    this.name = name;
    this.sandbox = sandbox;
    this.worktree = worktree;
    this.tree = tree;
    this.random = random;
  }

  /** Its directory. */
  Path repository() {
    return worktree;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String reference() {
    return tree.flake().toString();
  }

  @Override
  public Path directory() {
    return tree.flake();
  }

  @Override
  public String write() throws IOException {
    Path data = tree.flake().resolve("data");
    return switch (random.nextInt(8)) {
      case 0 -> {
        Files.writeString(data.resolve("untracked" + serial++), tree.content());
        yield "an untracked file";
      }
      case 1 -> {
        git("add", "-A");
        yield "git add";
      }
      case 2 -> {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", "more");
        yield "git commit";
      }
      case 3 -> {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", "more");
        if (random.nextBoolean()) {
          git("checkout", "-q", "HEAD~1");
        } else {
          git("checkout", "-q", "-B", "branch-" + worktree.getFileName(), "HEAD~1");
        }
        yield "git checkout";
      }
      case 4 -> {
        String file = "new" + serial++;
        Files.writeString(data.resolve(file), tree.content());
        git("add", data.resolve(file).toString());
        yield "git add of a new file";
      }
      case 5 -> {
        Files.writeString(data.resolve("a"), tree.content());
        git("stash", "-q");
        yield "git stash";
      }
      default -> tree.change();
    };
  }

  @Override
  public SortedMap<String, String> expected() throws IOException {
    Path data = tree.flake().resolve("data");
    String listed = sandbox.run(data, "git", "ls-files", "-z", ".");
    return tree.only(java.util.List.of(listed.split("\0")));
  }

  private void git(String... arguments) {
    var command = new java.util.ArrayList<String>();
    command.add("git");
    command.addAll(java.util.List.of(arguments));
    sandbox.run(worktree, command.toArray(String[]::new));
  }
}
