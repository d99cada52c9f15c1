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
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Flakes whose files can be changed. Two changes of one flake wait for each other. */
public final class FlakeSources {

  private static final Logger log = LoggerFactory.getLogger(FlakeSources.class);

  private final Hosts hosts;
  private final FlakeLocks references;
  private final ProcessRunner runner;
  private final Path journals;
  private final Map<Path, ReentrantLock> writing = new ConcurrentHashMap<>();

  /**
   * Flakes of this machine.
   *
   * @param hosts tells which hosts they have
   * @param references tells which flake is meant
   * @param runner runs git
   * @param journals directory that tells the next process what one that was killed had done
   */
  public FlakeSources(Hosts hosts, FlakeLocks references, ProcessRunner runner, Path journals) {
    this.hosts = hosts;
    this.references = references;
    this.runner = runner;
    this.journals = journals;
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
      CallContext context,
      String reference,
      Path directory,
      Optional<Git> git,
      Hosts hosts,
      ChangeJournal journal) {

    /** Begins a change of its files. */
    SourceChange change() {
      try {
        journal.note(
            ChangeJournal.Kind.FLAKE,
            List.of(
                directory.toRealPath().toString(),
                reference,
                git.map(Git::head).orElse(""),
                context.environment().getOrDefault("PATH", ""),
                context.environment().getOrDefault("HOME", "")));
        return new SourceChange(directory.normalize(), journal);
      } catch (IOException e) {
        throw unwritable(reference, e);
      }
    }

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
    var real = real(directory, ref.text());
    var lock = writing.computeIfAbsent(real, _ -> new ReentrantLock());
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw givenUp(directory);
    }
    try (var journal = ChangeJournal.open(journals, real)) {
      var git = Git.of(runner, context, ref.text(), directory);
      try {
        end(new InterruptedChange(journal, git), real);
      } catch (SystemException e) {
        throw new SystemException(
            e.reason(),
            unfinished(real, e),
            new Details(e.metadata(), e.nixError(), Optional.of(e)));
      }
      return work.apply(new Source(context, ref.text(), directory, git, hosts, journal));
    } catch (FileLockInterruptionException e) {
      Thread.currentThread().interrupt();
      throw givenUp(directory);
    } catch (IOException e) {
      throw unwritable(ref.text(), e);
    } finally {
      lock.unlock();
    }
  }

  private static Path real(Path directory, String reference) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw readOnly(reference, "its files are not there");
    }
  }

  private static void end(InterruptedChange change, Path flake) throws IOException {
    switch (change.end()) {
      case TAKEN_BACK -> log.info("A change of {} was interrupted: it is taken back.", flake);
      case FINISHED -> log.info("A change of {} was interrupted: it is finished.", flake);
      case LEFT ->
          log.warn(
              "A change of {} was interrupted, and its files were changed since: they are left as they are.",
              flake);
      case NONE -> {}
    }
  }

  /**
   * Ends what processes that were killed had begun to change, in all flakes that nobody else is
   * changing. What fails is tried again when the flake is changed or listed next.
   */
  public void endInterrupted() {
    try {
      for (var flake : ChangeJournal.unfinished(journals)) {
        if (Files.isDirectory(flake)) {
          endInterrupted(flake)
              .ifPresent(left -> log.warn("An interrupted change is left: {}", left));
        }
      }
    } catch (IOException | RuntimeException e) {
      log.warn("Interrupted changes of flakes are not known", e);
    }
  }

  /**
   * Ends what a process that was killed had begun to change in a flake, as {@link
   * #endInterrupted()}.
   *
   * @param flake flake reference; empty: the caller's default
   * @return what is left of it and why, for a person; empty: nothing, or somebody is at work
   */
  public Optional<String> endInterrupted(CallContext context, String flake) {
    try {
      var directory = LocalFlakes.directory(references.resolve(context, flake));
      if (directory.filter(Files::isDirectory).isEmpty()) {
        return Optional.empty();
      }
      var real = directory.get().toRealPath();
      return ChangeJournal.isUnfinished(journals, real) ? endInterrupted(real) : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      // Whoever reads the flake says why it cannot be read.
      return Optional.empty();
    }
  }

  private Optional<String> endInterrupted(Path flake) {
    var lock = writing.computeIfAbsent(flake, _ -> new ReentrantLock());
    if (!lock.tryLock()) {
      return Optional.empty();
    }
    try {
      var opened = ChangeJournal.tryOpen(journals, flake);
      if (opened.isPresent()) {
        try (var journal = opened.get()) {
          var begun = journal.steps().stream().findFirst();
          if (begun.isPresent()) {
            var words = begun.get().words();
            var environment = Map.of("PATH", words.get(3), "HOME", words.get(4));
            var context = new CallContext(flake, Optional.empty(), NixOptions.NONE, environment);
            var git = Git.of(runner, context, words.get(1), flake);
            end(new InterruptedChange(journal, git), flake);
          }
        }
      }
      return Optional.empty();
    } catch (IOException | NixException e) {
      log.debug("An interrupted change of {} could not be taken back", flake, e);
      return Optional.of(withHint(flake, e));
    } finally {
      lock.unlock();
    }
  }

  private static String unfinished(Path flake, Exception why) {
    return "A change of %s by arda was interrupted, and not all of it could be taken back: %s"
        .formatted(flake, why.getMessage());
  }

  private static String withHint(Path flake, Exception why) {
    var hint = why instanceof NixException failure ? failure.metadata().get("hint") : null;
    return unfinished(flake, why) + (hint == null ? "" : " To go on, " + hint + ".");
  }

  private static CommandException givenUp(Path directory) {
    return new CommandException(
        Reason.CANCELLED, "The change of %s was given up.".formatted(directory));
  }

  private static SystemException unwritable(String flake, IOException e) {
    return new SystemException(
        Reason.HOST_SOURCE_REFUSED,
        "What changes in %s cannot be written down: %s".formatted(flake, e),
        Details.NONE.with("flake", flake).with(e));
  }

  private static FlakeException readOnly(String flake, String why) {
    return new FlakeException(
        Reason.FLAKE_READ_ONLY,
        "%s cannot be changed: %s.".formatted(flake, why),
        Details.NONE.with("flake", flake));
  }
}
