package dev.arda.lsp.protocol;

import com.google.gson.JsonElement;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.json.JsonRpcMethod;
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
  record Method(JsonRpcMethod form, BiFunction<Server, Given, CompletableFuture<?>> body) {

    /** Whether it is answered. */
    boolean isRequest() {
      return !form.isNotification();
    }

    /**
     * Calls it.
     *
     * @param params what came with it; null if nothing did, which is an answer by itself
     * @throws ResponseErrorException if the method needs something that is not there
     */
    CompletableFuture<?> call(Server server, @Nullable Object params) {
      if (!(params instanceof JsonElement given)) {
        throw Refusal.ofParams(form.getMethodName() + " lacks its params");
      }
      return body.apply(server, Given.of(given));
    }
  }

  /** The method of a name; empty if there is none. */
  static Optional<Method> find(String name) {
    return switch (name) {
      case "initialize" ->
          asked(name, (server, params) -> server.initialize(new Introduction(params.json())));
      case "window/workDoneProgress/cancel" -> told(name, Server::cancelProgress);

      case "textDocument/didOpen" -> told(name, Server::didOpen);
      case "textDocument/didChange" -> told(name, Server::didChange);
      case "textDocument/didSave" -> told(name, Server::didSave);
      case "textDocument/didClose" -> told(name, Server::didClose);
      case "workspace/didChangeConfiguration" -> told(name, Server::didChangeConfiguration);
      case "workspace/didChangeWorkspaceFolders" -> told(name, Server::didChangeWorkspaceFolders);

      case "textDocument/completion" -> asked(name, Server::completion);
      case "completionItem/resolve" -> asked(name, Server::resolve);
      case "textDocument/hover" -> asked(name, Server::hover);
      case "textDocument/definition" -> asked(name, Server::definition);
      case "textDocument/documentSymbol" -> asked(name, Server::documentSymbols);
      case "textDocument/codeAction" -> asked(name, Server::codeActions);
      case "textDocument/diagnostic" -> asked(name, Server::diagnostics);
      case "textDocument/references" -> asked(name, Server::references);
      case "textDocument/prepareRename" -> asked(name, Server::prepareRename);
      case "textDocument/rename" -> asked(name, Server::rename);
      case "textDocument/codeLens" -> asked(name, Server::codeLenses);
      case "textDocument/inlayHint" -> asked(name, Server::inlayHints);
      case "workspace/symbol" -> asked(name, Server::workspaceSymbols);
      case "workspace/executeCommand" -> asked(name, Server::executeCommand);
      default -> Optional.empty();
    };
  }

  private static Optional<Method> asked(
      String name, BiFunction<Server, Given, CompletableFuture<?>> answer) {
    return Optional.of(
        new Method(JsonRpcMethod.request(name, Void.class, JsonElement.class), answer));
  }

  private static Optional<Method> told(String name, BiConsumer<Server, Given> take) {
    return Optional.of(
        new Method(
            JsonRpcMethod.notification(name, JsonElement.class),
            (server, params) -> {
              take.accept(server, params);
              return TOLD;
            }));
  }
}
