package dev.arda.nix.store.build;

import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixCommands.Building;
import dev.arda.nix.core.Orphans;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.core.build.BuildLog;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.TimeLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * The one Nix process that builds what is wanted of one request, and what it told. Its results are
 * rooted by that process while it still protects them, until this is closed. Used by one thread.
 */
final class Realisation implements AutoCloseable {

  private final Nix nix;

  private final ProcessRunner runner;
  private final Path roots;
  private final BuildListener listener;
  private final BuildLog log;
  private Optional<Path> directory = Optional.empty();

  Realisation(
      Nix nix, ProcessRunner runner, Path roots, BuildListener listener, InstantSource clock) {
    this.nix = nix;
    this.runner = runner;
    this.roots = roots;
    this.listener = listener;
    this.log = new BuildLog(listener, clock);
  }

  /** What it told so far. */
  BuildLog log() {
    return log;
  }

  /**
   * Runs it to its end.
   *
   * @param wanted derivations with outputs behind {@code !}, and store paths
   * @param limit how long it may take
   * @throws NixException if it could not be run, or was given up; {@code COMMAND_TIMEOUT}
   */
  CommandResult run(Collection<String> wanted, Set<Building> how, TimeLimit limit) {
    boolean dry = how.contains(Building.DRY_RUN);
    directory = dry ? Optional.empty() : Optional.of(newDirectory());
    boolean succeeded = false;
    try (var orphans = Orphans.watching()) {
      var arguments =
          nix.commands()
              .withInternalJson()
              .nixStoreBuild(wanted, how, directory.map(d -> d.resolve("r")));
      var command = nix.command(arguments).grace(listener::grace);
      if (!limit.isNone()) {
        command.timeLimit(limit.time());
      }
      var result =
          runner.run(
              command.build(),
              new OutputListener() {
                private volatile boolean givenUp;

                @Override
                public void standardError(String line) {
                  orphans.note();
                  // A builder that is killed because nobody wants it any more has not failed.
                  if (!givenUp) {
                    log.standardError(line);
                  }
                }

                @Override
                public void givenUp() {
                  givenUp = true;
                }
              });
      succeeded = result.succeeded() && !dry;
      return result;
    } finally {
      log.finish(succeeded);
    }
  }

  /**
   * Where an output is that was not known before.
   *
   * @param number which of the wanted it belongs to, from 1
   * @param name of the output
   */
  Optional<String> output(int number, String name) {
    return directory
        .map(d ->
            d.resolve(
                "r" + (number > 1 ? "-" + number : "") + (name.equals("out") ? "" : "-" + name)))
        .filter(Files::isSymbolicLink)
        .map(link -> {
          try {
            return Files.readSymbolicLink(link).toString();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** The last words of a Nix that failed without an error. */
  static String lastWords(CommandResult result) {
    return TerminalText.strip(
            result
                .errorTail()
                .lines()
                .filter(line -> !line.startsWith("@nix ") && !line.isBlank())
                .reduce((_, last) -> last)
                .orElse(""))
        .strip();
  }

  private Path newDirectory() {
    try {
      Files.createDirectories(roots);
      return Files.createTempDirectory(roots, "build");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives the results free. */
  @Override
  public void close() {
    if (directory.isEmpty()) {
      return;
    }
    try (var links = Files.list(directory.get())) {
      for (var link : links.toList()) {
        Files.deleteIfExists(link);
      }
      Files.deleteIfExists(directory.get());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
