package dev.arda.lsp.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.arda.lsp.document.Uris;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Plays a page with one editor in one directory. */
final class Player {

  private final EditorEnd editor;
  private final Path directory;
  private final Function<List<String>, String> arda;
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Map<String, Integer>> marks = new HashMap<>();
  private int version = 1;

  /**
   * @param arda runs a command in the directory, and says what it printed
   */
  Player(EditorEnd editor, Path directory, Function<List<String>, String> arda) {
    this.editor = editor;
    this.directory = directory;
    this.arda = arda;
  }

  /** The first words of an editor, which may play any number of pages then. */
  static void begin(EditorEnd editor) {
    editor.result(
        "initialize",
        JsonParser.parseString(
            """
            {
              "processId": null,
              "rootUri": null,
              "capabilities": { "window": { "workDoneProgress": true } }
            }
            """));
    editor.tell("initialized", new JsonObject());
  }

  /** Its last. */
  static void end(EditorEnd editor) {
    editor.result("shutdown", com.google.gson.JsonNull.INSTANCE);
    editor.tell("exit", com.google.gson.JsonNull.INSTANCE);
  }

  void play(Transcript page) throws IOException {
    for (var block : page.blocks()) {
      var where = page.file().getFileName() + ":" + block.line();
      switch (block.kind()) {
        case "nix" -> {
          write(block);
          open(block.words().getFirst());
        }
        case "saved" -> write(block);
        case "unsaved" -> change(block);
        case "completes" ->
            assertThat(settled(block, this::completion)).as(where).isEqualTo(block.body());
        case "hovers" -> assertThat(settled(block, this::hover)).as(where).isEqualTo(block.body());
        case "answers" ->
            contains(
                where,
                JsonParser.parseString(block.body().replace("DIRECTORY", directory.toString())),
                editor.result(block.words().getFirst(), asked(block.words())));
        case "diagnoses" -> diagnoses(where, block);
        case "arda" ->
            assertThat(arda.apply(block.words()).replace(directory.toString(), "DIRECTORY"))
                .as(where)
                .isEqualTo(block.body());
        case "replies" ->
            editor.reply(block.words().getFirst(), JsonParser.parseString(block.body()));
        case "tells" ->
            contains(
                where,
                JsonParser.parseString(block.body()),
                editor.await(block.words().getFirst()).get("params"));
        case "text" -> {} // is only looked at
        default -> throw new AssertionError(where + ": no such block: " + block.kind());
      }
    }
  }

  /**
   * What is answered in the end: an evaluation may take longer than an editor waits, and the server
   * then says what it knows.
   */
  private static String settled(
      Transcript.Block block, Function<Transcript.Block, String> question) {
    return Repeatedly.ask(() -> question.apply(block), block.body()::equals);
  }

  private String unmarked(Transcript.Block block) {
    var file = block.words().getFirst();
    var text = new StringBuilder();
    var found = new HashMap<String, Integer>();
    for (int i = 0; i < block.body().length(); i++) {
      if (block.body().charAt(i) == '¦') {
        found.put(block.body().substring(i, i + 2), text.length());
        i++;
      } else {
        text.append(block.body().charAt(i));
      }
    }
    marks.put(file, found);
    return text.toString();
  }

