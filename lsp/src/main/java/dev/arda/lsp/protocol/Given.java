package dev.arda.lsp.protocol;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.arda.lsp.document.Documents.Change;
import dev.arda.lsp.text.LineIndex.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/**
 * What came with a method, as JSON. What every editor asks first is read by this: LSP4J reads by
 * reflection, which takes a process that has just begun longer than an answer.
 *
 * <p>What the protocol requires and is not there is refused by its name.
 *
 * @param json as it came
 */
record Given(JsonObject json) {

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

  /** What was changed in the document that is meant, in order. */
  List<Change> changes() {
    var result = new ArrayList<Change>();
    if (!(json.get("contentChanges") instanceof JsonArray changes)) {
      throw lacks("contentChanges");
    }
    for (var change : changes) {
      result.add(new Given(change.getAsJsonObject()).asChange());
    }
    return result;
  }

  private Change asChange() {
    if (!(json.get("range") instanceof JsonObject)) {
      return new Change(Optional.empty(), Optional.empty(), text("text"));
    }
    var range = object("range");
    return new Change(
        Optional.of(range.object("start").asPlace()),
        Optional.of(range.object("end").asPlace()),
        text("text"));
  }

  private Place asPlace() {
    return new Place(number("line"), number("character"));
  }

  private Given object(String name) {
    if (json.get(name) instanceof JsonObject object) {
      return new Given(object);
    }
    throw lacks(name);
  }

  private String text(String name) {
    if (json.get(name) instanceof JsonPrimitive word && word.isString()) {
      return word.getAsString();
    }
    throw lacks(name);
  }

  /** One that is too large is the largest. */
  private int number(String name) {
    JsonElement found = json.get(name);
    if (found instanceof JsonPrimitive number && number.isNumber()) {
      return Math.clamp((long) number.getAsDouble(), 0, Integer.MAX_VALUE);
    }
    throw lacks(name);
  }

  private static ResponseErrorException lacks(String name) {
    return new ResponseErrorException(
        new ResponseError(
            ResponseErrorCode.InvalidParams, "the request lacks '%s'".formatted(name), null));
  }
}
