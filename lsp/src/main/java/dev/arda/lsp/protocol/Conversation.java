package dev.arda.lsp.protocol;

import com.google.gson.JsonParseException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.eclipse.lsp4j.jsonrpc.Endpoint;
import org.eclipse.lsp4j.jsonrpc.MessageConsumer;
import org.eclipse.lsp4j.jsonrpc.RemoteEndpoint;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.json.JsonRpcMethod;
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.json.StreamMessageConsumer;
import org.eclipse.lsp4j.jsonrpc.json.StreamMessageProducer;
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseMessage;
import org.eclipse.lsp4j.jsonrpc.services.ServiceEndpoints;

/**
 * One editor, from its first message to its last. Refuses requests that come before {@code
 * initialize} or after {@code shutdown}, and a second {@code initialize}.
 */
public final class Conversation {

  private enum Phase {
    NEW,
    RUNNING,
    SHUT_DOWN
  }

  /** How Java names an accessor of LSP4J that gave nothing. */
  private static final Pattern ABSENT =
      Pattern.compile("\"org\\.eclipse\\.lsp4j\\.(\\w+)\\.(?:get|is)(\\w+)\\(\\)\"[^\"]*$");

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);

  private Conversation() {}

  /**
   * Talks until the editor says {@code exit} or closes the stream. Blocks; requests of the editor
   * are handled on this thread.
   *
   * @param server makes what answers, for one editor
   * @return whether the editor ended it in order: {@code shutdown} came before
   */
  public static boolean hold(
      InputStream in, OutputStream out, Function<EditorMethods, ServerMethods> server) {
    return new Conversation().run(in, out, server);
  }

  private boolean run(
      InputStream in, OutputStream out, Function<EditorMethods, ServerMethods> server) {
    var methods = new LinkedHashMap<String, JsonRpcMethod>();
    methods.putAll(ServiceEndpoints.getSupportedMethods(ServerMethods.class));
    methods.putAll(ServiceEndpoints.getSupportedMethods(EditorMethods.class));
    var json =
        new MessageJsonHandler(
            methods,
            gson ->
                gson.registerTypeAdapter(CompletionAnswer.class, new CompletionAnswer.Writer()));
    var gate = new Gate(ServiceEndpoints.getSupportedMethods(ServerMethods.class).keySet());
    var output = new StreamMessageConsumer(out, json);
    var remote = new RemoteEndpoint(output, gate, Conversation::failure);
    json.setMethodProvider(remote);
    gate.local =
        ServiceEndpoints.toEndpoint(
            server.apply(ServiceEndpoints.toServiceObject(remote, EditorMethods.class)));
    try (var input = new UntilExit(in);
        var messages = new Messages(input, json, remote, output)) {
      gate.onExit = input::end;
      messages.listen(remote);
    }
    return phase.get() == Phase.SHUT_DOWN;
  }

  /**
   * What is told of a failure. Where an editor left out what the protocol requires it is told what
   * that is, instead of where this program noticed.
   */
  private static ResponseError failure(Throwable thrown) {
    var cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    var absent = ABSENT.matcher(String.valueOf(cause.getMessage()));
    if (!(cause instanceof NullPointerException) || !absent.find()) {
      return RemoteEndpoint.DEFAULT_EXCEPTION_HANDLER.apply(thrown);
    }
    var name =
        absent.group(2).substring(0, 1).toLowerCase(Locale.ROOT) + absent.group(2).substring(1);
    return new ResponseError(
        ResponseErrorCode.InvalidParams,
        "the request lacks '%s' in its %s".formatted(name, absent.group(1)),
        null);
  }

  /** Reads; what cannot be read is answered, and reading goes on. */
  private static final class Messages extends StreamMessageProducer {
    private final MessageConsumer output;

    private Messages(
        InputStream in, MessageJsonHandler json, RemoteEndpoint remote, MessageConsumer output) {
      super(
          in,
          json,
          (message, issues) -> {
            if (message instanceof RequestMessage) {
              remote.handle(message, issues);
            } else {
              output.consume(unreadable(issues.isEmpty() ? "" : issues.getFirst().getText()));
            }
          });
      this.output = output;
    }

    /** Names of headers mean the same in capitals; LSP4J knows one way to write them. */
    @Override
    protected void parseHeader(String line, Headers headers) {
      int colon = line.indexOf(':');
      var said = colon < 0 ? "" : line.substring(0, colon).strip();
      var name =
          List.of("Content-Length", "Content-Type").stream()
              .filter(said::equalsIgnoreCase)
              .findFirst();
      super.parseHeader(name.map(known -> known + line.substring(colon)).orElse(line), headers);
    }

    @Override
    protected void fireError(Throwable error) {
      if (error instanceof JsonParseException) {
        output.consume(unreadable(String.valueOf(error.getMessage())));
      }
      // Anything else is the end of the stream, or was answered.
    }

    /** A message that is not even a request is answered without its number. */
    private static ResponseMessage unreadable(String why) {
      var response = new ResponseMessage();
      response.setError(
          new ResponseError(
              ResponseErrorCode.ParseError, "the message cannot be read: " + why, null));
      return response;
    }
  }

  /** Stands in front of the server. */
  private final class Gate implements Endpoint {
    private final Set<String> known;
    private Endpoint local = new Nobody();
    private Runnable onExit = () -> {};

    private Gate(Set<String> known) {
      this.known = known;
    }

    @Override
    public CompletableFuture<?> request(String method, Object parameter) {
      var now = phase.get();
      if (now == Phase.SHUT_DOWN) {
        return refused(ResponseErrorCode.InvalidRequest, "the server was shut down");
      }
      switch (method) {
        case "initialize" -> {
          if (now != Phase.NEW) {
            return refused(ResponseErrorCode.InvalidRequest, "the server was initialized already");
          }
          phase.set(Phase.RUNNING);
        }
        case "shutdown" -> phase.set(Phase.SHUT_DOWN);
        default -> {
          if (now == Phase.NEW) {
            return refused(
                ResponseErrorCode.ServerNotInitialized, method + " came before initialize");
          }
        }
      }
      // LSP4J would answer requests that it takes for optional with nothing.
      return known.contains(method)
          ? local.request(method, parameter)
          : refused(ResponseErrorCode.MethodNotFound, "there is no method " + method);
    }

    @Override
    public void notify(String method, Object parameter) {
      if (method.equals("exit")) {
        onExit.run();
      } else if (phase.get() == Phase.RUNNING) {
        local.notify(method, parameter);
      }
    }

    private static CompletableFuture<?> refused(ResponseErrorCode code, String why) {
      return CompletableFuture.failedFuture(
          new ResponseErrorException(new ResponseError(code, why, null)));
    }
  }

  /** Until the server is there. */
  private static final class Nobody implements Endpoint {
    @Override
    public CompletableFuture<?> request(String method, Object parameter) {
      throw new IllegalStateException(method);
    }

    @Override
    public void notify(String method, Object parameter) {}
  }
}
