package dev.arda.nix.system.source;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.source.FlakeSources.Source;
import dev.arda.nix.system.source.FlakeText.Cut;
import dev.arda.nix.system.source.FlakeText.Shortened;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes hosts out of flakes, with everything in the flake that belongs to them. The machines
 * themselves are left alone. Blocks; interrupting the thread takes everything back.
 *
 * @param sources the flakes
 * @param kept directory for what no commit holds
 * @param clock tells when
 */
public record HostRemover(FlakeSources sources, Path kept, InstantSource clock) {

  private static final int MOST_NAMED = 5;
  private static final int MOST_MENTIONS = 50;

  /**
   * Who is to be taken out.
   *
   * @param context who wishes
   * @param flake flake reference; empty: the caller's default
   * @param host its name
   * @param planOnly whether only to tell what would be removed
   */
  public record Wish(CallContext context, String flake, HostName host, boolean planOnly) {}

  /** A line that names the host and stays. */
  public record Mention(Path file, int line, String text) {}

  /**
   * What has the name of the host and is not removed, since something else uses it.
   *
   * @param file or directory, relative to that of the flake
   * @param use the first line that does
   */
  public record Left(Path file, Mention use) {}

  /**
   * What was, or would be, removed.
   *
   * @param host its name
   * @param directory of the flake
   * @param files and directories, relative to it
   * @param left files and directories that are not removed, since something else uses them
   * @param cuts what leaves {@code flake.nix}
   * @param mentions lines elsewhere that name the host, which are not touched
   * @param keptAt where those files are now that no commit holds; empty: there are none
   */
  public record Removed(
      String host,
      Path directory,
      List<Path> files,
      List<Left> left,
      List<Entry> cuts,
      List<Mention> mentions,
      Optional<Path> keptAt) {
    /** Copies the lists. */
    public Removed {
      files = List.copyOf(files);
      left = List.copyOf(left);
      cuts = List.copyOf(cuts);
      mentions = List.copyOf(mentions);
    }
  }

  /** An entry of {@code flake.nix}: its first line, from 1, and its text. */
  public record Entry(int line, String text) {}

  /**
   * Takes a host out, without what other hosts use. That is kept only if the flake, evaluated,
   * lacks this host and no other, and every other host can be evaluated that could be before.
   *
   * @throws NixException {@code HOST_NOT_FOUND}; {@code HOST_SOURCE_REFUSED} if it is written down
   *     somewhere else, or the flake needs it; {@code FLAKE_READ_ONLY}
   */
  public Removed remove(Wish wish, ProgressListener progress) {
    return sources.change(wish.context(), wish.flake(), source -> remove(source, wish, progress));
  }

  private Removed remove(Source source, Wish wish, ProgressListener progress) {
    var host = wish.host().text();
    // Says what may have been meant.
    var _ = source.defined(host, progress);
    var text = source.flakeText();
    var shortened = shortened(text, host);
    var naming = NamingFiles.of(source.directory(), host, shortened.blanked());
    var places =
        HostPlaces.of(source.directory(), text)
            .of(source.named(progress).stream().map(Host::name).toList());
    var files = new ArrayList<>(belongings(source, host, shortened, places));
    var left = naming.used(files);
    left.forEach(one -> files.remove(source.directory().resolve(one.file())));
    var cuts = shortened.cuts().stream().map(cut -> new Entry(cut.line(), cut.text())).toList();
    var relative = files.stream().map(source.directory()::relativize).toList();
    if (cuts.isEmpty() && files.isEmpty()) {
      throw new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          left.isEmpty()
              ? "Nothing of %s was found that could be removed: it is neither written into flake.nix by its name, nor has it files of its own.%s"
                  .formatted(host, naming(naming.mentions(List.of())))
              : "No entry of %s that could be removed was found in flake.nix, so nothing was removed.%s"
                  .formatted(host, why(left)),
          Details.NONE.with("host", host));
    }
    var mentions = naming.mentions(files).stream().limit(MOST_MENTIONS).toList();
    var removed =
        new Removed(host, source.directory(), relative, left, cuts, mentions, Optional.empty());
    if (wish.planOnly()) {
      return removed;
    }
    var others = OtherHosts.of(source, host, shortened.text(), naming, files, progress);
    var aside = kept.resolve("%s-%d".formatted(host, clock.millis()));
    boolean committed = source.git().filter(git -> files.isEmpty() || git.holds(files)).isPresent();
    try (var change = source.change()) {
      if (!cuts.isEmpty()) {
        change.replace(source.flakeFile(), text, shortened.text());
      }
      change.makeAside(aside);
      for (int i = 0; i < files.size(); i++) {
        change.moveAway(files.get(i), aside.resolve(relative.get(i).toString()));
      }
      others.check(left, progress);
      if (!files.isEmpty()) {
        source.git().ifPresent(git -> change.forget(git, files));
      }
      change.keep();
    }
    files.forEach(file -> removeEmptyParents(source.directory(), file));
    if (committed || files.isEmpty()) {
      removeAside(aside);
      return removed;
    }
    return new Removed(
        host, source.directory(), relative, left, cuts, mentions, Optional.of(aside));
  }

  private static Shortened shortened(String text, String host) {
    try {
      return FlakeText.of(text).minus(host);
    } catch (UnreadableException e) {
      // Perhaps it does not name the host.
      return new Shortened(text, text, List.of());
    }
  }

  private static List<Path> belongings(
      Source source, String host, Shortened shortened, HostPlaces places) {
    try {
      return places.belongings(host, shortened.cuts().stream().map(Cut::text).toList()).stream()
          .filter(path -> path.normalize().startsWith(source.directory()))
          .toList();
    } catch (UnreadableException e) {
      throw new IllegalStateException("it was read as Nix before", e);
    }
  }

  /** Where it may be named, as the end of a message; empty: nowhere. */
  private static String naming(List<Mention> mentions) {
    return mentions.isEmpty()
        ? ""
        : mentions.stream()
            .limit(MOST_NAMED)
            .map(one -> "%s:%d".formatted(one.file(), one.line()))
            .collect(Collectors.joining(", ", " What names it: ", "."));
  }

  /** Why files were left, as the end of a message; empty: none were. */
  static String why(List<Left> left) {
    return left.stream()
        .map(one ->
            " %s would be left: %s:%d uses it."
                .formatted(one.file(), one.use().file(), one.use().line()))
        .collect(Collectors.joining());
  }

  /** Git has no empty directories, and Nix does not see them. */
  private static void removeEmptyParents(Path flake, Path gone) {
    for (var parent = gone.getParent();
        parent != null && !parent.equals(flake) && parent.startsWith(flake);
        parent = parent.getParent()) {
      try {
        if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
          return;
        }
        Files.delete(parent);
      } catch (IOException e) {
        // Something else is in it.
        return;
      }
    }
  }

  private static void removeAside(Path aside) {
    try {
      if (Files.exists(aside)) {
        Trees.remove(aside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
