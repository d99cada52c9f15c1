package dev.arda.nix.store;

import dev.arda.nix.core.InternalJsonLog;
import dev.arda.nix.core.NixLogEvent;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.StoreCommands.Copying;
import dev.arda.nix.core.StoreCommands.Direction;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Copies store paths, with all that they need, between stores. */
public final class StoreCopies {

  private final StoreCalls calls;
  private final Closures closures;
  private final Signatures signatures;

  StoreCopies(StoreCalls calls, Closures closures, Signatures signatures) {
    this.calls = calls;
    this.closures = closures;
    this.signatures = signatures;
  }

  /**
   * What became of a copy.
   *
   * @param copied what was copied, in order; the rest was there already
   * @param bytesCopied size of that as archives
   * @param paths number of all paths that the receiving store now has for this
   * @param bytes their size as archives
   */
  public record Copied(List<StorePath> copied, long bytesCopied, int paths, long bytes) {
    /** Copies the list. */
    public Copied {
      copied = List.copyOf(copied);
    }
  }

  /**
   * Copies from the caller's store to another one.
   *
   * @param listener hears what Nix prints, in its internal format
   * @throws StoreException {@code STORE_PATH_MISSING}; {@code STORE_URL_INVALID}; {@code
   *     STORE_FAILED}: what was copied until then is there
   * @throws dev.arda.nix.types.CommandException {@code COMMAND_TIMEOUT} if a copy over ssh says
   *     nothing for ten minutes
   */
  public Copied copyTo(
      CallContext context,
      Collection<StorePath> paths,
      StoreUrl to,
      Copying how,
      OutputListener listener) {
    return copyTo(context, paths, to, how, Duration.ZERO, listener);
  }

  /**
   * Copies from the caller's store to another one in limited time.
   *
   * @param limit how long the copy may take as a whole; zero: as long as it wants
   * @param listener hears what Nix prints, in its internal format
   * @throws StoreException as the other
   * @throws dev.arda.nix.types.CommandException {@code COMMAND_TIMEOUT} also if it takes longer
   */
  public Copied copyTo(
      CallContext context,
      Collection<StorePath> paths,
      StoreUrl to,
      Copying how,
      Duration limit,
      OutputListener listener) {
    var before = what(context, paths, how);
    return result(before, copy(context, paths, Direction.TO, to, how, limit, listener));
  }

  /**
   * Copies what was read of the caller's store to another one in limited time.
   *
   * @param limit how long the copy may take as a whole; zero: as long as it wants
   * @param listener hears what Nix prints, in its internal format
   * @throws StoreException as the other
   * @throws dev.arda.nix.types.CommandException {@code COMMAND_TIMEOUT} also if it takes longer
   */
  public Copied copyTo(
      CallContext context,
      Closure closure,
      StoreUrl to,
      Copying how,
      Duration limit,
      OutputListener listener) {
    return result(
        closure.paths().values(),
        copy(context, closure.roots(), Direction.TO, to, how, limit, listener));
  }

  /**
   * Copies from another store to the caller's.
   *
   * @param listener hears what Nix prints, in its internal format
   * @throws StoreException as {@link #copyTo}
   */
  public Copied copyFrom(
      CallContext context,
      Collection<StorePath> paths,
      StoreUrl from,
      Copying how,
      OutputListener listener) {
    return copyFrom(context, paths, from, how, Duration.ZERO, listener);
  }

  /**
   * Copies from another store to the caller's in limited time.
   *
   * @param limit how long the copy may take as a whole; zero: as long as it wants
   * @param listener hears what Nix prints, in its internal format
   * @throws StoreException as {@link #copyTo}
   * @throws dev.arda.nix.types.CommandException {@code COMMAND_TIMEOUT} also if it takes longer
   */
  public Copied copyFrom(
      CallContext context,
      Collection<StorePath> paths,
      StoreUrl from,
      Copying how,
      Duration limit,
      OutputListener listener) {
    var copied = copy(context, paths, Direction.FROM, from, how, limit, listener);
    return result(what(context, paths, how), copied);
  }

  /**
   * Pushes to a binary cache, or any other store: signs first if there is a key, copies, and asks
   * the other store whether it has everything.
   *
   * @param keyFile absolute path of a file with a secret key
   * @param listener hears what Nix prints, in its internal format
   * @throws StoreException as {@link #copyTo}; {@code STORE_FAILED} also if the other store has not
   *     everything afterwards
   */
  public Copied push(
      CallContext context,
      Collection<StorePath> paths,
      StoreUrl to,
      Optional<Path> keyFile,
      Copying how,
      OutputListener listener) {
    if (keyFile.isPresent()) {
      signatures.sign(context, paths, keyFile.get(), how.recursive(), Optional.empty());
    }
    var before = what(context, paths, how);
    var result =
        result(before, copy(context, paths, Direction.TO, to, how, Duration.ZERO, listener));
    var all = before.stream().map(PathInfo::path).toList();
    var there = closures.valid(context, all, Optional.of(to));
    for (var path : all) {
      if (!there.contains(path)) {
        throw new StoreException(
            Reason.STORE_FAILED,
            "%s does not have %s, though it took it.".formatted(to, path),
            Details.NONE.with("store", to.toString()).with("path", path.text()));
      }
    }
    return result;
  }

  private Collection<PathInfo> what(CallContext context, Collection<StorePath> paths, Copying how) {
    return how.recursive()
        ? closures.of(context, paths).paths().values()
        : closures.infos(context, paths, Optional.empty());
  }

  private static Copied result(Collection<PathInfo> all, Set<StorePath> copied) {
    var known = all.stream().filter(info -> copied.contains(info.path())).toList();
    return new Copied(
        known.stream().map(PathInfo::path).sorted().toList(),
        known.stream().mapToLong(PathInfo::narSize).sum(),
        all.size(),
        all.stream().mapToLong(PathInfo::narSize).sum());
  }

  private Set<StorePath> copy(
      CallContext context,
      Collection<StorePath> paths,
      Direction direction,
      StoreUrl other,
      Copying how,
      Duration limit,
      OutputListener listener) {
    Set<StorePath> begun = ConcurrentHashMap.newKeySet();
    long began = System.nanoTime();
    var left = limit;
    for (var part : Closures.parts(paths)) {
      copy(context, part, direction, other, how, left, listener, begun);
      if (!limit.isZero()) {
        // Zero would be without an end.
        left = max(limit.minusNanos(System.nanoTime() - began), Duration.ofMillis(1));
      }
    }
    return new TreeSet<>(begun);
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private void copy(
      CallContext context,
      List<StorePath> paths,
      Direction direction,
      StoreUrl other,
      Copying how,
      Duration limit,
      OutputListener listener,
      Set<StorePath> begun) {
    var said =
        calls.run(
            context,
            (commands, _) -> commands.copy(Closures.texts(paths), direction, other.text(), how),
            Optional.of(other),
            limit,
            new OutputListener() {
              @Override
              public void standardError(String line) {
                listener.standardError(line);
                InternalJsonLog.decode(line).ifPresent(event -> note(event, begun));
              }
            });
    if (!said.result().succeeded()) {
      var what =
          switch (direction) {
            case TO -> "copy to ";
            case FROM -> "copy from ";
          };
      throw StoreErrors.of(what + other, Optional.of(other), said.error());
    }
  }

  private static void note(NixLogEvent event, Set<StorePath> begun) {
    if (event instanceof NixLogEvent.Start start
        && start.type() == NixLogEvent.ActivityType.COPY_PATH
        && !start.fields().isEmpty()) {
      StorePath.of(start.fields().getFirst()).ifPresent(begun::add);
    }
  }
}
