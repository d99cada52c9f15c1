package dev.arda.lsp.protocol;

import static dev.arda.lsp.protocol.ServerInProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocol itself, whatever is asked. */
class ConversationTest {

  private static final String URI = "file:///nowhere/flake.nix";

  @TempDir Path home;
  private ServerInProcess server;

  @BeforeEach
  void setUp() throws Exception {
    server = new ServerInProcess(home);
  }

  @AfterEach
  void tearDown() throws Exception {
    server.close();
  }

  private String refusal(String method, JsonElement params) {
    return server.editor.ask(method, params).await().get("error").toString();
  }

  private int error(String method, String params) {
    return server
        .editor
        .ask(method, json(params))
        .await()
        .getAsJsonObject("error")
        .get("code")
        .getAsInt();
  }

  @Test
  void requests_comeBetweenInitializeAndShutdown() throws Exception {
    assertThat(error("textDocument/hover", "{}")).isEqualTo(-32002);
    assertThat(error("shutdown", "{}")).isEqualTo(-32002);
    server.initialize("{}");
    assertThat(error("initialize", "{'capabilities':{}}")).isEqualTo(-32600);
    server.editor.result("shutdown", JsonNull.INSTANCE);
    assertThat(error("textDocument/hover", "{}")).isEqualTo(-32600);
    server.editor.tell("exit", JsonNull.INSTANCE);
    assertThat(server.ended()).isTrue();
  }

  @Test
  void exitWithoutShutdown_isDisorder() throws Exception {
    server.initialize("{}");
    server.editor.tell("exit", JsonNull.INSTANCE);
    assertThat(server.ended()).isFalse();
  }

  @Test
  void endOfTheStream_endsTheConversation() throws Exception {
    server.initialize("{}");
    server.close();
    assertThat(server.ended()).isFalse();
  }

  @Test
  void requestsThatLackSomething_areRefused_byNameOfWhatIsMissing() {
    server.initialize("{}");
    server.open(URI, "{ }");
    var whole = "{'textDocument':{'uri':'%s'}}".formatted(URI);
    var placed = server.at(URI, 0, 0);
    var wrong = server.at(URI, 0, 0);
    wrong.getAsJsonObject().getAsJsonObject("position").addProperty("line", "first");
    record Lack(String method, JsonElement params, String said) {}
    for (var lack :
        new Lack[] {
          new Lack("textDocument/hover", json("{}"), "lacks 'textDocument', an object"),
          new Lack("textDocument/hover", json("{'textDocument':{}}"), "'textDocument.uri'"),
          new Lack("textDocument/hover", json("[1]"), "the params are not an object"),
          new Lack("textDocument/hover", JsonNull.INSTANCE, "hover lacks its params"),
          new Lack(
              "textDocument/completion", wrong, "'position.line' of the request is not a number"),
          new Lack("textDocument/definition", json(whole), "'position'"),
          new Lack("textDocument/prepareRename", json(whole), "'position'"),
          new Lack("textDocument/references", placed, "lacks 'context'"),
          new Lack("textDocument/rename", placed, "lacks 'newName', a string"),
          new Lack("textDocument/codeAction", json(whole), "lacks 'range'"),
          new Lack("textDocument/inlayHint", json(whole), "lacks 'range'"),
          new Lack("workspace/executeCommand", json("{}"), "lacks 'command'"),
          new Lack(
              "workspace/symbol", json("{'query':1}"), "'query' of the request is not a string"),
        }) {
      assertThat(refusal(lack.method, lack.params))
          .as(lack.method)
          .contains("-32602", lack.said)
          .doesNotContain("Exception");
    }
    assertThat(server.editor.result("workspace/symbol", json("{}")).getAsJsonArray()).isEmpty();
  }

  @Test
  void notificationsThatLackSomething_areIgnored_andSaidToBe() {
    server.initialize("{}");
    server.open(URI, "{ }");
    for (var method :
        new String[] {
          "textDocument/didOpen",
          "textDocument/didChange",
          "textDocument/didSave",
          "textDocument/didClose",
          "workspace/didChangeConfiguration",
          "workspace/didChangeWorkspaceFolders",
          "window/workDoneProgress/cancel",
        }) {
      server.editor.tell(method, json("{}"));
      server.editor.tell(method, json("[1]"));
      server.editor.tell(method, JsonNull.INSTANCE);
      var ignored =
          server.editor.await(message ->
              message.toString().contains(method + " is ignored: " + method + " lacks its params"));
      assertThat(ignored.get("method").getAsString()).isEqualTo("window/logMessage");
    }
    assertThat(server.editor.result("textDocument/hover", server.at(URI, 0, 0)).isJsonNull())
        .isTrue();
  }

  @Test
  void unknownMethods_areRefused_andUnreadableMessagesSurvived() {
    server.initialize("{}");
    assertThat(error("textDocument/foo", "{}")).isEqualTo(-32601);
    assertThat(error("$/foo", "{}")).isEqualTo(-32601);
    server.editor.tell("$/foo", json("{}"));
    server.editor.tell("foo/bar", json("{}"));
    server.editor.sendRaw("{\"jsonrpc\": ");
    var answer = server.editor.await(message -> message.has("error"));
    assertThat(answer.getAsJsonObject("error").get("code").getAsInt()).isEqualTo(-32700);
    assertThat(server.editor.result("textDocument/hover", server.at(URI, 0, 0)).isJsonNull())
        .isTrue();
  }

