package dev.arda.lsp.protocol;

import dev.arda.lsp.document.FlakeRoot;
import dev.arda.lsp.document.Uris;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.jspecify.annotations.Nullable;

/** The flakes that an editor's folders belong to. */
final class Folders {

  private Folders() {}

  @SuppressWarnings("deprecation") // what older editors say
  static List<Path> of(InitializeParams params) {
    var folders = params.getWorkspaceFolders();
    if (folders != null && !folders.isEmpty()) {
      return of(folders);
    }
    var root = params.getRootUri();
    return root == null ? List.of() : of(List.of(new WorkspaceFolder(root, "")));
  }

  static List<Path> of(@Nullable List<WorkspaceFolder> folders) {
    var result = new ArrayList<Path>();
    for (var folder : folders == null ? List.<WorkspaceFolder>of() : folders) {
      Uris.file(folder.getUri())
          // A flake's directory is found from a file in it.
          .flatMap(directory -> FlakeRoot.of(directory.resolve("flake.nix")))
          .ifPresent(result::add);
    }
    return result;
  }
}
