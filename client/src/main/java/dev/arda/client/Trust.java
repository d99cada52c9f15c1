package dev.arda.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which directories the user lets editors evaluate. Evaluating a flake runs what is written in it,
 * so a directory that was merely opened is read as text until its user decided (SECURITY.md).
 *
 * <p>Decisions lie in the user's state directory by real path, where no repository can reach. One
 * counts for its directory and everything below; the nearest one wins. Decisions in a file that
 * others could have written count for nothing.
 *
 * <p>Thread-safe; also between processes.
 */
public final class Trust {

  /** What was decided. */
  public enum Decision {
    /** It may be evaluated. */
    TRUSTED,
    /** It may not, and nobody is to be asked again. */
    REFUSED
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int WRITABLE_BY_OTHERS = 0022;

  private final Path file;
  private final Path lock;
  private final int uid;

  private Trust(Path directory, int uid) {
    this.file = directory.resolve("trust");
    this.lock = directory.resolve("trust.lock");
    this.uid = uid;
  }

  /** The decisions of a user. */
  public static Trust of(Environment environment) {
    return new Trust(DaemonLocation.stateDirectory(environment), environment.uid());
  }

  /** The file that holds the decisions. */
  public Path file() {
    return file;
  }

  /**
   * What was decided for a directory: the decision for itself or else for the nearest one above it.
   *
   * @throws IOException if there is no such directory, or the decisions cannot be read
   */
  public Optional<Decision> decision(Path directory) throws IOException {
    var decisions = read();
    for (Path at = directory.toRealPath(); at != null; at = at.getParent()) {
      var decision = decisions.get(at);
      if (decision != null) {
        return Optional.of(decision);
      }
    }
    return Optional.empty();
  }

  /**
   * Every decision, by real path.
   *
   * @throws IOException if they cannot be read
   */
  public SortedMap<Path, Decision> decisions() throws IOException {
    return read();
  }

  /**
   * Decides.
   *
   * @return the real path that it counts for
   * @throws IOException if there is no such directory, its path has a line end in it, or the
   *     decision cannot be kept
   * @throws DaemonException if another process is deciding all the time
   */
  public Path decide(Path directory, Decision decision) throws IOException, InterruptedException {
    var real = directory.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new IOException(real + " is not a directory");
    }
    if (real.toString().indexOf('\n') >= 0) {
      throw new IOException("a path with a line end in it cannot be trusted");
    }
    change(decisions -> decisions.put(real, decision));
    return real;
  }

  /**
   * Takes a decision back.
   *
   * @param directory need not be there any more
   * @return whether there was one for this very directory
   */
  public boolean forget(Path directory) throws IOException, InterruptedException {
    var real = Files.exists(directory) ? directory.toRealPath() : directory.toAbsolutePath();
    if (!read().containsKey(real)) {
      return false;
    }
    change(decisions -> decisions.remove(real));
    return true;
  }

  private interface Change {
    void apply(Map<Path, Decision> decisions);
  }

  private void change(Change change) throws IOException, InterruptedException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()), PrivateFiles.ownerOnly());
    try (var _ = LifecycleLock.acquire(lock, Deadline.after(PATIENCE))) {
      var decisions = read();
      change.apply(decisions);
      write(decisions);
    }
  }

  private SortedMap<Path, Decision> read() throws IOException {
    var result = new TreeMap<Path, Decision>();
    try {
      var attributes = Files.readAttributes(file, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
      int owner = (Integer) Objects.requireNonNull(attributes.get("uid"));
      if (owner != uid || (mode & WRITABLE_BY_OTHERS) != 0) {
        throw new IOException(
            "%s could have been written by somebody else; look at it and remove it"
                .formatted(file));
      }
      for (var line : Files.readString(file).split("\n", -1)) {
        int space = line.indexOf(' ');
        if (space > 0 && line.startsWith("/", space + 1)) {
          var path = Path.of(line.substring(space + 1));
          switch (line.substring(0, space)) {
            case "trusted" -> result.put(path, Decision.TRUSTED);
            case "refused" -> result.put(path, Decision.REFUSED);
            default -> {} // what a later version may know
          }
        }
      }
    } catch (NoSuchFileException e) {
      return result; // nothing was decided yet
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is not UTF-8; remove it", e);
    }
    return result;
  }

  /** A reader sees the old decisions or the new ones, whatever happens meanwhile. */
  private void write(SortedMap<Path, Decision> decisions) throws IOException {
    var text = new StringBuilder();
    decisions.forEach((path, decision) ->
        text.append(decision == Decision.TRUSTED ? "trusted " : "refused ")
            .append(path)
            .append('\n'));
    var temporary = file.resolveSibling("trust.new");
    Files.deleteIfExists(temporary);
    try (var channel =
        FileChannel.open(
            temporary,
            java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      var bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        var _ = channel.write(bytes);
      }
      channel.force(true);
    }
    var _ = Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
