package dev.arda.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** An editor: asks one question at a time, and passes over what it is told meanwhile. */
final class LspClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int REQUEST_CANCELLED = -32800;

  private final Process process;
  private final InputStream in;
  private final OutputStream out;
  private int last;
  private int version;

  LspClient(Process process) {
    this.process = process;
    this.in = new BufferedInputStream(process.getInputStream());
    this.out = process.getOutputStream();
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Begins the conversation, for a folder. */
  void initialize(Path root) throws IOException {
    var params = object();
    params.putNull("processId");
    params.put("rootUri", root.toUri().toString());
    params.putObject("capabilities");
    var _ = ask("initialize", params);
    tell("initialized", object());
  }

  /** Opens a document. */
  void open(Path file, String text) throws IOException {
    var params = object();
    params
        .putObject("textDocument")
        .put("uri", file.toUri().toString())
        .put("languageId", "nix")
        .put("version", ++version)
        .put("text", text);
    tell("textDocument/didOpen", params);
  }

  /** Puts text at a place of a line. */
  void type(Path file, int line, int column, String text) throws IOException {
    var params = document(file);
    ((ObjectNode) params.get("textDocument")).put("version", ++version);
    var change = params.putArray("contentChanges").addObject();
    var range = change.putObject("range");
    range.putObject("start").put("line", line).put("character", column);
    range.putObject("end").put("line", line).put("character", column);
    change.put("text", text);
    tell("textDocument/didChange", params);
  }

  void saved(Path file) throws IOException {
    tell("textDocument/didSave", document(file));
  }

  private static ObjectNode document(Path file) {
    var params = object();
    params.putObject("textDocument").put("uri", file.toUri().toString());
    return params;
  }

  /** Asks about a place. */
  JsonNode at(String method, Path file, int line, int column) throws IOException {
    var params = document(file);
    params.putObject("position").put("line", line).put("character", column);
    return ask(method, params);
  }

  /** The result of a request. */
  JsonNode ask(String method, JsonNode params) throws IOException {
    var message = object().put("jsonrpc", "2.0").put("id", ++last).put("method", method);
    message.set("params", params);
    send(message);
    while (true) {
      var answer = read();
      if (answer.path("id").asInt(-1) == last && !answer.has("method")) {
        if (answer.has("error")) {
          throw new IOException(method + ": " + answer.get("error"));
        }
        return answer.path("result");
      }
    }
  }

  /** Asks about a place, and gives it up at once; how long that took until it was confirmed. */
  long cancelled(String method, Path file, int line, int column) throws IOException {
    var params = document(file);
    params.putObject("position").put("line", line).put("character", column);
    var message = object().put("jsonrpc", "2.0").put("id", ++last).put("method", method);
    message.set("params", params);
    send(message);
    long began = System.nanoTime();
    tell("$/cancelRequest", object().put("id", last));
    while (true) {
      var answer = read();
      if (answer.path("id").asInt(-1) == last && !answer.has("method")) {
        if (answer.path("error").path("code").asInt() != REQUEST_CANCELLED) {
          throw new IOException("it was not cancelled: " + answer);
        }
        return System.nanoTime() - began;
      }
    }
  }

  private void tell(String method, JsonNode params) throws IOException {
    var message = object().put("jsonrpc", "2.0").put("method", method);
    message.set("params", params);
    send(message);
  }

  private void send(JsonNode message) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(message);
    out.write(("Content-Length: " + bytes.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.flush();
  }

  private JsonNode read() throws IOException {
    int length = 0;
    for (var line = line(); !line.isEmpty(); line = line()) {
      length = Integer.parseInt(line.substring("Content-Length: ".length()));
    }
    return JSON.readTree(in.readNBytes(length));
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the language server ended");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** The process of the language server. */
  ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
    var _ = process.onExit().join();
  }
}
