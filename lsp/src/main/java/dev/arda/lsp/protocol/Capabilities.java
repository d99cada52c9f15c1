package dev.arda.lsp.protocol;

import java.util.List;
import org.eclipse.lsp4j.CodeActionOptions;
import org.eclipse.lsp4j.CodeLensOptions;
import org.eclipse.lsp4j.CompletionOptions;
import org.eclipse.lsp4j.DiagnosticRegistrationOptions;
import org.eclipse.lsp4j.ExecuteCommandOptions;
import org.eclipse.lsp4j.RenameOptions;
import org.eclipse.lsp4j.SaveOptions;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.TextDocumentSyncOptions;
import org.eclipse.lsp4j.WorkspaceFoldersOptions;
import org.eclipse.lsp4j.WorkspaceServerCapabilities;

/** What the server can do; nearly the same for every editor. */
final class Capabilities {

  private Capabilities() {}

  /**
   * For an editor.
   *
   * @param pulls whether it asks for faults instead of being told
   */
  static ServerCapabilities with(Positions positions, boolean pulls) {
    var result = new ServerCapabilities();
    result.setPositionEncoding(positions.kind());
    var sync = new TextDocumentSyncOptions();
    sync.setOpenClose(true);
    sync.setChange(TextDocumentSyncKind.Incremental);
    sync.setSave(new SaveOptions(false));
    result.setTextDocumentSync(sync);
    result.setCompletionProvider(
        new CompletionOptions(true, List.of(".", "\"", "#", "{", ",", "@")));
    result.setHoverProvider(true);
    result.setDefinitionProvider(true);
    result.setReferencesProvider(true);
    result.setRenameProvider(new RenameOptions(true));
    result.setDocumentSymbolProvider(true);
    result.setWorkspaceSymbolProvider(true);
    // Kinds are not listed, since building and the like have none.
    result.setCodeActionProvider(new CodeActionOptions());
    result.setCodeLensProvider(new CodeLensOptions(false));
    result.setInlayHintProvider(true);
    result.setExecuteCommandProvider(new ExecuteCommandOptions(DeedCommands.commands()));
    if (pulls) {
      result.setDiagnosticProvider(new DiagnosticRegistrationOptions(true, false));
    }
    var folders = new WorkspaceFoldersOptions();
    folders.setSupported(true);
    folders.setChangeNotifications(true);
    var workspace = new WorkspaceServerCapabilities();
    workspace.setWorkspaceFolders(folders);
    result.setWorkspace(workspace);
    return result;
  }
}
