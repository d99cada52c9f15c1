package dev.arda.nix.user;

import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Takes files of a home into a flake. The file in the home stays: it is the same as the
 * environment's, so it is not in the way of that.
 *
 * @param writer writes files of the flake
 */
record Adoption(FlakeWriter writer) {

  /**
   * Takes one file.
   *
   * @param file the file in the home
   * @param destination where it belongs in the flake
   * @param replace whether there may be a file, which is replaced
   * @return whether git knows it; else the flake is not in a repository
   * @throws UserException {@code FLAKE_READ_ONLY}, {@code DOTFILE_REFUSED}, {@code COMMAND_FAILED}:
   *     the flake is as it was
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
      if (Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
        if (!Files.isRegularFile(destination, LinkOption.NOFOLLOW_LINKS)) {
          throw refused(file, destination + " is no file");
        }
        if (!replace && Files.mismatch(file, destination) >= 0) {
          throw refused(file, "there is another %s already".formatted(destination));
        }
      }
      return writer.put(destination, Files.readAllBytes(file), Files.isExecutable(file));
    } catch (IOException e) {
      throw new UserException(
          Reason.FLAKE_READ_ONLY,
          "%s cannot be written: %s".formatted(destination, e.getMessage()),
          Details.NONE.with("path", destination.toString()).with(e));
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
