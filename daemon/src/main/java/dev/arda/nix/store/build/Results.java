package dev.arda.nix.store.build;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.arda.nix.store.Closure;
import dev.arda.nix.store.Closures;
import dev.arda.nix.store.GcRoots;
import dev.arda.nix.store.StoreDirectory;
import dev.arda.nix.store.StorePaths;
import dev.arda.nix.store.Stores;
import dev.arda.nix.store.build.BuildResult.Output;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.StorePath;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps what was built, and says what it is: roots that hold it for a while, the links that were
 * wished for, the size of what it needs, and what changed. What is known of a store path never
 * changes, so that it is asked of Nix once. Thread-safe.
 */
final class Results {

  /** How long a result is held after it was last built or found built. */
  static final Duration HELD = Duration.ofDays(7);

  private static final String LABEL = "build";
  private static final int MOST_SIZES = 10_000;

  private final GcRoots roots;
  private final Closures closures;
  private final InstantSource clock;
  private final Cache<List<StorePath>, Long> sizes =
      Caffeine.newBuilder().maximumSize(MOST_SIZES).executor(Runnable::run).build();

  Results(Stores stores, InstantSource clock) {
    this.roots = stores.roots();
    this.closures = stores.closures();
    this.clock = clock;
  }

  /**
   * Whether all outputs are in the store and held there. Asks no Nix: what is held was complete
   * when it was, and cannot have been collected since.
   */
  boolean areHeld(CallContext context, Job job) {
    return job.isKnown() && paths(context, job).stream().allMatch(path -> heldLong(context, path));
  }

  /** Whether there is no need to hold it anew. */
  private boolean heldLong(CallContext context, StorePath path) {
    Instant enough = clock.instant().plus(HELD.dividedBy(2));
    return roots.heldUntil(context, path, LABEL).filter(enough::isBefore).isPresent();
  }

  /** Those of some paths that are in the store, whole. */
  Set<StorePath> valid(CallContext context, List<Job> jobs) {
    var asked = new LinkedHashSet<StorePath>();
    jobs.stream().filter(Job::isKnown).forEach(job -> asked.addAll(paths(context, job)));
    return asked.isEmpty() ? Set.of() : closures.valid(context, asked, Optional.empty());
  }

  /** The store paths of the outputs of a job. */
  static List<StorePath> paths(CallContext context, Job job) {
    return job.outputs().stream().map(output -> path(context, output.path())).toList();
  }

  private static StorePath path(CallContext context, String text) {
    return StorePath.of(text).orElseGet(() -> StorePaths.resolve(context, text));
  }

  /** Holds the outputs of a job, those that are not held for long enough. */
  void hold(CallContext context, Job job) {
    for (var path : paths(context, job)) {
      if (!heldLong(context, path)) {
        roots.hold(context, path, LABEL, Optional.of(HELD));
      }
    }
  }

  /**
   * Makes the links that were wished for.
   *
   * @return all links, also those that were there already
   * @throws NixException {@code GC_ROOT_REFUSED} if one cannot be made
   */
  List<Path> link(BuildRequest request, Job job) {
    var context = request.context();
    var links = new ArrayList<Path>();
    for (var output : job.outputs()) {
      var path = path(context, output.path());
      request
          .outLink()
          .ifPresent(base -> links.add(linked(context, path, name(base, job, output))));
      request
          .gcrootDirectory()
          .ifPresent(
              directory -> links.add(linked(context, path, directory.resolve(path.baseName()))));
    }
    return List.copyOf(links);
  }

  private Path linked(CallContext context, StorePath path, Path link) {
    if (!roots.isRoot(context, link, path)) {
      roots.nixAddToGcroots(context, path, link);
    }
    return link;
  }

  /** As {@code nix build} names them: {@code result}, {@code result-dev}, {@code result-1}… */
  private static Path name(Path base, Job job, Output output) {
    var name = new StringBuilder(base.toString());
    if (job.index() > 0) {
      name.append('-').append(job.index());
    }
    if (!output.name().isEmpty() && !output.name().equals("out")) {
      name.append('-').append(output.name());
    }
    return Path.of(name.toString());
  }

  /** Size of everything that the outputs need together, in bytes. */
  long closureBytes(CallContext context, Job job) {
    var paths = paths(context, job).stream().sorted().toList();
    var known = sizes.getIfPresent(paths);
    if (known != null) {
      return known;
    }
    long size = closures.of(context, paths).size();
    sizes.put(paths, size);
    return size;
  }

  /**
   * The closure to tell differences against.
   *
   * @throws NixException if the text leads to no store path, or the store has it not
   */
  Closure before(CallContext context, String text) {
    return closures.of(context, StorePaths.resolve(context, text));
  }

  /** What changed from a closure to the outputs of a job. */
  Difference difference(CallContext context, Closure before, Job job) {
    return Difference.between(before, closures.of(context, paths(context, job)));
  }

  /** Where the files of a caller's store paths are. */
  static Path files(CallContext context, String path) {
    return StoreDirectory.of(context).getPhysicalStorePath(path);
  }

  /** Gives a result free. */
  void release(StorePath path) {
    roots.release(LABEL, path);
  }

  /** Gives free what was held long enough. */
  void removeExpired() {
    roots.removeExpired();
  }
}
