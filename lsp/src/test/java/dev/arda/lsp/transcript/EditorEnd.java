package dev.arda.lsp.transcript;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * An editor, written without any library of the server's: it frames JSON, numbers requests, and
 * keeps what it is told. Anything on the stream that is no frame fails the next question.
 */
public final class EditorEnd implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  private final InputStream in;
  private final OutputStream out;
  private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final BlockingQueue<JsonObject> told = new LinkedBlockingQueue<>();
  private final Map<String, JsonElement> replies = new ConcurrentHashMap<>();
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
  private int last;

  public EditorEnd(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
    Thread.ofPlatform().daemon().name("editor").start(this::read);
  }

  private void read() {
    try {
      while (true) {
        received(frame());
      }
    } catch (IOException | RuntimeException e) {
      broken.complete(e);
      waiting.values().forEach(one -> one.completeExceptionally(e));
    }
  }

  private JsonObject frame() throws IOException {
    int length = -1;
    while (true) {
      var header = line();
      if (header.isEmpty()) {
        break;
      }
      if (!header.startsWith("Content-Length: ")) {
        throw new IOException("not a frame: " + header);
      }
      length = Integer.parseInt(header.substring("Content-Length: ".length()));
    }
    var body = in.readNBytes(length);
    return JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
  }

  private String line() throws IOException {
    var result = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("the server closed the stream after: " + result);
      }
      if (c == '\n') {
        return result.substring(0, Math.max(0, result.length() - 1));
      }
      result.append((char) c);
    }
  }

  private void received(JsonObject message) {
    if (!message.has("method")) {
      var id = message.get("id");
      if (id == null || id.isJsonNull()) {
        told.add(message);
      } else {
        Optional.ofNullable(waiting.remove(id.getAsInt())).ifPresent(one -> one.complete(message));
      }
      return;
    }
    counts.merge(message.get("method").getAsString(), 1, Integer::sum);
    if (message.has("id")) {
      var response = new JsonObject();
      response.addProperty("jsonrpc", "2.0");
      response.add("id", message.get("id"));
      response.add(
          "result", replies.getOrDefault(message.get("method").getAsString(), JsonNull.INSTANCE));
      send(response);
    }
    told.add(message);
  }

  /** How often the server sent a request or notification of that method. */
  public int count(String method) {
    return counts.getOrDefault(method, 0);
  }

  /** How requests of the server are answered from now on. */
  public void reply(String method, JsonElement result) {
    replies.put(method, result);
  }

  /** A request; the future is the whole response. */
  public synchronized Asked ask(String method, JsonElement params) {
    int id = ++last;
    var response = new CompletableFuture<JsonObject>();
    waiting.put(id, response);
    var _ = broken.thenAccept(response::completeExceptionally);
    var message = new JsonObject();
    message.addProperty("jsonrpc", "2.0");
    message.addProperty("id", id);
    message.addProperty("method", method);
    message.add("params", params);
    send(message);
    return new Asked(id, response);
  }

  /** A request that is under way. */
  public record Asked(int id, CompletableFuture<JsonObject> response) {
    /** Waits for the response. */
    public JsonObject await() {
      return response.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  /** The result of a request. */
  public JsonElement result(String method, JsonElement params) {
    var response = ask(method, params).await();
    if (!response.has("result")) {
      throw new AssertionError(method + " failed: " + response);
    }
    return response.get("result");
  }

  public void tell(String method, JsonElement params) {
    var message = new JsonObject();
    message.addProperty("jsonrpc", "2.0");
    message.addProperty("method", method);
    message.add("params", params);
    send(message);
  }

  public void send(JsonObject message) {
    sendRaw(message.toString());
  }

  /** A body that need not be JSON. */
  public synchronized void sendRaw(String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    try {
      out.write(
          "Content-Length: %d\r\n\r\n".formatted(bytes.length).getBytes(StandardCharsets.US_ASCII));
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a message of the server that is no response; those before it are dropped. */
  public JsonObject await(Predicate<JsonObject> wanted) {
    try {
      while (true) {
        var message = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
          throw new AssertionError("the server did not say what was expected");
        }
        if (wanted.test(message)) {
          return message;
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same, by its method. */
  public JsonObject await(String method) {
    return await(
        message -> message.has("method") && message.get("method").getAsString().equals(method));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
