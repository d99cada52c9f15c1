package dev.arda.nix.user;

import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A flake whose files can be written.
 *
 * @param flake the directory of {@code flake.nix}
 * @param root the root of the tree that it is in
 */
record WritableTree(Path flake, Path root) {

  /**
   * The files of a flake.
   *
   * @throws UserException {@code FLAKE_READ_ONLY}
   */
  static WritableTree of(FlakeState state) {
    var flake = directory(state);
    return new WritableTree(flake, root(flake, state));
  }

  private static Path directory(FlakeState state) {
    var text = state.flakeRef().replaceFirst("^(path:|git\\+file://)", "");
    int query = text.indexOf('?');
    var path = Path.of(query < 0 ? text : text.substring(0, query)).normalize();
    if (!path.isAbsolute() || !Files.isWritable(path.resolve("flake.nix"))) {
      throw new UserException(
          Reason.FLAKE_READ_ONLY,
          "The flake %s is not in a directory that can be written to.".formatted(state.flakeRef()),
          Details.NONE.with("flake", state.flakeRef()));
    }
    return path;
  }

  private static Path root(Path flake, FlakeState state) {
    var root = flake;
    for (var _ : Path.of(state.subdirectory().isEmpty() ? "." : state.subdirectory()).normalize()) {
      var parent = root.getParent();
      root = state.subdirectory().isEmpty() || parent == null ? root : parent;
    }
    return root;
  }
}
