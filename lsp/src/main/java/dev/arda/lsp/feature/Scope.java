package dev.arda.lsp.feature;

import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a feature works with.
 *
 * @param text the document
 * @param path where it lies in its flake, for example {@code flake.nix} or {@code hosts/web.nix};
 *     its file name alone where it belongs to none
 * @param view what is known of the flake
 * @param files reads other files of the flake, by their path in it: as they are in the editor, else
 *     as they are saved
 */
public record Scope(
    NixText text, Path path, FlakeView view, Function<Path, Optional<NixText>> files) {

  /** Whether this is the file that makes a directory a flake. */
  boolean isFlakeFile() {
    return path.equals(Path.of("flake.nix"));
  }

  /** The flake's {@code flake.nix}. */
  Optional<NixText> flakeFile() {
    return isFlakeFile() ? Optional.of(text) : files.apply(Path.of("flake.nix"));
  }
}
