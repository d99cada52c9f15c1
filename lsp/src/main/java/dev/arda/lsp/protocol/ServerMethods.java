package dev.arda.lsp.protocol;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.CodeLens;
import org.eclipse.lsp4j.CodeLensParams;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.DidChangeWorkspaceFoldersParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.DocumentDiagnosticParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.ExecuteCommandParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.PrepareRenameParams;
import org.eclipse.lsp4j.PrepareRenameResult;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RelatedFullDocumentDiagnosticReport;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.SetTraceParams;
import org.eclipse.lsp4j.WorkDoneProgressCancelParams;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.WorkspaceSymbol;
import org.eclipse.lsp4j.WorkspaceSymbolParams;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.jspecify.annotations.Nullable;

/** What an editor may ask and tell; everything else is refused by name. */
@SuppressWarnings("MissingJavadocMethod") // the protocol says what each of them is
public interface ServerMethods {

  @JsonRequest("initialize")
  CompletableFuture<InitializeResult> initialize(InitializeParams params);

  @JsonNotification("initialized")
  void initialized(InitializedParams params);

  @JsonRequest("shutdown")
  CompletableFuture<@Nullable Object> shutdown();

  @JsonNotification("exit")
  void exit();

  @JsonNotification("$/setTrace")
  void setTrace(SetTraceParams params);

  @JsonNotification("window/workDoneProgress/cancel")
  void cancelProgress(WorkDoneProgressCancelParams params);

  @JsonNotification("textDocument/didOpen")
  void didOpen(DidOpenTextDocumentParams params);

  @JsonNotification("textDocument/didChange")
  void didChange(DidChangeTextDocumentParams params);

  @JsonNotification("textDocument/didSave")
  void didSave(DidSaveTextDocumentParams params);

  @JsonNotification("textDocument/didClose")
  void didClose(DidCloseTextDocumentParams params);

  @JsonNotification("workspace/didChangeConfiguration")
  void didChangeConfiguration(DidChangeConfigurationParams params);

  @JsonNotification("workspace/didChangeWatchedFiles")
  void didChangeWatchedFiles(DidChangeWatchedFilesParams params);

  @JsonNotification("workspace/didChangeWorkspaceFolders")
  void didChangeWorkspaceFolders(DidChangeWorkspaceFoldersParams params);

  @JsonRequest("textDocument/completion")
  CompletableFuture<@Nullable CompletionAnswer> completion(CompletionParams params);

  @JsonRequest("completionItem/resolve")
  CompletableFuture<CompletionItem> resolve(CompletionItem item);

  @JsonRequest("textDocument/hover")
  CompletableFuture<@Nullable Hover> hover(HoverParams params);

  @JsonRequest("textDocument/definition")
  CompletableFuture<List<Location>> definition(DefinitionParams params);

  @JsonRequest("textDocument/documentSymbol")
  CompletableFuture<List<DocumentSymbol>> documentSymbols(DocumentSymbolParams params);

  @JsonRequest("textDocument/codeAction")
  CompletableFuture<List<CodeAction>> codeActions(CodeActionParams params);

  @JsonRequest("textDocument/diagnostic")
  CompletableFuture<RelatedFullDocumentDiagnosticReport> diagnostics(
      DocumentDiagnosticParams params);

  @JsonRequest("textDocument/references")
  CompletableFuture<List<Location>> references(ReferenceParams params);

  @JsonRequest("textDocument/prepareRename")
  CompletableFuture<@Nullable PrepareRenameResult> prepareRename(PrepareRenameParams params);

  @JsonRequest("textDocument/rename")
  CompletableFuture<@Nullable WorkspaceEdit> rename(RenameParams params);

  @JsonRequest("workspace/symbol")
  CompletableFuture<List<WorkspaceSymbol>> workspaceSymbols(WorkspaceSymbolParams params);

  @JsonRequest("textDocument/codeLens")
  CompletableFuture<List<CodeLens>> codeLenses(CodeLensParams params);

  @JsonRequest("textDocument/inlayHint")
  CompletableFuture<List<InlayHint>> inlayHints(InlayHintParams params);

  @JsonRequest("workspace/executeCommand")
  CompletableFuture<@Nullable Object> executeCommand(ExecuteCommandParams params);
}
