package dev.arda.nix.store;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Finds the store path that a person means: the path itself, a file in it, or a link that leads to
 * it, such as {@code result} or a profile. Only reads links; asks no Nix.
 */
public final class StorePaths {

  /** As many as Linux follows. */
  private static final int MOST_LINKS = 40;

  private static final int LONGEST_SHOWN = 300;

  private StorePaths() {}

  /** As {@link #resolve(CallContext, String)}, each path once, in order. */
  public static List<StorePath> resolve(CallContext context, Collection<String> texts) {
    return texts.stream().map(text -> resolve(context, text)).distinct().toList();
  }

  /**
   * The store path that a text means.
   *
   * @param text a path; relative ones start at the caller's directory
   * @throws StoreException {@code STORE_PATH_INVALID}, naming the text, if it is or leads to
   *     nothing in the caller's store
   */
  public static StorePath resolve(CallContext context, String text) {
    var directory = StoreDirectory.of(context);
    if (text.isEmpty()) {
      throw invalid(text, "An empty text is no store path.");
    }
    if (text.indexOf('\0') >= 0) {
      throw invalid(text, shown(text) + " is no store path: it contains the character NUL.");
    }
    if (text.startsWith("-")) {
      throw invalid(
          text,
          "%s is no store path: none begins with a hyphen. For a file of that name write ./%s"
              .formatted(shown(text), shown(text)));
    }
    try {
      return follow(text, context.cwd().resolve(text).normalize(), directory);
    } catch (InvalidPathException e) {
      throw invalid(text, shown(text) + " is no path.");
    }
  }

  private static StorePath follow(String text, Path path, StoreDirectory store) {
    var left = new ArrayDeque<Path>();
    path.forEach(left::add);
    Path here = path.getRoot();
    int links = 0;
    while (true) {
      Optional<StorePath> found = store.containing(here);
      if (found.isPresent()) {
        return found.get();
      }
      if (left.isEmpty()) {
        throw outside(text, here, store);
      }
      Path name = left.removeFirst();
      Path next = name.toString().equals("..") ? parent(here) : here.resolve(name);
      Optional<Path> target = store.containing(next).isPresent() ? Optional.empty() : link(next);
      if (target.isEmpty()) {
        here = next;
        continue;
      }
      if (++links > MOST_LINKS) {
        throw invalid(
            text,
            "%s leads to no store path: its links go on for ever (at %s)."
                .formatted(shown(text), shown(next.toString())));
      }
      var parts = target.get();
      if (parts.isAbsolute()) {
        here = parts.getRoot();
      }
      for (int i = parts.getNameCount() - 1; i >= 0; i--) {
        left.addFirst(parts.getName(i));
      }
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  private static Optional<Path> link(Path path) {
    try {
      return Files.isSymbolicLink(path)
          ? Optional.of(Files.readSymbolicLink(path))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static StoreException outside(String text, Path end, StoreDirectory store) {
    var shown = shown(text);
    Path logical = Path.of(store.logical());
    if (end.startsWith(logical)) {
      return invalid(
          text,
          end.equals(logical)
              ? "%s is the store itself; name something in it.".formatted(shown)
              : "%s is no store path: behind %s/ comes a hash of 32 letters and digits, a hyphen and a name."
                  .formatted(shown, store.logical()));
    }
    if (!Files.exists(end, LinkOption.NOFOLLOW_LINKS)) {
      return invalid(
          text,
          text.indexOf('#') >= 0
              ? "%s is no store path. To use what a flake offers, build it first: arda build %s"
                  .formatted(shown, shown)
              : "%s leads to no store path: there is no %s."
                  .formatted(shown, shown(end.toString())));
    }
    return invalid(
        text,
        "%s is not in the store %s%s."
            .formatted(
                shown,
                store.logical(),
                end.toString().equals(text) ? "" : ": it is " + shown(end.toString())));
  }

  /** A text as it can stand in a message: on one line, in quotes if it would not be seen whole. */
  static String shown(String text) {
    if (text.matches("[!-~]+") && text.length() <= LONGEST_SHOWN) {
      return text;
    }
    var line = text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
    line = TerminalText.strip(line);
    return "'"
        + (line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "…")
        + "'";
  }

  private static StoreException invalid(String text, String message) {
    return new StoreException(
        Reason.STORE_PATH_INVALID, message, Details.NONE.with("path", shown(text)));
  }
}