  private void write(Transcript.Block block) throws IOException {
    var file = directory.resolve(block.words().getFirst());
    var text = unmarked(block);
    texts.put(block.words().getFirst(), text);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  private void open(String file) {
    var document = new JsonObject();
    document.addProperty("uri", uri(file));
    document.addProperty("languageId", "nix");
    document.addProperty("version", version);
    document.addProperty("text", text(file));
    var params = new JsonObject();
    params.add("textDocument", document);
    editor.tell("textDocument/didOpen", params);
  }

  private void change(Transcript.Block block) {
    var text = unmarked(block);
    texts.put(block.words().getFirst(), text);
    var document = new JsonObject();
    document.addProperty("uri", uri(block.words().getFirst()));
    document.addProperty("version", ++version);
    var change = new JsonObject();
    change.addProperty("text", text);
    var changes = new JsonArray();
    changes.add(change);
    var params = new JsonObject();
    params.add("textDocument", document);
    params.add("contentChanges", changes);
    editor.tell("textDocument/didChange", params);
  }

  private String uri(String file) {
    return Uris.of(directory.resolve(file));
  }

  private String text(String file) {
    return Objects.requireNonNull(texts.get(file), file);
  }

  private JsonObject at(String file, String mark) {
    int offset = Objects.requireNonNull(Objects.requireNonNull(marks.get(file)).get(mark), mark);
    var before = text(file).substring(0, offset);
    int lineStart = before.lastIndexOf('\n') + 1;
    var position = new JsonObject();
    position.addProperty("line", before.chars().filter(c -> c == '\n').count());
    position.addProperty("character", offset - lineStart);
    var document = new JsonObject();
    document.addProperty("uri", uri(file));
    var params = new JsonObject();
    params.add("textDocument", document);
    params.add("position", position);
    return params;
  }

  /** A place, and what else the words say of the question. */
  private JsonObject asked(List<String> words) {
    var params = at(words.get(1), words.get(2));
    var context = new JsonObject();
    context.addProperty("includeDeclaration", true);
    params.add("context", context);
    var more = String.join(" ", words.subList(3, words.size()));
    JsonParser.parseString("{" + more + "}").getAsJsonObject().asMap().forEach(params::add);
    return params;
  }

  private String completion(Transcript.Block block) {
    var file = block.words().getFirst();
    var result = editor.result("textDocument/completion", at(file, block.words().get(1)));
    if (result.isJsonNull()) {
      return "nothing\n";
    }
    var list = result.getAsJsonObject();
    var text = new StringBuilder();
    if (list.get("isIncomplete").getAsBoolean()) {
      text.append("incomplete\n");
    }
    for (var one : list.getAsJsonArray("items")) {
      var item = one.getAsJsonObject();
      var edit = item.getAsJsonObject("textEdit");
      text.append(item.get("label").getAsString())
          .append(" | ")
          .append(item.has("detail") ? item.get("detail").getAsString() : "")
          .append(" | ")
          .append(applied(file, edit))
          .append('\n');
    }
    return text.toString();
  }

  /** The line that an edit changes, with it applied. */
  private String applied(String file, JsonObject edit) {
    var range = edit.getAsJsonObject("range");
    var start = range.getAsJsonObject("start");
    var end = range.getAsJsonObject("end");
    assertThat(start.get("line")).isEqualTo(end.get("line"));
    var line = text(file).lines().toList().get(start.get("line").getAsInt());
    return (line.substring(0, start.get("character").getAsInt())
            + edit.get("newText").getAsString()
            + line.substring(end.get("character").getAsInt()))
        .strip();
  }

  private String hover(Transcript.Block block) {
    var file = block.words().getFirst();
    var result = editor.result("textDocument/hover", at(file, block.words().get(1)));
    return result.isJsonNull()
        ? "nothing\n"
        : words(file, result.getAsJsonObject().getAsJsonObject("range"))
            + "\n"
            + result
                .getAsJsonObject()
                .getAsJsonObject("contents")
                .get("value")
                .getAsString()
                .replace(directory.toString(), "DIRECTORY")
                .strip()
                .replace("```", "'''")
            + "\n";
  }

  private String words(String file, JsonObject range) {
    var start = range.getAsJsonObject("start");
    var end = range.getAsJsonObject("end");
    var line = text(file).lines().toList().get(start.get("line").getAsInt());
    return line.substring(start.get("character").getAsInt(), end.get("character").getAsInt());
  }

  /** Faults come when they are found, and change; the last word counts. */
  private void diagnoses(String where, Transcript.Block block) {
    var file = block.words().getFirst();
    var seen = new ArrayList<String>();
    try {
      editor.await(message -> {
        if (!message.has("method")
            || !message.get("method").getAsString().equals("textDocument/publishDiagnostics")) {
          return false;
        }
        var params = message.getAsJsonObject("params");
        if (!params.get("uri").getAsString().equals(uri(file))) {
          return false;
        }
        var text = diagnostics(file, params);
        seen.add(text);
        return text.equals(block.body());
      });
    } catch (AssertionError e) {
      assertThat(String.join("---\n", seen)).as(where).isEqualTo(block.body());
    }
  }

  private String diagnostics(String file, JsonObject params) {
    var text = new StringBuilder();
    for (var one : params.getAsJsonArray("diagnostics")) {
      var diagnostic = one.getAsJsonObject();
      var range = diagnostic.getAsJsonObject("range");
      text.append(range.getAsJsonObject("start").get("line").getAsInt() + 1)
          .append(": ")
          .append(words(file, range))
          .append(" | ")
          .append(
              switch (diagnostic.get("severity").getAsInt()) {
                case 1 -> "error";
                case 2 -> "warning";
                case 3 -> "information";
                default -> "hint";
              })
          .append(" | ")
          .append(diagnostic.get("message").getAsString())
          .append('\n');
    }
    return text.toString();
  }

  /** Whether all that is expected is there, wherever objects hold more. */
  private static void contains(String where, JsonElement expected, JsonElement actual) {
    assertThat(matches(expected, actual))
        .as("%s: %s should hold %s", where, actual, expected)
        .isTrue();
  }

  private static boolean matches(JsonElement expected, JsonElement actual) {
    if (expected.isJsonObject() && actual.isJsonObject()) {
      return expected.getAsJsonObject().entrySet().stream()
          .allMatch(entry ->
              actual.getAsJsonObject().has(entry.getKey())
                  && matches(entry.getValue(), actual.getAsJsonObject().get(entry.getKey())));
    }
    if (expected.isJsonArray() && actual.isJsonArray()) {
      var wanted = expected.getAsJsonArray();
      var found = actual.getAsJsonArray();
      if (wanted.size() != found.size()) {
        return false;
      }
      for (int i = 0; i < wanted.size(); i++) {
        if (!matches(wanted.get(i), found.get(i))) {
          return false;
        }
      }
      return true;
    }
    return expected.equals(actual);
  }
}
