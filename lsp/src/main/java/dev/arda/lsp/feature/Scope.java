package dev.arda.lsp.feature;

import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.List;
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

  /** Names of the bindings that those of this file stand in, if another file imports it so. */
  List<String> around() {
    return isFlakeFile()
        ? List.of()
        : FlakeFiles.entry(this).stream()
            .filter(part -> part.file().equals(path))
            .map(FlakeFiles.Part::around)
            .findFirst()
            .orElse(List.of());
  }

  /** The same for another file of the flake. */
  Scope in(Path other, NixText written) {
    return new Scope(
        written, other, view, file -> file.equals(path) ? Optional.of(text) : files.apply(file));
  }

  /** The flake's {@code flake.nix}. */
  Optional<NixText> flakeFile() {
    return isFlakeFile() ? Optional.of(text) : files.apply(Path.of("flake.nix"));
  }
}
