package dev.arda.lsp.protocol;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.ConfigurationItem;
import org.eclipse.lsp4j.ConfigurationParams;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.MessageType;
import org.eclipse.lsp4j.ProgressParams;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.WorkDoneProgressCreateParams;
import org.eclipse.lsp4j.WorkDoneProgressNotification;
import org.eclipse.lsp4j.jsonrpc.Endpoint;
import org.eclipse.lsp4j.jsonrpc.json.JsonRpcMethod;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** The editor at the other end: what it can be told and asked. Thread-safe. */
public final class Editor {

  private static final String QUESTION = "window/showMessageRequest";
  private static final String SETTINGS = "workspace/configuration";

  private final Endpoint remote;

  Editor(Endpoint remote) {
    this.remote = remote;
  }

  /** How the answer to a method is read; empty where nobody wants to know what it says. */
  static Optional<JsonRpcMethod> method(String name) {
    return switch (name) {
      case QUESTION ->
          Optional.of(
              JsonRpcMethod.request(name, MessageActionItem.class, ShowMessageRequestParams.class));
      case SETTINGS ->
          Optional.of(JsonRpcMethod.request(name, JsonElement.class, ConfigurationParams.class));
      default -> Optional.empty();
    };
  }

  /** Writes into its log. */
  void log(String text) {
    remote.notify("window/logMessage", new MessageParams(MessageType.Info, text));
  }

  /** Shows a message to its user. */
  void show(MessageType type, String text) {
    remote.notify("window/showMessage", new MessageParams(type, text));
  }

  /**
   * Asks its user.
   *
   * @param answers those that can be chosen
   * @return the one that was; empty if none was, or the editor cannot ask
   */
  CompletableFuture<String> ask(MessageType type, String question, List<String> answers) {
    var params = new ShowMessageRequestParams();
    params.setType(type);
    params.setMessage(question);
    params.setActions(answers.stream().map(MessageActionItem::new).toList());
    return remote
        .request(QUESTION, params)
        .handle((answer, failure) ->
            answer instanceof MessageActionItem chosen ? String.valueOf(chosen.getTitle()) : "");
  }

  /**
   * Asks what is set for this server.
   *
   * @return null of JSON if nothing is, or the editor does not say
   */
  CompletableFuture<JsonElement> settings() {
    var item = new ConfigurationItem();
    item.setSection("arda");
    return remote
        .request(SETTINGS, new ConfigurationParams(List.of(item)))
        .handle((answer, failure) ->
            answer instanceof JsonArray all && !all.isEmpty() ? all.get(0) : JsonNull.INSTANCE);
  }

  /** Has it ask anew for the values beside paths. */
  void refreshInlayHints() {
    var _ = remote.request("workspace/inlayHint/refresh", null);
  }

  /** Tells what is wrong in a document; all of it. */
  void publish(PublishDiagnosticsParams faults) {
    remote.notify("textDocument/publishDiagnostics", faults);
  }

  /** Has it ask anew what is wrong in its documents. */
  void refreshFaults() {
    var _ = remote.request("workspace/diagnostic/refresh", null);
  }

  /** Asks for leave to show progress by that name; fails if it will not. */
  CompletableFuture<?> createProgress(String token) {
    return remote.request(
        "window/workDoneProgress/create", new WorkDoneProgressCreateParams(Either.forLeft(token)));
  }

  /** Tells how something goes that it gave leave to show. */
  void progress(String token, WorkDoneProgressNotification what) {
    remote.notify("$/progress", new ProgressParams(Either.forLeft(token), Either.forLeft(what)));
  }
}
