package dev.arda.lsp.protocol;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an editor says of itself in {@code initialize}. What it does not say, or says in another
 * form than the protocol has, counts as not said.
 *
 * <p>Read from the JSON itself: LSP4J has two hundred classes for it, and to look at all of them
 * for a handful of words takes a good part of the time until the editor has its answer.
 *
 * @param params as it came
 */
record Introduction(JsonObject params) {

  /** Its process. */
  Optional<Long> process() {
    return at("processId")
        .filter(found -> found instanceof JsonPrimitive number && number.isNumber())
        .map(JsonElement::getAsLong);
  }

  /** The URIs of its folders. */
  List<String> folders() {
    var result = new ArrayList<String>();
    for (var folder : list("workspaceFolders")) {
      if (folder instanceof JsonObject object) {
        text(object.get("uri")).ifPresent(result::add);
      }
    }
    if (result.isEmpty()) { // what older editors say
      at("rootUri").flatMap(Introduction::text).ifPresent(result::add);
    }
    return result;
  }

  /** What was set for this server; null of JSON if nothing was. */
  JsonElement options() {
    return at("initializationOptions").orElse(JsonNull.INSTANCE);
  }

  /** In which units it can count columns, best first; empty if it does not say. */
  List<String> encodings() {
    var result = new ArrayList<String>();
    for (var encoding : list("capabilities", "general", "positionEncodings")) {
      text(encoding).ifPresent(result::add);
    }
    return result;
  }

  /** Whether it shows the progress of what goes on. */
  boolean showsProgress() {
    return isTrue("capabilities", "window", "workDoneProgress");
  }

  /** Whether it asks for faults, and can be told to ask again. */
  boolean asksForFaults() {
    return at("capabilities", "textDocument", "diagnostic").isPresent()
        && isTrue("capabilities", "workspace", "diagnostics", "refreshSupport");
  }

  /** Whether it takes edits with the versions of the documents that they are meant for. */
  boolean takesVersions() {
    return isTrue("capabilities", "workspace", "workspaceEdit", "documentChanges");
  }

  /** Whether it can be asked what is set. */
  boolean tellsSettings() {
    return isTrue("capabilities", "workspace", "configuration");
  }

  /** Whether it can be told to ask anew for the values beside paths. */
  boolean refreshesInlayHints() {
    return isTrue("capabilities", "workspace", "inlayHint", "refreshSupport");
  }

  private Optional<JsonElement> at(String... path) {
    JsonElement here = params;
    for (var name : path) {
      if (!(here instanceof JsonObject object) || !object.has(name)) {
        return Optional.empty();
      }
      here = object.get(name);
    }
    return Optional.of(here).filter(found -> !found.isJsonNull());
  }

  private boolean isTrue(String... path) {
    return at(path)
        .filter(
            found -> found instanceof JsonPrimitive word && word.isBoolean() && word.getAsBoolean())
        .isPresent();
  }

  private JsonArray list(String... path) {
    return at(path).orElse(JsonNull.INSTANCE) instanceof JsonArray list ? list : new JsonArray();
  }

  private static Optional<String> text(JsonElement element) {
    return element instanceof JsonPrimitive word && word.isString()
        ? Optional.of(word.getAsString())
        : Optional.empty();
  }
}
