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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes files of a home into a flake. Either the flake has the file afterwards, and git knows it,
 * or the flake is as it was. The file in the home stays: it is the same as the environment's, so it
 * is not in the way of that.
 *
 * @param runner runs git
 * @param context the caller
 * @param flake directory of {@code flake.nix}
 */
record Adoption(ProcessRunner runner, CallContext context, Path flake) {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  /**
   * Takes one file.
   *
   * @param file the file in the home
   * @param destination where it belongs in the flake
   * @param replace whether there may be a file, which is replaced
   * @return whether git knows it; else the flake is not in a repository
   * @throws UserException {@code FLAKE_READ_ONLY}, {@code DOTFILE_REFUSED}, {@code COMMAND_FAILED}
   */
  boolean take(Path file, Path destination, boolean replace) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(
          file,
          Files.isSymbolicLink(file)
              ? "it is a link, so it is the environment's already, or another file's"
              : Files.isDirectory(file) ? "it is a directory; name the files" : "it is not there");
    }
    try {
      var old = existing(file, destination, replace);
      write(file, destination);
      var repository = repository();
      if (repository.isEmpty()) {
        return false;
      }
      boolean added = false;
      try {
        add(repository.get(), destination);
        added = true;
      } finally {
        if (!added) {
          undo(destination, old);
        }
      }
      return true;
    } catch (IOException e) {
      throw new UserException(
          Reason.FLAKE_READ_ONLY,
          "%s cannot be written: %s".formatted(destination, e.getMessage()),
          Details.NONE.with("path", destination.toString()).with(e));
    }
  }

  private static Optional<byte[]> existing(Path file, Path destination, boolean replace)
      throws IOException {
    if (!Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(destination, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(file, destination + " is no file");
    }
    if (!replace && Files.mismatch(file, destination) >= 0) {
      throw refused(file, "there is another %s already".formatted(destination));
    }
    return Optional.of(Files.readAllBytes(destination));
  }

  private static void write(Path file, Path destination) throws IOException {
    var directory = destination.getParent();
    if (directory == null) {
      throw new IOException("it has no directory");
    }
    Files.createDirectories(directory);
    var fresh = Files.createTempFile(directory, ".arda-", ".new");
    try {
      // Permissions of a new file of the user's, not those of a temporary one.
      Files.copy(file, fresh, StandardCopyOption.REPLACE_EXISTING);
      settle(fresh, Files.isExecutable(file));
      try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, destination, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void settle(Path fresh, boolean executable) throws IOException {
    Files.setPosixFilePermissions(
        fresh,
        java.nio.file.attribute.PosixFilePermissions.fromString(
            executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private void undo(Path destination, Optional<byte[]> old) throws IOException {
    if (old.isPresent()) {
      Files.write(destination, old.get());
    } else {
      Files.deleteIfExists(destination);
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

  private void add(Path repository, Path file) {
    var command =
        new ArrayList<>(List.of("git", "-c", "core.fsmonitor=false", "-C", repository.toString()));
    command.addAll(List.of("--literal-pathspecs", "add", "--", file.toString()));
    var result =
        runner.run(
            Command.of(command, context.environment(), repository).timeLimit(LIMIT).build(),
            OutputListener.NONE);
    if (!result.succeeded()) {
      throw new UserException(
          Reason.COMMAND_FAILED,
          "git did not add %s, so the flake is as it was: %s"
              .formatted(file, TerminalText.strip(result.errorTail()).strip()),
          Details.NONE.with("path", file.toString()));
    }
  }

  static UserException refused(Path file, String why) {
    var shown = file.toString().replaceAll("\\p{Cc}", "?");
    return new UserException(
        Reason.DOTFILE_REFUSED,
        "%s cannot be taken into the flake: %s.".formatted(shown, why),
        Details.NONE.with("path", shown));
  }
}
