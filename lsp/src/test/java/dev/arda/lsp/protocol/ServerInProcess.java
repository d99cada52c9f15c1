package dev.arda.lsp.protocol;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.arda.client.Environment;
import dev.arda.client.Trust;
import dev.arda.lsp.daemon.Patience;
import dev.arda.lsp.transcript.EditorEnd;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server in this process, with an editor at the other end. No daemon can be started. */
public final class ServerInProcess implements AutoCloseable {

  public final EditorEnd editor;
  public final CompletableFuture<Void> orphaned = new CompletableFuture<>();
  private final CompletableFuture<Boolean> ordered = new CompletableFuture<>();

  private final Environment environment;

  public ServerInProcess(Path home) throws IOException {
    this(home, Patience.OF_A_PERSON);
  }

  public ServerInProcess(Path home, Patience patience) throws IOException {
    environment =
        new Environment(
            Map.of(
                "HOME",
                home.toString(),
                "PATH",
                "/nowhere",
                "ARDA_RUNTIME_DIR",
                runtimeDirectory(home).toString()),
            home,
            Optional.empty(),
            "",
            Environment.ofProcess().uid());
    var toServer = Pipe.open();
    var fromServer = Pipe.open();
    Thread.ofPlatform()
        .daemon()
        .name("server")
        .start(() ->
            ordered.complete(
                Conversation.hold(
                    Channels.newInputStream(toServer.source()),
                    Channels.newOutputStream(fromServer.sink()),
                    methods ->
                        new Server(
                            methods, environment, patience, "0", () -> orphaned.complete(null)),
                    () -> {})));
    editor =
        new EditorEnd(
            Channels.newInputStream(fromServer.source()),
            Channels.newOutputStream(toServer.sink()));
  }

  /** Where its daemon would be. */
  public static Path runtimeDirectory(Path home) {
    return home.resolve("run");
  }

  /** What the user decides about a flake. */
  public void decide(Path flake, Trust.Decision decision) throws Exception {
    Trust.of(environment).decide(flake, decision);
  }

  /** Whether the conversation ended in order; waits for its end. */
  public boolean ended() throws Exception {
    return ordered.get(60, TimeUnit.SECONDS);
  }

  /** JSON, with single quotes for double ones. */
  public static JsonElement json(String text) {
    return JsonParser.parseString(text.replace('\'', '"'));
  }

  /** Begins, with capabilities of the editor. */
  public JsonElement initialize(String capabilities) {
    var result =
        editor.result("initialize", json("{'processId':null,'capabilities':" + capabilities + "}"));
    editor.tell("initialized", json("{}"));
    return result;
  }

  public void open(String uri, String text) {
    var params = json("{'textDocument':{'languageId':'nix','version':1}}").getAsJsonObject();
    params.getAsJsonObject("textDocument").addProperty("uri", uri);
    params.getAsJsonObject("textDocument").addProperty("text", text);
    editor.tell("textDocument/didOpen", params);
  }

  public void change(String uri, int version, String changes) {
    var params = json("{'textDocument':{'version':" + version + "}}").getAsJsonObject();
    params.getAsJsonObject("textDocument").addProperty("uri", uri);
    params.add("contentChanges", JsonParser.parseString(changes));
    editor.tell("textDocument/didChange", params);
  }

  public JsonElement at(String uri, int line, int character) {
    return json(
        "{'textDocument':{'uri':'%s'},'position':{'line':%d,'character':%d}}"
            .formatted(uri, line, character));
  }

  @Override
  public void close() throws IOException {
    editor.close();
  }
}
