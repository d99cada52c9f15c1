package dev.arda.nix.system.source;

import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.FlakeLocks;
import dev.arda.nix.flake.LocalFlakes;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** Flakes whose files can be changed. Two changes of one flake wait for each other. */
public final class FlakeSources {

  private final Hosts hosts;
  private final FlakeLocks references;
  private final ProcessRunner runner;
  private final Map<Path, ReentrantLock> writing = new ConcurrentHashMap<>();

  /**
   * Flakes of this machine.
   *
   * @param hosts tells which hosts they have
   * @param references tells which flake is meant
   * @param runner runs git
   */
  public FlakeSources(Hosts hosts, FlakeLocks references, ProcessRunner runner) {
    this.hosts = hosts;
    this.references = references;
    this.runner = runner;
  }

  /**
   * One flake, while nobody else changes it through arda.
   *
   * @param context who changes it
   * @param reference flake reference, resolved
   * @param directory that holds {@code flake.nix}
   * @param git the repository it is in
   * @param hosts asks it for its hosts
   */
  record Source(
      CallContext context, String reference, Path directory, Optional<Git> git, Hosts hosts) {

    Path flakeFile() {
      return directory.resolve("flake.nix");
    }

    String flakeText() {
      try {
        return Files.readString(flakeFile());
      } catch (IOException e) {
        throw readOnly(reference, "flake.nix cannot be read");
      }
    }

    /** The hosts that it has as its files are now, by names and where they are defined. */
    List<Host> named(ProgressListener progress) {
      return hosts.list(context, reference, Hosts.View.NAMES, progress).hosts();
    }

    /** The same with everything about each, and why something is not known. */
    List<Host> all(ProgressListener progress) {
      return hosts.list(context, reference, Hosts.View.FULL, progress).hosts();
    }

    /**
     * One host of them.
     *
     * @throws dev.arda.nix.types.NixException {@code HOST_NOT_FOUND}, with what may have been meant
     */
    Host defined(String name, ProgressListener progress) {
      return hosts
          .select(context, reference, List.of('"' + name + '"'), Hosts.View.NAMES, progress)
          .hosts()
          .getFirst();
    }

    /** Everything about one host. */
    Optional<Host> full(String name, ProgressListener progress) {
      return hosts
          .select(context, reference, List.of('"' + name + '"'), Hosts.View.FULL, progress)
          .hosts()
          .stream()
          .findFirst();
    }
  }

  /**
   * Does something to a flake.
   *
   * @param flake flake reference; empty: the caller's default
   * @throws FlakeException {@code FLAKE_READ_ONLY} if it is not in a local directory
   */
  <T> T change(CallContext context, String flake, Function<Source, T> work) {
    var ref = references.resolve(context, flake);
    Path directory;
    try {
      directory =
          LocalFlakes.directory(ref)
              .orElseThrow(() -> readOnly(ref.text(), "it is not in a local directory"));
    } catch (InvalidPathException e) {
      throw readOnly(ref.text(), "its path is malformed");
    }
    if (!Files.isWritable(directory) || !Files.isWritable(directory.resolve("flake.nix"))) {
      throw readOnly(ref.text(), "its files are not writable, or are not there");
    }
    var lock = writing.computeIfAbsent(directory, _ -> new ReentrantLock());
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(
          Reason.CANCELLED, "The change of %s was given up.".formatted(directory));
    }
    try {
      return work.apply(
          new Source(
              context,
              ref.text(),
              directory,
              Git.of(runner, context, ref.text(), directory),
              hosts));
    } finally {
      lock.unlock();
    }
  }

  private static FlakeException readOnly(String flake, String why) {
    return new FlakeException(
        Reason.FLAKE_READ_ONLY,
        "%s cannot be changed: %s.".formatted(flake, why),
        Details.NONE.with("flake", flake));
  }
}
