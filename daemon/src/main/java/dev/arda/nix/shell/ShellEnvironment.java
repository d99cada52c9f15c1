package dev.arda.nix.shell;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What some packages add to the surroundings of a command.
 *
 * @param packages each package that was asked for, once, in order
 */
public record ShellEnvironment(List<Provision> packages) {

  /** Copies the list. */
  public ShellEnvironment {
    packages = List.copyOf(packages);
  }

  /** How a package was had. */
  public enum Source {
    /** The surroundings have it: {@code ARDA_PROVIDED_PACKAGES}, or a Nix sandbox. */
    SURROUNDINGS,
    /** It was had before, and its link is still there. */
    LINK,
    /** It was evaluated, and built or fetched if it was not in the store. */
    BUILT
  }

  /**
   * One package.
   *
   * @param name its name
   * @param source how it was had
   * @param storePaths its outputs; none if the surroundings have it
   */
  public record Provision(String name, Source source, List<Path> storePaths) {
    /** Copies the list. */
    public Provision {
      storePaths = List.copyOf(storePaths);
    }
  }

  /** The directories to put before the {@code PATH}, in order of packages. */
  public List<Path> binDirectories() {
    var result = new LinkedHashSet<Path>();
    for (var one : packages) {
      one.storePaths().stream()
          .map(path -> path.resolve("bin"))
          .filter(Files::isDirectory)
          .forEach(result::add);
    }
    return List.copyOf(result);
  }

  /**
   * A {@code PATH} with the directories before it.
   *
   * @param before what it was; empty: there was none
   */
  public String path(String before) {
    var parts = new ArrayList<>(binDirectories().stream().map(Path::toString).toList());
    if (!before.isEmpty()) {
      parts.add(before);
    }
    return String.join(":", parts);
  }
}
