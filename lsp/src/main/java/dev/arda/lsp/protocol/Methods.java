package dev.arda.lsp.protocol;

import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeWorkspaceFoldersParams;
import org.eclipse.lsp4j.ExecuteCommandParams;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.WorkDoneProgressCancelParams;
import org.eclipse.lsp4j.WorkspaceSymbolParams;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.json.JsonRpcMethod;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What an editor may ask and tell, by the names of the protocol; {@code initialized}, {@code
 * shutdown} and {@code exit}, with which nothing comes, are left to {@link Conversation}.
 *
 * <p>The table is written by hand. Annotations would have to be found, and methods called by
 * reflection, which takes a process that has just begun longer than its first answers.
 */
final class Methods {

  private static final CompletableFuture<?> TOLD = CompletableFuture.completedFuture(null);

  private Methods() {}

  /**
   * One of them.
   *
   * @param form its name, whether it is answered, and what comes with it
   * @param body what the server does
   */
  record Method<P>(
      JsonRpcMethod form, Class<P> parameter, BiFunction<Server, P, CompletableFuture<?>> body) {

    /** Whether it is answered. */
    boolean isRequest() {
      return !form.isNotification();
    }

    /**
     * Calls it.
     *
     * @param given what came with it; null if nothing did, which is an answer by itself
     */
    CompletableFuture<?> call(Server server, @Nullable Object given) {
      return given == null
          ? CompletableFuture.failedFuture(
              new ResponseErrorException(
                  new ResponseError(
                      ResponseErrorCode.InvalidParams,
                      form.getMethodName() + " lacks its params",
                      null)))
          : body.apply(server, parameter.cast(given));
    }
  }

  /** The method of a name; empty if there is none. */
  static Optional<Method<?>> find(String name) {
    return switch (name) {
      case "initialize" ->
          request(
              name,
              JsonObject.class,
              (server, params) -> server.initialize(new Introduction(params)));
      case "window/workDoneProgress/cancel" ->
          notification(name, WorkDoneProgressCancelParams.class, Server::cancelProgress);

      case "textDocument/didOpen" -> told(name, Server::didOpen);
      case "textDocument/didChange" -> told(name, Server::didChange);
      case "textDocument/didSave" -> told(name, Server::didSave);
      case "textDocument/didClose" -> told(name, Server::didClose);
      case "workspace/didChangeConfiguration" ->
          notification(name, DidChangeConfigurationParams.class, Server::didChangeConfiguration);
      case "workspace/didChangeWorkspaceFolders" ->
          notification(
              name, DidChangeWorkspaceFoldersParams.class, Server::didChangeWorkspaceFolders);

      case "textDocument/completion" -> asked(name, Server::completion);
      case "completionItem/resolve" -> request(name, CompletionItem.class, Server::resolve);
      case "textDocument/hover" -> asked(name, Server::hover);
      case "textDocument/definition" -> asked(name, Server::definition);
      case "textDocument/documentSymbol" -> asked(name, Server::documentSymbols);
      case "textDocument/codeAction" -> request(name, CodeActionParams.class, Server::codeActions);
      case "textDocument/diagnostic" -> asked(name, Server::diagnostics);
      case "textDocument/references" -> request(name, ReferenceParams.class, Server::references);
      case "textDocument/prepareRename" -> asked(name, Server::prepareRename);
      case "textDocument/rename" -> request(name, RenameParams.class, Server::rename);
      case "textDocument/codeLens" -> asked(name, Server::codeLenses);
      case "textDocument/inlayHint" -> request(name, InlayHintParams.class, Server::inlayHints);
      case "workspace/symbol" ->
          request(name, WorkspaceSymbolParams.class, Server::workspaceSymbols);
      case "workspace/executeCommand" ->
          request(name, ExecuteCommandParams.class, Server::executeCommand);
      default -> Optional.empty();
    };
  }

  private static Optional<Method<?>> asked(
      String name, BiFunction<Server, Given, CompletableFuture<?>> answer) {
    return request(
        name, JsonObject.class, (server, params) -> answer.apply(server, new Given(params)));
  }

  private static Optional<Method<?>> told(String name, BiConsumer<Server, Given> take) {
    return notification(
        name, JsonObject.class, (server, params) -> take.accept(server, new Given(params)));
  }

  private static <P> Optional<Method<?>> request(
      String name, Class<P> parameter, BiFunction<Server, P, CompletableFuture<?>> answer) {
    return Optional.of(
        new Method<>(JsonRpcMethod.request(name, Void.class, parameter), parameter, answer));
  }

  private static <P> Optional<Method<?>> notification(
      String name, Class<P> parameter, BiConsumer<Server, P> take) {
    return Optional.of(
        new Method<>(
            JsonRpcMethod.notification(name, parameter),
            parameter,
            (server, given) -> {
              take.accept(server, given);
              return TOLD;
            }));
  }
}
