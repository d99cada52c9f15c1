package dev.arda.nix.user;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes files of a flake, and has git know them; either both or neither is done.
 *
 * @param runner runs git
 * @param context the caller
 * @param flake directory of {@code flake.nix}
 */
record FlakeWriter(ProcessRunner runner, CallContext context, Path flake) {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  /**
   * Writes a file, in place of one that there may be.
   *
   * @return whether git knows it; else the flake is not in a repository
   * @throws UserException {@code FLAKE_READ_ONLY}, {@code COMMAND_FAILED}: the flake is as it was
   */
  boolean put(Path file, byte[] content, boolean executable) {
    try {
      var old = existing(file);
      write(file, content, executable);
      return inGit(file, old, "add");
    } catch (IOException e) {
      throw readOnly(file, e);
    }
  }

  /**
   * Removes a file that is there.
   *
   * @return whether git knew it
   * @throws UserException as {@link #put}
   */
  boolean remove(Path file) {
    try {
      var old = existing(file);
      Files.delete(file);
      return inGit(file, old, "rm", "--cached", "--quiet", "--ignore-unmatch");
    } catch (IOException e) {
      throw readOnly(file, e);
    }
  }

  private boolean inGit(Path file, Optional<byte[]> old, String... command) throws IOException {
    var repository = repository();
    if (repository.isEmpty()) {
      return false;
    }
    boolean done = false;
    try {
      git(repository.get(), file, List.of(command));
      done = true;
    } finally {
      if (!done) {
        undo(file, old);
      }
    }
    return true;
  }

  private static Optional<byte[]> existing(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is no file");
    }
    return Optional.of(Files.readAllBytes(file));
  }

  private static void write(Path file, byte[] content, boolean executable) throws IOException {
    var directory = file.getParent();
    if (directory == null) {
      throw new IOException("it has no directory");
    }
    Files.createDirectories(directory);
    var fresh = Files.createTempFile(directory, ".arda-", ".new");
    try {
      Files.write(fresh, content);
      // Permissions of a new file of the user's, not those of a temporary one.
      Files.setPosixFilePermissions(
          fresh, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void undo(Path file, Optional<byte[]> old) throws IOException {
    if (old.isPresent()) {
      Files.write(file, old.get());
    } else {
      Files.deleteIfExists(file);
    }
  }

  /** The root of the repository that the flake is in. */
  private Optional<Path> repository() {
    for (Path at = flake; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(".git"))) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private void git(Path repository, Path file, List<String> words) {
    var command =
        new ArrayList<>(List.of("git", "-c", "core.fsmonitor=false", "-C", repository.toString()));
    command.add("--literal-pathspecs");
    command.addAll(words);
    command.addAll(List.of("--", file.toString()));
    var result =
        runner.run(
            Command.of(command, context.environment(), repository).timeLimit(LIMIT).build(),
            OutputListener.NONE);
    if (!result.succeeded()) {
      throw new UserException(
          Reason.COMMAND_FAILED,
          "git did not %s %s, so the flake is as it was: %s"
              .formatted(words.getFirst(), file, TerminalText.strip(result.errorTail()).strip()),
          Details.NONE.with("path", file.toString()));
    }
  }

  private static UserException readOnly(Path file, IOException e) {
    return new UserException(
        Reason.FLAKE_READ_ONLY,
        "%s cannot be written: %s".formatted(file, e.getMessage()),
        Details.NONE.with("path", file.toString()).with(e));
  }
}
