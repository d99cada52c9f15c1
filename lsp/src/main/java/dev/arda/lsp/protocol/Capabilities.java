package dev.arda.lsp.protocol;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/**
 * What the server can do; nearly the same for every editor. Written as it travels: LSP4J would look
 * at all its classes for what servers can do before it wrote the first.
 */
final class Capabilities {

  // Kinds of code actions are not listed, since building and the like have none.
  private static final String ALWAYS =
      """
      {
        "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
        "completionProvider": { "resolveProvider": true, "triggerCharacters": [".", "\\"", "#", "{", ",", "@"] },
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "renameProvider": { "prepareProvider": true },
        "documentSymbolProvider": true,
        "workspaceSymbolProvider": true,
        "codeActionProvider": {},
        "codeLensProvider": { "resolveProvider": false },
        "inlayHintProvider": true,
        "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } }
      }
      """;

  private static final String FAULTS_ARE_PULLED =
      "{ \"interFileDependencies\": true, \"workspaceDiagnostics\": false }";

  private Capabilities() {}

  /**
   * For an editor.
   *
   * @param pulls whether it asks for faults instead of being told
   */
  static JsonObject with(Positions positions, boolean pulls) {
    var result = JsonParser.parseString(ALWAYS).getAsJsonObject();
    result.addProperty("positionEncoding", positions.kind());
    var commands = new JsonArray();
    DeedCommands.commands().forEach(commands::add);
    var execute = new JsonObject();
    execute.add("commands", commands);
    result.add("executeCommandProvider", execute);
    if (pulls) {
      result.add("diagnosticProvider", JsonParser.parseString(FAULTS_ARE_PULLED));
    }
    return result;
  }
}
