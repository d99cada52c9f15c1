package dev.arda.nix.flake.selector;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The JSON form of selectors, in which they are handed to Nix: an array of steps {@code {"type":
 * "all"}}, {@code {"type": "str", "value": "a"}}, {@code {"type": "maybe", "value": "a"}} and
 * {@code {"type": "set", "value": [...]}}, whose entries are {@code str} and {@code maybe}.
 *
 * <p>What is written is, byte for byte, what clan writes with Python's {@code json.dumps}: ASCII
 * only, a space after commas and colons, {@code type} before {@code value}. Any layout and order is
 * read.
 */
public final class SelectorJson {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .build();

  private SelectorJson() {}

  /** Writes a selector; the text is ASCII and holds no control characters. */
  public static String write(Selector selector) {
    var out = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.setHighestNonEscapedChar('~');
      json.setPrettyPrinter(new PythonLayout());
      json.writeStartArray();
      for (Step step : selector.steps()) {
        write(json, step);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a selector could not be written to memory", e);
    }
    return out.toString();
  }

  private static void write(JsonGenerator json, Step step) throws IOException {
    switch (step) {
      case Step.All() -> {
        json.writeStartObject();
        json.writeStringField("type", "all");
        json.writeEndObject();
      }
      case Step.Name(String name) -> write(json, "str", name);
      case Step.Maybe(String name) -> write(json, "maybe", name);
      case Step.Names(List<Step.Entry> entries) -> {
        json.writeStartObject();
        json.writeStringField("type", "set");
        json.writeArrayFieldStart("value");
        for (Step.Entry entry : entries) {
          write(json, entry.optional() ? "maybe" : "str", entry.name());
        }
        json.writeEndArray();
        json.writeEndObject();
      }
    }
  }

  private static void write(JsonGenerator json, String type, String name) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", type);
    json.writeStringField("value", name);
    json.writeEndObject();
  }

  /**
   * Reads a selector.
   *
   * @throws FlakeException with the reason {@code SELECTOR_INVALID} if the text is not JSON, not of
   *     this form, or describes a selector that cannot be written; the message names the step, the
   *     entry and the line and column
   */
  public static Selector read(String text) {
    try (JsonParser json = FACTORY.createParser(text)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw invalid(json, "", "an array of steps is expected");
      }
      var steps = new ArrayList<Step>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        steps.add(step(json, "step " + (steps.size() + 1)));
      }
      if (json.nextToken() != null) {
        throw invalid(json, "", "there is something after the array");
      }
      try {
        return new Selector(steps);
      } catch (IllegalArgumentException e) {
        throw invalid(json, "", String.valueOf(e.getMessage()));
      }
    } catch (JsonProcessingException e) {
      var where = e.getLocation();
      throw invalid(
          where == null ? 1 : where.getLineNr(),
          where == null ? 1 : where.getColumnNr(),
          "",
          SelectorFaults.printable(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException("a selector could not be read from memory", e);
    }
  }

  private static Step step(JsonParser json, String place) throws IOException {
    Fields fields = fields(json, place, true);
    return switch (fields.type()) {
      case "all" -> {
        if (fields.name().isPresent() || fields.entries().isPresent()) {
          throw invalid(json, place, "a step of type \"all\" has no \"value\"");
        }
        yield new Step.All();
      }
      case "str" -> checked(json, place, () -> new Step.Name(name(json, place, fields)));
      case "maybe" -> checked(json, place, () -> new Step.Maybe(name(json, place, fields)));
      case "set" ->
          new Step.Names(
              fields
                  .entries()
                  .orElseThrow(
                      () -> invalid(json, place, "the \"value\" of a set must be an array")));
      default ->
          throw invalid(
              json,
              place,
              "the \"type\" must be \"all\", \"str\", \"maybe\" or \"set\", not \"%s\""
                  .formatted(SelectorFaults.excerpt(fields.type())));
    };
  }

  private static List<Step.Entry> entries(JsonParser json, String place) throws IOException {
    var entries = new ArrayList<Step.Entry>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String entryPlace = place + ", entry " + (entries.size() + 1);
      Fields fields = fields(json, entryPlace, false);
      boolean optional =
          switch (fields.type()) {
            case "str" -> false;
            case "maybe" -> true;
            default ->
                throw invalid(
                    json,
                    entryPlace,
                    "the \"type\" must be \"str\" or \"maybe\", not \"%s\""
                        .formatted(SelectorFaults.excerpt(fields.type())));
          };
      entries.add(
          checked(
              json, entryPlace, () -> new Step.Entry(name(json, entryPlace, fields), optional)));
    }
    return entries;
  }

  /** Reads an object whose fields may come in any order; the current token must be its start. */
  private static Fields fields(JsonParser json, String place, boolean mayHoldEntries)
      throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw invalid(json, place, "an object with \"type\" is expected");
    }
    Optional<String> type = Optional.empty();
    Optional<String> name = Optional.empty();
    Optional<List<Step.Entry>> entries = Optional.empty();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      JsonToken token = json.nextToken();
      switch (field) {
        case "type" -> {
          if (token != JsonToken.VALUE_STRING) {
            throw invalid(json, place, "the \"type\" must be a string");
          }
          type = Optional.of(json.getText());
        }
        case "value" -> {
          if (token == JsonToken.VALUE_STRING) {
            name = Optional.of(json.getText());
          } else if (token == JsonToken.START_ARRAY && mayHoldEntries) {
            entries = Optional.of(entries(json, place));
          } else {
            throw invalid(
                json,
                place,
                mayHoldEntries
                    ? "the \"value\" must be a string or an array"
                    : "the \"value\" must be a string");
          }
        }
        default ->
            throw invalid(
                json, place, "there is no field \"%s\"".formatted(SelectorFaults.excerpt(field)));
      }
    }
    return new Fields(
        type.orElseThrow(() -> invalid(json, place, "the \"type\" is missing")), name, entries);
  }

  private static String name(JsonParser json, String place, Fields fields) {
    return fields.name().orElseThrow(() -> invalid(json, place, "the \"value\" must be a string"));
  }

  private static <T> T checked(JsonParser json, String place, Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      throw invalid(json, place, String.valueOf(e.getMessage()));
    }
  }

  private static FlakeException invalid(JsonParser json, String place, String what) {
    var where = json.currentLocation();
    return invalid(where.getLineNr(), where.getColumnNr(), place, what);
  }

  private static FlakeException invalid(int line, int column, String place, String what) {
    return new FlakeException(
        Reason.SELECTOR_INVALID,
        "The JSON of a selector is wrong at line %d, column %d%s: %s."
            .formatted(line, column, place.isEmpty() ? "" : " (" + place + ")", what),
        Details.NONE.with("fault", "json"));
  }

  private record Fields(String type, Optional<String> name, Optional<List<Step.Entry>> entries) {}
}
