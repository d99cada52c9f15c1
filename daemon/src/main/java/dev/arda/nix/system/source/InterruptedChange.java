package dev.arda.nix.system.source;

import dev.arda.nix.system.source.ChangeJournal.Kind;
import dev.arda.nix.system.source.ChangeJournal.Step;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A change of a flake whose process was killed in the middle. It is taken back as a whole, or,
 * where somebody has worked on its files since, left as a whole.
 *
 * @param journal what it did
 * @param git the repository that the flake is in
 */
record InterruptedChange(ChangeJournal journal, Optional<Git> git) {

  /** What has become of it. */
  enum Result {
    /** There was none. */
    NONE,
    /** Everything is as it was before. */
    TAKEN_BACK,
    /** It had been proven, and is done. */
    FINISHED,
    /** Its files were changed or committed since; nothing was touched. */
    LEFT
  }

  /**
   * Takes it back, or finishes it. A lock of git's index that it held is given back.
   *
   * @throws IOException if that fails; it can be tried again
   * @throws dev.arda.nix.types.SystemException {@code HOST_SOURCE_REFUSED} if git refuses, after
   *     the files were taken back; it can be tried again
   */
  Result end() throws IOException {
    var steps = journal.steps();
    var result = end(steps);
    journal.end();
    return result;
  }

  private Result end(List<Step> steps) throws IOException {
    if (steps.isEmpty()) {
      return Result.NONE;
    }
    for (var step : steps) {
      if (step.kind() == Kind.LOCK) {
        IndexLock.release(step);
      }
    }
    var last = steps.stream().filter(step -> step.kind() != Kind.LOCK).toList().getLast();
    if (last.kind() == Kind.FORGET) {
      forget(last.paths());
      return Result.FINISHED;
    }
    if (last.kind() != Kind.RESTORED) {
      for (var step : steps) {
        if (isOfOthers(step, steps)) {
          return Result.LEFT;
        }
      }
      for (var step : steps.reversed()) {
        undo(step);
      }
      journal.note(Kind.RESTORED, List.of());
    }
    for (var step : steps) {
      if (step.kind() == Kind.STAGE) {
        forget(step.paths());
      }
    }
    return Result.TAKEN_BACK;
  }

  /** Takes those files that are not there any more out of the index of git, if they are in it. */
  private void forget(List<Path> files) throws IOException {
    var gone = files.stream().filter(path -> !exists(path)).toList();
    if (!gone.isEmpty() && git.isPresent() && git.get().known(gone).isPresent()) {
      git.get().forget(gone, journal);
    }
  }

  /** Whether somebody has changed or committed what a step made. */
  private boolean isOfOthers(Step step, List<Step> steps) throws IOException {
    return switch (step.kind()) {
      case CREATE ->
          exists(step.path(0))
              && (!begins(step.path(0), journal.content(step.words().get(1)))
                  || isCommitted(step.path(0), steps));
      case REPLACE -> isReplacedByOthers(step, steps);
      case MOVE -> exists(step.path(0)) && exists(step.path(1)) && !isHalfMoved(step);
      case FLAKE, DIRECTORY, ASIDE, STAGE, FORGET, LOCK, UNDO, RESTORED -> false;
    };
  }

  private boolean isReplacedByOthers(Step step, List<Step> steps) throws IOException {
    var file = step.path(0);
    if (!exists(file)) {
      return true;
    }
    var now = Files.readAllBytes(file);
    var first =
        steps.stream()
            .filter(one -> one.kind() == Kind.REPLACE && one.path(0).equals(file))
            .findFirst()
            .orElseThrow();
    if (Arrays.equals(now, journal.content(first.words().get(1)))) {
      return false;
    }
    for (var one : steps) {
      if (one.kind() == Kind.REPLACE
          && one.path(0).equals(file)
          && Arrays.equals(now, journal.content(one.words().get(2)))) {
        return isCommitted(file, steps);
      }
    }
    return true;
  }

  private boolean isCommitted(Path file, List<Step> steps) {
    var head = steps.getFirst().words().get(2);
    return git.filter(one -> !one.head().equals(head) && one.holds(List.of(file))).isPresent();
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a file holds nothing but the beginning of a content, or all of it. */
  private static boolean begins(Path file, byte[] content) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) > content.length) {
      return false;
    }
    var now = Files.readAllBytes(file);
    return Arrays.equals(now, 0, now.length, content, 0, now.length);
  }

  /** Whether all that is at both places is the same, or a beginning at the second one. */
  private static boolean isHalfMoved(Step step) throws IOException {
    for (var file : filesBelow(step.path(1))) {
      var original = counterpart(step, file);
      if (exists(original)
          && (!Files.isRegularFile(original, LinkOption.NOFOLLOW_LINKS)
              || !begins(file, Files.readAllBytes(original)))) {
        return false;
      }
    }
    return true;
  }

  private static Path counterpart(Step step, Path moved) {
    return moved.equals(step.path(1))
        ? step.path(0)
        : step.path(0).resolve(step.path(1).relativize(moved).toString());
  }

  private static List<Path> filesBelow(Path path) throws IOException {
    try (var all = Files.walk(path)) {
      return all.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)).toList();
    }
  }

  private void undo(Step step) throws IOException {
    switch (step.kind()) {
      case DIRECTORY -> removeIfEmpty(step.path(0));
      case CREATE -> Files.deleteIfExists(step.path(0));
      case REPLACE -> {
        var before = journal.content(step.words().get(1));
        var after = journal.content(step.words().get(2));
        SourceChange.removeUnfinished(step.path(0), List.of(before, after));
        if (Arrays.equals(Files.readAllBytes(step.path(0)), after)) {
          SourceChange.put(step.path(0), after, before);
        }
      }
      case MOVE -> moveBack(step);
      case ASIDE -> SourceChange.removeAside(step.path(0));
      case FLAKE, STAGE, FORGET, LOCK, UNDO, RESTORED -> {}
    }
  }

  private static void moveBack(Step step) throws IOException {
    if (!exists(step.path(1))) {
      return;
    }
    if (exists(step.path(0))) {
      for (var file : filesBelow(step.path(1))) {
        var original = counterpart(step, file);
        if (!exists(original)) {
          Files.createDirectories(original.resolveSibling(""));
          Trees.move(file, original);
        }
      }
      Trees.remove(step.path(1));
    } else {
      Files.createDirectories(step.path(0).resolveSibling(""));
      Trees.move(step.path(1), step.path(0));
    }
  }

  private static void removeIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // Somebody else has put something into it.
    }
  }
}
