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
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Takes hosts out of flakes, with everything in the flake that belongs to them. The machines
 * themselves are left alone. Blocks; interrupting the thread takes everything back.
 *
 * @param sources the flakes
 * @param kept directory for what no commit holds
 * @param clock tells when
 */
public record HostRemover(FlakeSources sources, Path kept, InstantSource clock) {

  private static final int MOST_MENTIONS = 50;
  private static final int MOST_FILES = 5_000;
  private static final long LARGEST_FILE = 1 << 20;

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
   * What was, or would be, removed.
   *
   * @param host its name
   * @param directory of the flake
   * @param files and directories, relative to it
   * @param cuts what leaves {@code flake.nix}
   * @param mentions lines elsewhere that name the host, which are not touched
   * @param keptAt where those files are now that no commit holds; empty: there are none
   */
  public record Removed(
      String host,
      Path directory,
      List<Path> files,
      List<Entry> cuts,
      List<Mention> mentions,
      Optional<Path> keptAt) {
    /** Copies the lists. */
    public Removed {
      files = List.copyOf(files);
      cuts = List.copyOf(cuts);
      mentions = List.copyOf(mentions);
    }
  }

  /** An entry of {@code flake.nix}: its first line, from 1, and its text. */
  public record Entry(int line, String text) {}

  /**
   * Takes a host out. That is kept only if the flake, evaluated, lacks this host and no other.
   *
   * @throws NixException {@code HOST_NOT_FOUND}; {@code HOST_SOURCE_REFUSED} if it is written down
   *     somewhere else, or the flake needs it; {@code FLAKE_READ_ONLY}
   */
  public Removed remove(Wish wish, ProgressListener progress) {
    return sources.change(wish.context(), wish.flake(), source -> remove(source, wish, progress));
  }

  private Removed remove(Source source, Wish wish, ProgressListener progress) {
    var host = wish.host().text();
    var before = source.named(progress);
    // Says what may have been meant.
    var _ = source.defined(host, progress);
    var text = source.flakeText();
    var shortened = shortened(text, host);
    var files = belongings(source, host, shortened);
    var cuts = shortened.cuts().stream().map(cut -> new Entry(cut.line(), cut.text())).toList();
    var relative = files.stream().map(source.directory()::relativize).toList();
    if (cuts.isEmpty() && files.isEmpty()) {
      throw new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          "Nothing of %s was found that could be removed: it is neither written into flake.nix by its name, nor has it files of its own."
              .formatted(host),
          Details.NONE.with("host", host));
    }
    var mentions = mentions(source, host, shortened, files);
    if (wish.planOnly()) {
      return new Removed(host, source.directory(), relative, cuts, mentions, Optional.empty());
    }
    var aside = kept.resolve("%s-%d".formatted(host, clock.millis()));
    boolean committed = source.git().filter(git -> files.isEmpty() || git.holds(files)).isPresent();
    try (var change = new SourceChange(source.directory())) {
      if (!cuts.isEmpty()) {
        change.replace(source.flakeFile(), text, shortened.text());
      }
      makePrivate(aside);
      change.onUndo(() -> removeAside(aside));
      for (int i = 0; i < files.size(); i++) {
        change.moveAway(files.get(i), aside.resolve(relative.get(i).toString()));
      }
      check(source, host, before, progress);
      change.keep();
    }
    if (!files.isEmpty()) {
      source.git().ifPresent(git -> git.forget(files));
    }
    if (committed || files.isEmpty()) {
      removeAside(aside);
      return new Removed(host, source.directory(), relative, cuts, mentions, Optional.empty());
    }
    return new Removed(host, source.directory(), relative, cuts, mentions, Optional.of(aside));
  }

  private static Shortened shortened(String text, String host) {
    try {
      return FlakeText.of(text).minus(host);
    } catch (UnreadableException e) {
      // Perhaps it does not name the host.
      return new Shortened(text, List.of());
    }
  }

  private static List<Path> belongings(Source source, String host, Shortened shortened) {
    try {
      return HostLayout.belongings(
              source.directory(), host, shortened.cuts().stream().map(Cut::text).toList())
          .stream()
          .filter(path -> path.normalize().startsWith(source.directory()))
          .toList();
    } catch (UnreadableException e) {
      throw new IllegalStateException("it was read as Nix before", e);
    }
  }

  private static void check(
      Source source, String host, List<Host> before, ProgressListener progress) {
    List<Host> now;
    try {
      now = source.named(progress);
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      throw new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          "Without %s the flake could not be evaluated, so nothing was removed: %s"
              .formatted(host, e.getMessage()),
          e.nixError().map(Details.NONE.with("host", host)::with).orElse(Details.NONE));
    }
    var left = now.stream().filter(one -> one.name().equals(host)).findFirst();
    if (left.isPresent()) {
      throw new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          "%s would still be there, as %s, so nothing was removed. It is made elsewhere; remove it there by hand."
              .formatted(host, String.join(" and ", left.get().definitions())),
          Details.NONE.with("host", host));
    }
    var lost = new TreeSet<String>();
    before.forEach(one -> lost.add(one.name()));
    now.forEach(one -> lost.remove(one.name()));
    lost.remove(host);
    if (!lost.isEmpty()) {
      throw new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          "With %s the flake would lose %s, so nothing was removed."
              .formatted(host, String.join(", ", lost)),
          Details.NONE.with("host", host));
    }
  }

  private static List<Mention> mentions(
      Source source, String host, Shortened shortened, List<Path> gone) {
    var word = NixText.word(host);
    var result = new ArrayList<Mention>();
    var seen = new int[1];
    try {
      Files.walkFileTree(
          source.directory(),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
              var name = path.equals(source.directory()) ? "" : path.getFileName().toString();
              return name.startsWith(".") || name.equals("node_modules") || gone.contains(path)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (++seen[0] > MOST_FILES || result.size() >= MOST_MENTIONS) {
                return FileVisitResult.TERMINATE;
              }
              if (attributes.isRegularFile()
                  && attributes.size() <= LARGEST_FILE
                  && file.getFileName().toString().endsWith(".nix")
                  && !gone.contains(file)) {
                var text =
                    file.equals(source.flakeFile()) ? shortened.text() : Files.readString(file);
                int number = 0;
                for (var line : text.lines().toList()) {
                  number++;
                  if (word.matcher(line).find() && result.size() < MOST_MENTIONS) {
                    result.add(
                        new Mention(source.directory().relativize(file), number, line.strip()));
                  }
                }
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // They are told for convenience only.
    }
    return result;
  }

  private static void makePrivate(Path aside) {
    try {
      Files.createDirectories(
          aside,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