  @Test
  void messageThatIsNestedTooDeeply_isSurvived() {
    server.initialize("{}");
    int deep = 200_000;
    server.editor.sendRaw(
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/deep\",\"params\":%s%s}"
            .formatted("[".repeat(deep), "]".repeat(deep)));
    var answer = server.editor.await(message -> message.has("error"));
    assertThat(answer.getAsJsonObject("error").get("code").getAsInt()).isEqualTo(-32700);
    assertThat(server.editor.result("textDocument/hover", server.at(URI, 0, 0)).isJsonNull())
        .isTrue();
  }

  @Test
  void textThatIsNestedTooDeeply_isAnswered() {
    server.initialize("{}");
    for (var open : List.of("{a=", "{ nixosConfigurations = ", "let a = ")) {
      int depth = 4_000;
      var uri = "file:///nowhere/%d/flake.nix".formatted(open.length());
      server.open(uri, open.repeat(depth));
      for (var method :
          List.of("documentSymbol", "codeLens", "prepareRename", "references", "hover")) {
        var asked = server.at(uri, 0, open.length() * depth - 2);
        asked.getAsJsonObject().add("context", json("{'includeDeclaration':true}"));
        assertThat(server.editor.ask("textDocument/" + method, asked).await().has("error"))
            .as("%s in %s", method, open)
            .isFalse();
      }
    }
  }

  @Test
  void messageThatIsBrokenAtItsBeginning_isPassedOverWhole() {
    server.initialize("{}");
    server.editor.sendRaw("{]" + " ".repeat(1_000_000));
    var answer = server.editor.await(message -> message.has("error"));
    assertThat(answer.getAsJsonObject("error").get("code").getAsInt()).isEqualTo(-32700);
    assertThat(server.editor.result("textDocument/hover", server.at(URI, 0, 0)).isJsonNull())
        .isTrue();
  }

  @Test
  void settings_areAskedFor_whereTheEditorSaysOnlyThatTheyChanged() {
    server.editor.reply("workspace/configuration", json("[{'inlayHints':false}]"));
    server.initialize("{'workspace':{'configuration':true,'inlayHint':{'refreshSupport':true}}}");
    server.editor.await(message -> message.toString().contains("\"section\":\"arda\""));
    server.editor.reply("workspace/configuration", json("[{'inlayHints':true}]"));
    server.editor.tell("workspace/didChangeConfiguration", json("{'settings':null}"));
    server.editor.await(
        message -> message.toString().contains("\"method\":\"workspace/inlayHint/refresh\""));
  }

  @Test
  void deadParent_endsTheServer() throws Exception {
    var gone = new ProcessBuilder("true").start();
    gone.waitFor();
    server.editor.result(
        "initialize", json("{'processId':%d,'capabilities':{}}".formatted(gone.pid())));
    server.orphaned.get(60, TimeUnit.SECONDS);
  }

  @Test
  void parentThatDies_endsTheServer() throws Exception {
    var parent = new ProcessBuilder("sleep", "600").start();
    server.editor.result(
        "initialize", json("{'processId':%d,'capabilities':{}}".formatted(parent.pid())));
    assertThat(server.orphaned).isNotDone();
    parent.destroy();
    server.orphaned.get(30, TimeUnit.SECONDS);
  }

  @Test
  void positionEncoding_isOneThatTheEditorOffers() throws Exception {
    assertThat(encoding("{}")).isEqualTo("utf-16");
    try (var other = new ServerInProcess(home)) {
      assertThat(encodingOf(other, "['utf-32','utf-8']")).isEqualTo("utf-32");
    }
    try (var other = new ServerInProcess(home)) {
      assertThat(encodingOf(other, "['utf-8','utf-16']")).isEqualTo("utf-16");
    }
  }

  private String encoding(String capabilities) {
    return encoding(server, capabilities);
  }

  private static String encodingOf(ServerInProcess server, String offered) {
    return encoding(server, "{'general':{'positionEncodings':" + offered + "}}");
  }

  private static String encoding(ServerInProcess server, String capabilities) {
    return server
        .initialize(capabilities)
        .getAsJsonObject()
        .getAsJsonObject("capabilities")
        .get("positionEncoding")
        .getAsString();
  }

  @Test
  void columns_areCountedAsNegotiated() throws Exception {
    // Before the cursor: é is 2, 1 or 1 units of UTF-8, 16 and 32, 🐣 is 4, 2 or 1.
    var text = "{ outputs = _: { hosts.a = 1; x = [ \"é🐣\" self.hosts. ]; }; }";
    int utf16 = text.indexOf("hosts. ]") + "hosts.".length();
    for (var one :
        new Object[][] {{"utf-8", utf16 + 3}, {"utf-16", utf16}, {"utf-32", utf16 - 1}}) {
      try (var each = new ServerInProcess(home)) {
        each.initialize("{'general':{'positionEncodings':['" + one[0] + "']}}");
        each.open(URI, text);
        var found =
            each.editor.result("textDocument/completion", each.at(URI, 0, (Integer) one[1]));
        assertThat(found.toString())
            .as("%s", one[0])
            .contains("\"label\":\"a\"")
            .contains("\"start\":{\"line\":0,\"character\":" + one[1] + "}");
      }
    }
  }

