package dev.arda.nix.flake.watch;

import dev.arda.nix.flake.watch.CookieBarrier.Outcome;
import dev.arda.nix.flake.watch.DirectoryEvents.Interest;
import dev.arda.nix.flake.watch.DirectoryEvents.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shows, before a source is watched, that events of its file system arrive before the cookie's.
 *
 * <p>Nothing may be written in a user's tree, so the proof is made in a directory of the daemon on
 * the same device. Where it has none there, a proof on another file system of the same type counts,
 * for ordinary local types only: the kernel raises these events above the file system, before the
 * system call returns. Otherwise the source is scanned.
 */
final class OrderProof {
  private static final int ROUNDS = 3;

  private final Engine engine;
  private final WatchSettings settings;

  // Guarded by this.
  private final Map<Object, Boolean> devices = new HashMap<>();
  private final Set<String> types = new HashSet<>();

  OrderProof(Engine engine, WatchSettings settings) {
    this.engine = engine;
    this.settings = settings;
  }

  /**
   * Why the directory must be scanned; empty: events on its file system can be trusted.
   *
   * @param mounts the table of now
   */
  Optional<String> objection(Path realRoot, Mounts mounts)
      throws InterruptedException, IOException {
    Optional<String> own = objection(realRoot, mounts.covering(realRoot));
    if (own.isPresent()) {
      return own;
    }
    for (Mounts.Mount mount : mounts.below(realRoot)) {
      Optional<String> nested = objection(mount.point(), Optional.of(mount));
      if (nested.isPresent()) {
        return nested;
      }
    }
    return Optional.empty();
  }

  private synchronized Optional<String> objection(Path path, Optional<Mounts.Mount> mount)
      throws InterruptedException, IOException {
    if (mount.isEmpty()) {
      return Optional.of("the file system of " + path + " is not known");
    }
    String type = mount.get().type();
    FileSystemKind kind = FileSystemKind.of(type);
    if (kind == FileSystemKind.NO_EVENTS) {
      return Optional.of(path + " lies on " + type + ", which does not report every write");
    }
    if (proveDevice(Files.getAttribute(path, "unix:dev"))) {
      types.add(type);
      return Optional.empty();
    }
    if (kind == FileSystemKind.LOCAL && (types.contains(type) || proveType(type))) {
      return Optional.empty();
    }
    return Optional.of(
        "no proof that events of " + path + " (" + type + ") are ordered with those of the daemon");
  }

  private boolean proveType(String type) throws InterruptedException, IOException {
    Mounts mounts = Mounts.read();
    for (Path candidate : settings.probeDirectories()) {
      if (Files.isDirectory(candidate)
          && mounts
              .covering(candidate.toRealPath())
              .filter(mount -> mount.type().equals(type))
              .isPresent()
          && proveDevice(Files.getAttribute(candidate, "unix:dev"))) {
        types.add(type);
        return true;
      }
    }
    return false;
  }

  private boolean proveDevice(Object device) throws InterruptedException, IOException {
    Boolean known = devices.get(device);
    if (known != null) {
      return known;
    }
    if (probe(engine.cookies.directory(), device)) {
      return true;
    }
    for (Path candidate : settings.probeDirectories()) {
      if (probe(candidate, device)) {
        return true;
      }
    }
    return false;
  }

  /** Only what was tried is remembered: a broken engine or a foreign device proves nothing. */
  private boolean probe(Path candidate, Object device) throws InterruptedException, IOException {
    if (!Files.isDirectory(candidate)
        || !Files.getAttribute(candidate, "unix:dev").equals(device)) {
      return false;
    }
    Path scratch;
    try {
      scratch = Files.createTempDirectory(candidate, "arda-probe-").toRealPath();
    } catch (IOException _) {
      return false; // Not writable: the next candidate may be.
    }
    try {
      AtomicInteger created = new AtomicInteger();
      Engine.Subscription subscription =
          engine.subscribe(scratch, Interest.EVERYTHING, new CreationCounter(created));
      try {
        for (int round = 1; round <= ROUNDS; round++) {
          Path file = scratch.resolve("probe-" + round);
          Files.createFile(file);
          Outcome outcome = engine.cookies.await().outcome();
          Files.deleteIfExists(file);
          if (outcome != Outcome.DRAINED) {
            return false;
          }
          if (created.get() != round) {
            devices.put(device, false);
            return false;
          }
        }
      } finally {
        engine.unsubscribe(subscription);
      }
      devices.put(device, true);
      return true;
    } finally {
      for (int round = 1; round <= ROUNDS; round++) {
        Files.deleteIfExists(scratch.resolve("probe-" + round));
      }
      Files.deleteIfExists(scratch);
    }
  }

  private record CreationCounter(AtomicInteger created) implements Subscriber {
    @Override
    public void changed(Kind kind, Path name) {
      if (kind == Kind.CREATED) {
        created.incrementAndGet();
      }
    }

    @Override
    public void overflowed() {}

    @Override
    public void gone() {}
  }
}
