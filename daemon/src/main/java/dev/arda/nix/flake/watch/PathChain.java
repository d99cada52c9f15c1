package dev.arda.nix.flake.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The directory entries that decide where a path leads: one per component, links followed. As long
 * as none of them is replaced, the path means the same file.
 *
 * @param links the entries, outermost first; ends early where one is missing
 * @param target where it leads; empty: nowhere
 */
record PathChain(List<Link> links, Optional<Path> target) {
  private static final int MAX_LINKS = 40;

  /**
   * One entry.
   *
   * @param directory real path of the directory
   * @param name name in it
   * @param text where the entry points when it is a symbolic link
   */
  record Link(Path directory, Path name, Optional<Path> text) {}

  /** Follows an absolute path; loops and unreadable directories end the chain. */
  static PathChain of(Path path) {
    List<Link> links = new ArrayList<>();
    Path current = path.getRoot();
    Deque<Path> rest = new ArrayDeque<>();
    path.forEach(rest::addLast);
    int followed = 0;
    while (!rest.isEmpty()) {
      Path name = rest.removeFirst();
      if (name.toString().isEmpty() || name.toString().equals(".")) {
        continue;
      }
      if (name.toString().equals("..")) {
        current = Optional.ofNullable(current.getParent()).orElse(current);
        continue;
      }
      Path entry = current.resolve(name);
      if (Files.isSymbolicLink(entry)) {
        Path text;
        try {
          text = Files.readSymbolicLink(entry);
        } catch (IOException _) {
          return new PathChain(links, Optional.empty());
        }
        links.add(new Link(current, name, Optional.of(text)));
        if (++followed > MAX_LINKS) {
          return new PathChain(links, Optional.empty());
        }
        Deque<Path> inserted = new ArrayDeque<>();
        text.forEach(inserted::addLast);
        inserted.addAll(rest);
        rest = inserted;
        current = text.isAbsolute() ? path.getRoot() : current;
        continue;
      }
      links.add(new Link(current, name, Optional.empty()));
      if (!Files.exists(entry)) {
        return new PathChain(links, Optional.empty());
      }
      current = entry;
    }
    return new PathChain(links, Optional.of(current));
  }
}
