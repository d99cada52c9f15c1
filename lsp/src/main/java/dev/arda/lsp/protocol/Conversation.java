package dev.arda.lsp.protocol;

import com.google.gson.JsonParseException;
import dev.arda.lsp.protocol.Methods.Method;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
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
import org.jspecify.annotations.Nullable;

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

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);

  private Conversation() {}

  /**
   * Talks until the editor says {@code exit} or closes the stream. Blocks; requests of the editor
   * are handled on this thread.
   *
   * @param server makes what answers, for one editor
   * @param said is run for every message of the editor, and to it
   * @return whether the editor ended it in order: {@code shutdown} came before
   */
  public static boolean hold(
      InputStream in, OutputStream out, Function<Editor, Server> server, Runnable said) {
    return new Conversation().run(in, out, server, said);
  }

  private boolean run(
      InputStream in, OutputStream out, Function<Editor, Server> server, Runnable said) {
    var json = new Json();
    var gate = new Gate();
    var stream = new StreamMessageConsumer(out, json);
    MessageConsumer output =
        message -> {
          stream.consume(message);
          said.run();
        };
    var remote = new RemoteEndpoint(output, gate);
    json.setMethodProvider(remote);
    gate.open(new Editor(remote), server);
    try (var input = new UntilExit(in);
        var messages = new Messages(input, json, remote, output, said)) {
      gate.onExit = input::end;
      messages.listen(remote);
    }
    return phase.get() == Phase.SHUT_DOWN;
  }

  /** Makes objects of messages, and messages of objects. */
  private static final class Json extends MessageJsonHandler {
    private Json() {
      super(
          Map.of(),
          gson -> gson.registerTypeAdapter(CompletionAnswer.class, new CompletionAnswer.Writer()));
    }

    @Override
    public JsonRpcMethod getJsonRpcMethod(String name) {
      return Methods.find(name)
          .map(Method::form)
          .or(() -> Editor.method(name))
          .orElseGet(() -> super.getJsonRpcMethod(name));
    }
  }

  /** Reads; what cannot be read is answered, and reading goes on. */
  private static final class Messages extends StreamMessageProducer {
    /** What is nested without end would take the stack of the thread that reads. */
    private static final int DEEPEST = 500;

    private static final byte[] NONE = {};

    private final MessageConsumer output;
    private final Runnable said;
    private byte[] body = NONE;

    private Messages(
        InputStream in,
        MessageJsonHandler json,
        RemoteEndpoint remote,
        MessageConsumer output,
        Runnable said) {
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
      this.said = said;
    }

    /**
     * Reads a message whole before it is taken apart: of one that cannot be read to its end the
     * rest would be taken for the next.
     */
    @Override
    protected boolean handleMessage(InputStream input, Headers headers) {
      try {
        body = input.readNBytes(headers.contentLength);
      } catch (IOException e) {
        fireError(e);
        return false;
      }
      said.run();
      if (isNestedTooDeeply(body)) {
        output.consume(unreadable("it is nested more than %d deep".formatted(DEEPEST)));
        return true;
      }
      if (isNull(body)) {
        output.consume(unreadable("it is null")); // LSP4J takes it for the end of the stream
        return true;
      }
      try {
        return super.handleMessage(new ByteArrayInputStream(body), headers);
      } finally {
        body = NONE;
      }
    }

    /** Of UTF-8, where brackets and quotes are bytes of their own. */
    private static boolean isNestedTooDeeply(byte[] json) {
      int depth = 0;
      boolean inString = false;
      for (int i = 0; i < json.length && depth <= DEEPEST; i++) {
        byte b = json[i];
        if (inString && b == '\\') {
          i++;
        } else if (b == '"') {
          inString = !inString;
        } else if (!inString && (b == '[' || b == '{')) {
          depth++;
        } else if (!inString && (b == ']' || b == '}')) {
          depth--;
        }
      }
      return depth > DEEPEST;
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

    private static boolean isNull(byte[] body) {
      return body.length < 100 && new String(body, StandardCharsets.UTF_8).strip().equals("null");
    }

    @Override
    protected void fireError(Throwable error) {
      if (error instanceof JsonParseException) {
        output.consume(
            UnreadRequest.in(body)
                .map(UnreadRequest::refusal)
                .orElseGet(() -> unreadable(String.valueOf(error.getMessage()))));
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
    private Optional<Editor> editor = Optional.empty();
    private Optional<Server> server = Optional.empty();
    private Runnable onExit = () -> {};

    /** What stands behind the gate needs the editor, which is reached through what has the gate. */
    private void open(Editor editor, Function<Editor, Server> server) {
      this.editor = Optional.of(editor);
      this.server = Optional.of(server.apply(editor));
    }

    @Override
    public CompletableFuture<?> request(String method, @Nullable Object parameter) {
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
        default -> {
          if (now == Phase.NEW) {
            return refused(
                ResponseErrorCode.ServerNotInitialized, method + " came before initialize");
          }
        }
      }
      if (method.equals("shutdown")) {
        phase.set(Phase.SHUT_DOWN);
        return CompletableFuture.completedFuture(null);
      }
      var found = Methods.find(method).filter(Method::isRequest);
      return found.isPresent()
          ? found.get().call(server.orElseThrow(), parameter)
          : refused(ResponseErrorCode.MethodNotFound, "there is no method " + method);
    }

    @Override
    public void notify(String method, @Nullable Object parameter) {
      if (method.equals("exit")) {
        onExit.run();
      } else if (phase.get() != Phase.RUNNING) {
        return;
      } else if (method.equals("initialized")) {
        server.orElseThrow().initialized();
      } else {
        Methods.find(method)
            .filter(found -> !found.isRequest())
            .ifPresent(found -> take(found, parameter));
      }
    }

    /** A notification has no answer, so that what is wrong with one is told beside it. */
    private void take(Method method, @Nullable Object parameter) {
      try {
        var _ = method.call(server.orElseThrow(), parameter);
      } catch (ResponseErrorException e) {
        editor
            .orElseThrow()
            .log("%s is ignored: %s".formatted(method.form().getMethodName(), e.getMessage()));
      }
    }

    private static CompletableFuture<?> refused(ResponseErrorCode code, String why) {
      return CompletableFuture.failedFuture(Refusal.of(code, why));
    }
  }
}
