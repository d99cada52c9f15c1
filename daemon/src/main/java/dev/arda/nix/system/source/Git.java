package dev.arda.nix.system.source;

import static java.util.function.Predicate.not;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.GitSubmodules;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.ProgramPath;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The index of the git repository that a flake is in: Nix sees no file that is not in it.
 *
 * @param runner runs git
 * @param context whose git
 * @param directory of the flake
 */
record Git(ProcessRunner runner, CallContext context, Path directory) {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** A question writes nothing, so that it cannot leave a lock behind. */
  private static final Map<String, String> UNLOCKED = Map.of("GIT_OPTIONAL_LOCKS", "0");

  /**
   * The repository of a flake; empty: it is in none, or Nix does not look at it that way.
   *
   * @param reference to the flake
   */
  static Optional<Git> of(
      ProcessRunner runner, CallContext context, String reference, Path directory) {
    if (reference.startsWith("path:") || !isInRepository(directory)) {
      return Optional.empty();
    }
    if (ProgramPath.find("git", context.environment(), context.cwd()).isEmpty()) {
      throw new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          "%s is in a git repository, and there is no git on the PATH.".formatted(directory));
    }
    return Optional.of(new Git(runner, context, directory));
  }

  private static boolean isInRepository(Path directory) {
    for (var place = Optional.of(directory);
        place.isPresent();
        place = place.map(Path::getParent)) {
      if (Files.exists(place.get().resolve(".git"))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds files that are not in the index: all, or none.
   *
   * @param journal tells that arda holds the lock of the index
   * @throws SystemException {@code HOST_SOURCE_REFUSED} if git refuses, for example because they
   *     are ignored, or another git is at work
   */
  void add(List<Path> files, ChangeJournal journal) throws IOException {
    changeIndex("add", files, List.of(), journal);
  }

  /** Takes files and directories out of the index; the files themselves stay. */
  void forget(List<Path> files, ChangeJournal journal) throws IOException {
    var options = List.of("-r", "--cached", "--quiet", "--force", "--ignore-unmatch");
    changeIndex("rm", files, options, journal);
  }

  private void changeIndex(
      String what, List<Path> files, List<String> options, ChangeJournal journal)
      throws IOException {
    files.forEach(this::requireOwn);
    try (var lock = IndexLock.take(index(), journal)) {
      run(what, files, options, Map.of("GIT_INDEX_FILE", lock.copy().toString()));
      lock.replace();
    }
  }

  private void requireOwn(Path file) {
    var submodule = GitSubmodules.of(directory.resolve(file)).filter(not(directory::startsWith));
    if (submodule.isPresent()) {
      throw new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          "%s is in the git submodule %s, which has an index of its own. %s"
              .formatted(
                  directory.resolve(file),
                  submodule.get(),
                  Files.exists(submodule.get().resolve("flake.nix"))
                      ? "Name it as the flake: --flake " + submodule.get()
                      : "It is no flake; make the change there by hand."));
    }
  }

  /** The file that the index is in. */
  Path index() throws IOException {
    var words = List.of("git", "-C", directory.toString(), "rev-parse", "--git-path", "index");
    var result = checked("rev-parse", words, Map.of());
    var index = directory.resolve(result.outputText().replaceFirst("\n$", ""));
    return Files.exists(index) ? index.toRealPath() : index.toAbsolutePath().normalize();
  }

  /** The first of these files that is in the index. */
  Optional<String> known(List<Path> files) {
    return run("ls-files", files, List.of(), UNLOCKED).outputText().lines().findFirst();
  }

  /** The commit that is checked out; empty: there is none yet. */
  String head() {
    var words =
        List.of("git", "-C", directory.toString(), "rev-parse", "--verify", "--quiet", "HEAD");
    var result =
        runner.run(Command.of(words, context.environment(), directory).timeLimit(LIMIT).build());
    return result.succeeded() ? result.outputText().strip() : "";
  }

  /** Whether the last commit holds everything that is in these files and directories. */
  boolean holds(List<Path> files) {
    var options = List.of("--porcelain", "--ignored", "--untracked-files=all");
    return run("status", files, options, UNLOCKED).outputText().isEmpty();
  }

  private CommandResult run(
      String what, List<Path> files, List<String> options, Map<String, String> variables) {
    var words =
        new ArrayList<>(List.of("git", "--literal-pathspecs", "-C", directory.toString(), what));
    words.addAll(options);
    words.add("--");
    files.forEach(file -> words.add(file.toString()));
    return checked(what, words, variables);
  }

  private CommandResult checked(String what, List<String> words, Map<String, String> variables) {
    var environment = new HashMap<>(context.environment());
    environment.putAll(variables);
    var result = runner.run(Command.of(words, environment, directory).timeLimit(LIMIT).build());
    if (!result.succeeded()) {
      throw new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          "git %s failed: %s".formatted(what, TerminalText.strip(result.errorTail()).strip()));
    }
    return result;
  }
}
