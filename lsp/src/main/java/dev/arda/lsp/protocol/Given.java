package dev.arda.lsp.protocol;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.arda.lsp.document.Documents.Change;
import dev.arda.lsp.text.LineIndex.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;

/**
 * What came with a method, as JSON. LSP4J would read it by reflection, which takes a process that
 * has just begun longer than an answer, and takes what is not there for null.
 *
 * <p>What the protocol requires and is not there, or has another form, is refused by its name with
 * {@code InvalidParams}.
 *
 * @param json as it came
 * @param path where it stands in the whole, each name followed by a dot; empty for the whole
 */
record Given(JsonObject json, String path) {

  /** The whole. */
  static Given of(JsonElement params) {
    if (params instanceof JsonObject object) {
      return new Given(object, "");
    }
    throw Refusal.ofParams("the params are not an object");
  }

  /** The document that is meant, as the editor names it. */
  String uri() {
    return document().text("uri");
  }

  private Given document() {
    return object("textDocument");
  }

  /** The version of the document that is meant; 0 if none is given. */
  int version() {
    return document().json.has("version") ? document().number("version") : 0;
  }

  /** The text of the document that is meant. */
  String text() {
    return document().text("text");
  }

  /** The place that is meant. */
  Place place() {
    return object("position").asPlace();
  }

  /** Where the range that is meant begins. */
  Place start() {
    return object("range").object("start").asPlace();
  }

  /** Where it ends. */
  Place end() {
    return object("range").object("end").asPlace();
  }

  /** What was changed in the document that is meant, in order. */
  List<Change> changes() {
    var result = new ArrayList<Change>();
    for (var change : objects("contentChanges")) {
      result.add(
          change.has("range")
              ? new Change(
                  Optional.of(change.start()), Optional.of(change.end()), change.text("text"))
              : new Change(Optional.empty(), Optional.empty(), change.text("text")));
    }
    return result;
  }

  /** Whether the place where something is defined counts as a reference to it. */
  boolean includesDeclaration() {
    return object("context").truth("includeDeclaration");
  }

  /** The kinds of actions that are wished; empty if all are. */
  List<String> wishedKinds() {
    var context = object("context");
    return context.has("only") ? context.texts("only") : List.of();
  }

  /** What something is to be called. */
  String newName() {
    return text("newName");
  }

  /** What names should be like; empty if none is given. */
  String query() {
    return has("query") ? text("query") : "";
  }

  /** The name of the command that is meant. */
  String command() {
    return text("command");
  }

  /** What comes with the command. */
  List<JsonElement> arguments() {
    return has("arguments") ? list("arguments").asList() : List.of();
  }

  /** The piece of work that is meant, as this server called it; empty for one it did not name. */
  Optional<String> token() {
    return json.get("token") instanceof JsonPrimitive token && token.isString()
        ? Optional.of(token.getAsString())
        : Optional.empty();
  }

  /** What a person has set; null of JSON if nothing is. */
  JsonElement settings() {
    return has("settings") ? json.get("settings") : JsonNull.INSTANCE;
  }

  /** The URIs of folders that an editor has opened. */
  List<String> addedFolders() {
    return object("event").objects("added").stream().map(folder -> folder.text("uri")).toList();
  }

  /** The URIs of folders that an editor has closed. */
  List<String> removedFolders() {
    return object("event").objects("removed").stream().map(folder -> folder.text("uri")).toList();
  }

  private Place asPlace() {
    return new Place(number("line"), number("character"));
  }

  private boolean has(String name) {
    return json.has(name) && !json.get(name).isJsonNull();
  }

  private Given object(String name) {
    if (json.get(name) instanceof JsonObject object) {
      return new Given(object, path + name + ".");
    }
    throw lacks(name, "an object");
  }

  private JsonArray list(String name) {
    if (json.get(name) instanceof JsonArray array) {
      return array;
    }
    throw lacks(name, "an array");
  }

  private List<Given> objects(String name) {
    var result = new ArrayList<Given>();
    for (var element : list(name)) {
      if (!(element instanceof JsonObject object)) {
        throw lacks(name, "an array of objects");
      }
      result.add(new Given(object, path + name + "."));
    }
    return result;
  }

  private List<String> texts(String name) {
    var result = new ArrayList<String>();
    for (var element : list(name)) {
      if (!(element instanceof JsonPrimitive word) || !word.isString()) {
        throw lacks(name, "an array of strings");
      }
      result.add(word.getAsString());
    }
    return result;
  }

  private String text(String name) {
    if (json.get(name) instanceof JsonPrimitive word && word.isString()) {
      return word.getAsString();
    }
    throw lacks(name, "a string");
  }

  private boolean truth(String name) {
    if (json.get(name) instanceof JsonPrimitive word && word.isBoolean()) {
      return word.getAsBoolean();
    }
    throw lacks(name, "a boolean");
  }

  /** One that is too large is the largest. */
  private int number(String name) {
    if (json.get(name) instanceof JsonPrimitive number && number.isNumber()) {
      return Math.clamp((long) number.getAsDouble(), 0, Integer.MAX_VALUE);
    }
    throw lacks(name, "a number");
  }

  private ResponseErrorException lacks(String name, String form) {
    return Refusal.ofParams(
        (has(name) ? "'%s%s' of the request is not %s" : "the request lacks '%s%s', %s")
            .formatted(path, name, form));
  }
}
