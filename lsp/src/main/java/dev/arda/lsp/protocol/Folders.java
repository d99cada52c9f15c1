package dev.arda.lsp.protocol;

import dev.arda.lsp.document.FlakeRoot;
import dev.arda.lsp.document.Uris;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.jspecify.annotations.Nullable;

/** The flakes that an editor's folders belong to. */
final class Folders {

  private Folders() {}

  static List<Path> of(@Nullable List<WorkspaceFolder> folders) {
    return folders == null
        ? List.of()
        : ofUris(folders.stream().map(WorkspaceFolder::getUri).toList());
  }

  static List<Path> ofUris(List<String> folders) {
    var result = new ArrayList<Path>();
    for (var folder : folders) {
      Uris.file(folder)
          // A flake's directory is found from a file in it.
          .flatMap(directory -> FlakeRoot.of(directory.resolve("flake.nix")))
          .ifPresent(result::add);
    }
    return result;
  }
}
