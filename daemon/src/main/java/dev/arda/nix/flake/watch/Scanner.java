package dev.arda.nix.flake.watch;

import dev.arda.nix.flake.watch.RegionFilter.Effect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Looks at every relevant entry of a layout once. The change time cannot be set by a program, so an
 * edit that restores size and modification time is seen too.
 *
 * <p>A file changed twice within one tick of its file system's clock may carry the same stamps both
 * times. An entry whose change time lies within {@link #TICK} of the scan's start therefore makes
 * the snapshot unsettled. On file systems with foreign clocks, and for times in the future, only
 * having seen the same digest for long enough settles it ({@code Baseline}).
 */
final class Scanner {
  /** More than a tick of any kernel's coarse clock, with room for a stalled virtual machine. */
  static final Duration TICK = Duration.ofMillis(500);

  /** For stamps without fractions of a second, and clocks of other machines. */
  static final Duration COARSE_TICK = Duration.ofSeconds(3);

  private static final int TYPE_MASK = 0xF000;
  private static final int TYPE_DIRECTORY = 0x4000;
  private static final int TYPE_LINK = 0xA000;
  private static final String ATTRIBUTES = "unix:mode,ino,dev,nlink,size,lastModifiedTime,ctime";

  private final InstantSource clock;
  private final LongSupplier nanoTime;

  Scanner(InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Scans.
   *
   * @param localClock whether change times come from this machine's clock
   * @throws InterruptedException when interrupted between two entries
   */
  Snapshot scan(Layout layout, boolean localClock) throws InterruptedException {
    return new Run(localClock).run(layout);
  }

  /** One scan. */
  private final class Run {
    private final long startNanos = nanoTime.getAsLong();
    private final Instant start = clock.instant();
    private final MessageDigest digest = sha256();
    private boolean settled;
    private long entries;
    private Optional<Path> linked = Optional.empty();

    Run(boolean localClock) {
      settled = localClock;
    }

    Snapshot run(Layout layout) throws InterruptedException {
      for (PathChain chain : layout.chains()) {
        put(chain.toString());
      }
      layout.unwatchable().ifPresent(this::put);
      layout.file().ifPresent(file -> entry(file, file.toString(), true));
      for (Layout.Region region : layout.regions()) {
        entry(region.root(), "region " + region.root(), region.filter().countsDirectoryTimes());
        directory(region.root(), "", region.filter());
      }
      return new Snapshot(
          Snapshot.hex(digest.digest()),
          settled,
          entries,
          linked,
          startNanos,
          nanoTime.getAsLong());
    }

    private void directory(Path path, String relative, RegionFilter filter)
        throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
        stream.forEach(children::add);
      } catch (NoSuchFileException | NotDirectoryException _) {
        put("gone");
        return;
      } catch (AccessDeniedException _) {
        put("unreadable"); // To Nix as well, until the mode changes.
        return;
      } catch (IOException | DirectoryIteratorException _) {
        putUnique();
        return;
      }
      children.sort(Comparator.naturalOrder());
      for (Path child : children) {
        Path name = Objects.requireNonNull(child.getFileName());
        boolean descends = filter.descends(relative, name);
        if (!descends && filter.effect(relative, name) == Effect.NONE) {
          continue;
        }
        String text = RegionFilter.child(relative, name);
        if (entry(child, text, filter.countsDirectoryTimes()) && descends) {
          directory(child, text, filter);
        }
      }
      put("end");
    }

    /** Adds one entry; true: it is a directory. */
    private boolean entry(Path path, String text, boolean directoryTimes) {
      entries++;
      put(text);
      Map<String, Object> attributes;
      int mode;
      try {
        attributes = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        mode = (Integer) get(attributes, "mode");
        if ((mode & TYPE_MASK) == TYPE_LINK) {
          put("-> " + Files.readSymbolicLink(path));
        }
      } catch (NoSuchFileException _) {
        put("gone");
        return false;
      } catch (IOException _) {
        putUnique();
        return false;
      }
      boolean isDirectory = (mode & TYPE_MASK) == TYPE_DIRECTORY;
      put("mode " + mode + " " + get(attributes, "dev") + ":" + get(attributes, "ino"));
      if (!isDirectory || directoryTimes) {
        Instant changed = ((FileTime) get(attributes, "ctime")).toInstant();
        Instant modified = ((FileTime) get(attributes, "lastModifiedTime")).toInstant();
        put(modified + " " + changed);
        if (!isDirectory) {
          if (linked.isEmpty() && (Integer) get(attributes, "nlink") > 1) {
            linked = Optional.of(path);
          }
          put("size " + get(attributes, "size"));
          Duration tick = isWholeSecond(changed) ? COARSE_TICK : TICK;
          settled &= changed.isBefore(start.minus(tick));
        }
      }
      return isDirectory;
    }

    /** What could not be seen is equal to nothing, least of all to the next failure. */
    private void putUnique() {
      put("failed " + startNanos + " " + entries);
    }

    private void put(String text) {
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
  }

  private static boolean isWholeSecond(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).equals(time);
  }

  private static Object get(Map<String, Object> attributes, String name) {
    return Objects.requireNonNull(attributes.get(name));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
