package dev.arda.lsp.protocol;

import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.ProgressParams;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.WorkDoneProgressCreateParams;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.jspecify.annotations.Nullable;

/** What the server may ask an editor, and tell it. */
@SuppressWarnings("MissingJavadocMethod") // the protocol says what each of them is
public interface EditorMethods {

  @JsonNotification("window/logMessage")
  void logMessage(MessageParams message);

  @JsonNotification("window/showMessage")
  void showMessage(MessageParams message);

  @JsonRequest("window/showMessageRequest")
  CompletableFuture<@Nullable MessageActionItem> showMessageRequest(
      ShowMessageRequestParams params);

  @JsonNotification("textDocument/publishDiagnostics")
  void publishDiagnostics(PublishDiagnosticsParams params);

  @JsonRequest("workspace/diagnostic/refresh")
  CompletableFuture<@Nullable Void> refreshDiagnostics();

  @JsonRequest("window/workDoneProgress/create")
  CompletableFuture<@Nullable Void> createProgress(WorkDoneProgressCreateParams params);

  @JsonNotification("$/progress")
  void notifyProgress(ProgressParams params);
}
