package dev.arda.nix.flake.cache;

import dev.arda.nix.core.Latencies;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps trees in a directory, a file for each.
 *
 * <p>A file is replaced as a whole: written beside, forced to disk, renamed. So several daemons may
 * share a directory; of two that write the same tree, the later one wins, and nobody ever reads
 * half of a file. A file that is damaged, foreign or of another version is removed with one line in
 * the log. The least recently used files go when the directory grows too large. Where the directory
 * cannot be used, or the disk is full, that is logged once, and trees are not kept.
 *
 * <p>Safe for many threads.
 */
public final class SelectionStore implements TreeStore, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SelectionStore.class);
  private static final String SUFFIX = ".selections";
  private static final String UNFINISHED = ".unfinished";

  /** A file that has been unfinished for so long was left by a daemon that was killed. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path directory;
  private final long maximumBytes;
  private final Executor writer;
  private final Clock clock;
  private final Disk disk;
  private final ConcurrentMap<SelectionKey, SelectionTree> pending = new ConcurrentHashMap<>();
  private final AtomicBoolean complained = new AtomicBoolean();
  private final Latencies loaded = new Latencies();
  private final Latencies saved = new Latencies();
  private final LongAdder absent = new LongAdder();
  private final LongAdder damaged = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /** Held while a file is written, so that an older state never replaces a newer one. */
  private final ReentrantLock writing = new ReentrantLock();

  /**
   * A store.
   *
   * @param directory where the files are; created when first needed
   * @param maximumBytes of all files together
   * @param writer writes files; one that delays a little lets several answers be written at once
   * @param clock tells when a file was used
   */
  public SelectionStore(Path directory, long maximumBytes, Executor writer, Clock clock) {
    this(directory, maximumBytes, writer, clock, Disk.REAL);
  }

  SelectionStore(Path directory, long maximumBytes, Executor writer, Clock clock, Disk disk) {
    this.directory = directory;
    this.maximumBytes = maximumBytes;
    this.writer = writer;
    this.clock = clock;
    this.disk = disk;
  }

  @Override
  public Optional<SelectionTree> load(SelectionKey key) {
    Path file = file(key);
    long began = System.nanoTime();
    try {
      var tree = new SelectionTree(TreeFile.read(key, file));
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      loaded.record(System.nanoTime() - began);
      return Optional.of(tree);
    } catch (NoSuchFileException e) {
      absent.increment();
      return Optional.empty();
    } catch (IOException e) {
      damaged.increment();
      LOG.warn("ignoring and removing {}: {}", file, e.getMessage());
      remove(file);
      return Optional.empty();
    }
  }

  @Override
  public void saveLater(SelectionKey key, SelectionTree tree) {
    if (pending.put(key, tree) != null) {
      return;
    }
    try {
      writer.execute(() -> savePending(key));
    } catch (RejectedExecutionException e) {
      LOG.debug("stopping; {} is written when the store is closed", file(key));
    }
  }

  /** What was done since the start. */
  public StoreFigures figures() {
    return new StoreFigures(
        loaded.snapshot(), absent.sum(), damaged.sum(), saved.snapshot(), failed.sum());
  }

  @Override
  public void remove(Set<String> identities) {
    pending.keySet().removeIf(key -> identities.contains(key.identity()));
    removeFiles(file -> TreeFile.identity(file).filter(identities::contains).isPresent());
  }

  @Override
  public void removeAll() {
    pending.clear();
    removeFiles(_ -> true);
  }

  private void removeFiles(Predicate<Path> condition) {
    writing.lock(); // so that what is being written now goes, too
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : entries) {
        if (condition.test(file)) {
          remove(file);
        }
      }
    } catch (NoSuchFileException e) {
      LOG.debug("nothing is kept in {}", directory);
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn("what is kept in {} cannot be removed: {}", directory, e.getMessage());
    } finally {
      writing.unlock();
    }
  }

  /** Writes what is still to be written; blocks. */
  public void flush() {
    for (SelectionKey key : List.copyOf(pending.keySet())) {
      savePending(key);
    }
  }

  /** As {@link #flush}. */
  @Override
  public void close() {
    flush();
  }

  private void savePending(SelectionKey key) {
    writing.lock();
    try {
      SelectionTree tree = pending.remove(key);
      if (tree != null) {
        long began = System.nanoTime();
        save(key, tree);
        saved.record(System.nanoTime() - began);
        complained.set(false);
        tidy();
      }
    } catch (TooLarge e) {
      failed.increment();
      LOG.info("{} is not kept: it takes more than {} bytes", file(key), maximumBytes);
    } catch (IOException e) {
      failed.increment();
      if (!complained.getAndSet(true)) {
        LOG.warn("answers are not kept on disk for now: {}", e.toString());
      }
    } finally {
      writing.unlock();
    }
  }

  private void save(SelectionKey key, SelectionTree tree) throws IOException {
    prepareDirectory();
    Path target = file(key);
    Path unfinished =
        directory.resolve("." + target.getFileName() + "-" + UUID.randomUUID() + UNFINISHED);
    try {
      try (Disk.NewFile file = disk.create(unfinished)) {
        var out = new BufferedOutputStream(new Limited(file.stream(), maximumBytes), 1 << 16);
        TreeFile.write(key, tree.state(), out);
        out.flush();
        file.sync();
      }
      Files.setLastModifiedTime(unfinished, FileTime.from(clock.instant()));
      Files.move(
          unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
      parent.force(true);
    }
  }

  private void prepareDirectory() throws IOException {
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
    }
    if (!Files.getPosixFilePermissions(directory).equals(ownerOnly)) {
      // Fails if it belongs to somebody else, who could put answers into our mouth.
      Files.setPosixFilePermissions(directory, ownerOnly);
    }
  }

  /** Removes what daemons left unfinished, and the files used longest ago if there is too much. */
  private void tidy() throws IOException {
    record Kept(Path path, long size, FileTime used) {}
    var files = new ArrayList<Kept>();
    long total = 0;
    FileTime abandoned = FileTime.from(clock.instant().minus(ABANDONED));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path path : entries) {
        String name = path.getFileName().toString();
        if (!name.endsWith(SUFFIX) && !name.endsWith(UNFINISHED)) {
          continue;
        }
        BasicFileAttributes attributes;
        try {
          attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
          // Another daemon was faster.
          continue;
        }
        if (name.endsWith(SUFFIX)) {
          files.add(new Kept(path, attributes.size(), attributes.lastModifiedTime()));
          total += attributes.size();
        } else if (attributes.lastModifiedTime().compareTo(abandoned) < 0) {
          remove(path);
        }
      }
    }
    files.sort(Comparator.comparing(Kept::used));
    for (Kept file : files) {
      if (total <= maximumBytes) {
        return;
      }
      remove(file.path());
      total -= file.size();
    }
  }

  private Path file(SelectionKey key) {
    return directory.resolve(key.fileName() + SUFFIX);
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("cannot remove {}", file, e);
    }
  }

  /** Ends the writing of a file that is too large to be kept. */
  @SuppressWarnings("serial") // never serialised
  private static final class TooLarge extends IOException {}

  /** Takes a number of bytes at most. */
  private static final class Limited extends FilterOutputStream {
    private long left;

    Limited(OutputStream out, long limit) {
      super(out);
      this.left = limit;
    }

    @Override
    public void write(int b) throws IOException {
      take(1);
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      take(length);
      out.write(bytes, offset, length);
    }

    private void take(int count) throws TooLarge {
      left -= count;
      if (left < 0) {
        throw new TooLarge();
      }
    }
  }
}
