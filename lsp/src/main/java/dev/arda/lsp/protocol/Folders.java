package dev.arda.lsp.protocol;

import dev.arda.lsp.document.FlakeRoot;
import dev.arda.lsp.document.Uris;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The flakes that an editor's folders belong to. */
final class Folders {

  private Folders() {}

  /** Their directories; what is in no flake has none. */
  static List<Path> of(List<String> uris) {
    var result = new ArrayList<Path>();
    for (var uri : uris) {
      Uris.file(uri)
          // A flake's directory is found from a file in it.
          .flatMap(directory -> FlakeRoot.of(directory.resolve("flake.nix")))
          .ifPresent(result::add);
    }
    return result;
  }
}