  @Test
  void placesThatAreNotThere_areTheNearest() {
    server.initialize("{}");
    server.open(URI, "{ outputs = { self }: { nixosConfigurations.a = 1; x = self.");
    for (int[] place : new int[][] {{99, 99}, {0, 999}, {0, 0}}) {
      server.editor.result("textDocument/completion", server.at(URI, place[0], place[1]));
    }
    server.change("file:///not/open.nix", 2, "[{\"text\":\"x\"}]");
    server.editor.result("textDocument/hover", server.at("file:///not/open.nix", 0, 0));
  }

  @Test
  void incrementalChanges_giveTheTextThatTheEditorHas() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    server.initialize("{}");
    var model = new StringBuilder("{ outputs = { self }: { nixosConfigurations.a = 1; } ; }\n");
    server.open(URI, model.toString());
    var parts =
        new String[] {
          "é",
          "🐣",
          "\n",
          "\r\n",
          "x",
          "\"",
          "{",
          "};",
          "self.",
          " nixosConfigurations.c = {};\n",
          ""
        };
    for (int i = 2; i < 2_000; i++) {
      int from = boundary(model, random.nextInt(model.length() + 1));
      int to = boundary(model, Math.min(model.length(), from + random.nextInt(4)));
      var text = parts[random.nextInt(parts.length)];
      var change = new JsonObject();
      var range = new JsonObject();
      range.add("start", position(model, from));
      range.add("end", position(model, to));
      change.add("range", range);
      change.addProperty("text", text);
      var changes = new JsonArray();
      changes.add(change);
      server.change(URI, i, changes.toString());
      model.replace(from, to, text);
    }
    // Whatever is there now, a host in front of it is found where the model says it is, and all of
    // it is read as it is in an editor that opens it only now.
    var front =
        "{ outputs = { self }: { nixosConfigurations.b = 1; x = self.nixosConfigurations.;\n";
    var start = json("{'line':0,'character':0}");
    var change = new JsonObject();
    change.add("range", new JsonObject());
    change.getAsJsonObject("range").add("start", start);
    change.getAsJsonObject("range").add("end", start);
    change.addProperty("text", front);
    var changes = new JsonArray();
    changes.add(change);
    server.change(URI, 2_001, changes.toString());
    var same = URI.replace("flake.nix", "same/flake.nix");
    server.open(same, front + model);
    assertThat(symbols(URI)).as("seed %d", seed).isEqualTo(symbols(same)).contains("\"b\"");
    var found =
        server.editor.result(
            "textDocument/completion",
            server.at(
                URI,
                0,
                "{ outputs = { self }: { nixosConfigurations.b = 1; x = self.nixosConfigurations."
                    .length()));
    assertThat(found.toString()).as("seed %d", seed).contains("\"label\":\"b\"");
  }

  private String symbols(String uri) {
    var params = json("{'textDocument':{}}").getAsJsonObject();
    params.getAsJsonObject("textDocument").addProperty("uri", uri);
    return server.editor.result("textDocument/documentSymbol", params).toString();
  }

  private static int boundary(CharSequence text, int index) {
    boolean inside =
        index > 0
            && index < text.length()
            && (Character.isLowSurrogate(text.charAt(index))
                || (text.charAt(index - 1) == '\r' && text.charAt(index) == '\n'));
    return inside ? index - 1 : index;
  }

  private static JsonObject position(CharSequence text, int offset) {
    int line = 0;
    int start = 0;
    for (int i = 0; i < offset; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    var result = new JsonObject();
    result.addProperty("line", line);
    result.addProperty("character", offset - start);
    return result;
  }

  @Test
  void untrustedFlake_isAskedAboutOnce_andNeverEvaluated() throws Exception {
    var flake = Files.createDirectory(home.resolve("a flake%20é"));
    Files.writeString(flake.resolve("flake.nix"), "{ outputs = _: { }; }");
    server.editor.reply("window/showMessageRequest", json("{'title':'Never'}"));
    server.initialize("{}");
    var uri = dev.arda.lsp.document.Uris.of(flake.resolve("flake.nix"));
    server.open(uri, "{ }");
    var question = server.editor.await("window/showMessageRequest");
    assertThat(question.toString()).contains(flake.toRealPath().toString());
    server.open(uri.replace("flake.nix", "other.nix"), "{ }");
    server.editor.result("textDocument/hover", server.at(uri, 0, 0));
    server.editor.result("shutdown", JsonNull.INSTANCE);
    server.editor.tell("exit", JsonNull.INSTANCE);
    assertThat(server.ended()).isTrue();
    assertThat(Files.exists(home.resolve(".local/state/arda/log"))).isFalse();
  }
}
