package dev.arda.nix.flake.eval;

import static dev.arda.nix.flake.eval.AnswerReader.expect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.types.ValueEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Turns one marked value, as {@code answer.nix} returns it, into the JSON that callers see. */
final class ValueWriter {

  private final JsonParser in;
  private final JsonGenerator out;
  private final boolean typed;

  /** What was begun and not ended, innermost first. A value may be deeper than any stack. */
  private final Deque<Open> open = new ArrayDeque<>();

  private ValueWriter(JsonParser in, JsonGenerator out, ValueEncoding encoding) {
    this.in = in;
    this.out = out;
    this.typed = encoding == ValueEncoding.TYPED;
  }

  /** Reads the value in a part of {@code bytes}. */
  static Answer write(byte[] bytes, int offset, int length, ValueEncoding encoding)
      throws IOException {
    var json = new ByteArrayOutputStream(Math.max(32, length));
    try (JsonParser in = AnswerReader.JSON.createParser(bytes, offset, length);
        JsonGenerator out = AnswerReader.JSON.createGenerator(json)) {
      in.nextToken();
      new ValueWriter(in, out, encoding).all();
      out.flush();
      return new Answer.Value(json.toByteArray(), List.of());
    } catch (Ended ended) {
      return ended.answer;
    }
  }

  /** Something with parts. */
  private abstract static sealed class Open {
    /** The step to the part that is being written; empty if it is no step. */
    String step = "";
  }

  private static final class OpenList extends Open {
    private long size;
  }

  private static final class OpenAttributes extends Open {
    private boolean begun;
  }

  private static final class OpenWrapper extends Open {
    private boolean begun;
  }

  private static final class OpenDerivation extends Open {}

  private void all() throws IOException, Ended {
    begin();
    while (!open.isEmpty()) {
      switch (open.element()) {
        case OpenList list -> proceed(list);
        case OpenAttributes attributes -> proceed(attributes);
        case OpenWrapper wrapper -> proceed(wrapper);
        case OpenDerivation _ -> proceedInDerivation();
      }
    }
  }

  /** Writes a value that has no parts, or begins one that has. */
  private void begin() throws IOException, Ended {
    switch (in.currentToken()) {
      case START_ARRAY -> {
        out.writeStartArray();
        open.push(new OpenList());
      }
      case START_OBJECT -> {
        if (in.nextToken() == JsonToken.FIELD_NAME && in.currentName().equals("!")) {
          in.nextToken();
          mark(in.getText());
        } else {
          if (typed) {
            out.writeStartObject();
            out.writeFieldName("attrs");
          }
          out.writeStartObject();
          open.push(new OpenAttributes());
        }
      }
      case VALUE_STRING -> {
        if (in.hasTextCharacters()) {
          out.writeString(in.getTextCharacters(), in.getTextOffset(), in.getTextLength());
        } else {
          out.writeString(in.getText());
        }
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(in.getText());
      case VALUE_TRUE -> out.writeBoolean(true);
      case VALUE_FALSE -> out.writeBoolean(false);
      case VALUE_NULL -> out.writeNull();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IOException("unexpected " + in.currentToken());
    }
  }

  private void proceed(OpenList list) throws IOException, Ended {
    if (in.nextToken() == JsonToken.END_ARRAY) {
      out.writeEndArray();
      open.pop();
    } else {
      list.step = Long.toString(list.size++);
      begin();
    }
  }

  /** At first the parser is at a name, or at the end. */
  private void proceed(OpenAttributes attributes) throws IOException, Ended {
    if (attributes.begun) {
      in.nextToken();
    }
    attributes.begun = true;
    if (in.currentToken() != JsonToken.FIELD_NAME) {
      out.writeEndObject();
      if (typed) {
        out.writeEndObject();
      }
      open.pop();
      return;
    }
    String name = in.currentName();
    if (!name.startsWith("=")) {
      throw new IOException("unmarked attribute " + name);
    }
    attributes.step = name.substring(1);
    out.writeFieldName(attributes.step);
    in.nextToken();
    begin();
  }

  /** At first the parser is at the value. */
  private void proceed(OpenWrapper wrapper) throws IOException, Ended {
    if (!wrapper.begun) {
      wrapper.begun = true;
      begin();
      return;
    }
    expect(in, in.nextToken(), JsonToken.END_OBJECT);
    if (typed) {
      out.writeEndObject();
    }
    open.pop();
  }

  private void proceedInDerivation() throws IOException, Ended {
    if (in.nextToken() == JsonToken.FIELD_NAME) {
      out.writeFieldName(in.currentName().equals("path") ? "outPath" : in.currentName());
      in.nextToken();
      begin();
    } else {
      out.writeEndObject();
      out.writeEndObject();
      open.pop();
    }
  }

  /**
   * A set that stands for something else; the parser is at the kind, and is left at the end of the
   * set, or in what is open then.
   */
  private void mark(String kind) throws IOException, Ended {
    switch (kind) {
      case "string" -> wrapper("toString");
      case "outPath" -> wrapper("outPath");
      case "path" -> wrapper("path");
      case "derivation" -> {
        out.writeStartObject();
        out.writeObjectFieldStart("derivation");
        open.push(new OpenDerivation());
      }
      case "function" -> withoutJson("function", "a function");
      case "external" -> withoutJson("external", "a value from a Nix plugin");
      case "float" -> {
        if (typed) {
          wrapper("float");
        } else {
          // As newer Nix does with what is no finite number.
          in.nextToken();
          in.nextToken();
          in.nextToken();
          out.writeNull();
        }
      }
      case "collapsed" -> throw new Ended(new Answer.Collapsed());
      case "names", "length" -> throw new Ended(readNames(kind));
      case "error" -> throw new Ended(new Answer.Mismatched(MismatchReader.read(in)));
      default -> throw new IOException("unknown mark " + kind);
    }
  }

  /** The only field is {@code value}. */
  private void wrapper(String typedName) throws IOException {
    if (typed) {
      out.writeStartObject();
      out.writeFieldName(typedName);
    }
    expect(in, in.nextToken(), JsonToken.FIELD_NAME);
    in.nextToken();
    open.push(new OpenWrapper());
  }

  private void withoutJson(String typedName, String what) throws IOException, Ended {
    if (!typed) {
      throw new Ended(new Answer.Mismatched(new Mismatch.NotJson(-1, at(), what)));
    }
    expect(in, in.nextToken(), JsonToken.END_OBJECT);
    out.writeStartObject();
    out.writeObjectFieldStart(typedName);
    out.writeEndObject();
    out.writeEndObject();
  }

  /** The way from the selected value to the part that is being written. */
  private List<String> at() {
    var result = new ArrayList<String>();
    open.descendingIterator()
        .forEachRemaining(part -> {
          if (part instanceof OpenList || part instanceof OpenAttributes) {
            result.add(part.step);
          }
        });
    return result;
  }

  private Answer readNames(String kind) throws IOException {
    in.nextToken();
    in.nextToken();
    var names = new ArrayList<String>();
    if (kind.equals("names")) {
      while (in.nextToken() == JsonToken.VALUE_STRING) {
        names.add(in.getText());
      }
    } else {
      for (long i = 0; i < Math.min(in.getLongValue(), 1000); i++) {
        names.add(Long.toString(i));
      }
    }
    return new Answer.Names(names);
  }

  /** Ends the reading early with an answer that is no value. */
  @SuppressWarnings("serial") // never leaves this class
  private static final class Ended extends Exception {
    private final Answer answer;

    Ended(Answer answer) {
      super(null, null, false, false);
      this.answer = answer;
    }
  }
}
