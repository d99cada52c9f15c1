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
  private final ValueEncoding encoding;

  /** The way from the selected value to the part that is being written. */
  private final Deque<String> at = new ArrayDeque<>();

  private ValueWriter(JsonParser in, JsonGenerator out, ValueEncoding encoding) {
    this.in = in;
    this.out = out;
    this.encoding = encoding;
  }

  /** Reads the value in a part of {@code bytes}. */
  static Answer write(byte[] bytes, int offset, int length, ValueEncoding encoding)
      throws IOException {
    var json = new ByteArrayOutputStream(Math.max(32, length));
    try (JsonParser in = AnswerReader.JSON.createParser(bytes, offset, length);
        JsonGenerator out = AnswerReader.JSON.createGenerator(json)) {
      in.nextToken();
      new ValueWriter(in, out, encoding).value();
      out.flush();
      return new Answer.Value(json.toByteArray(), List.of());
    } catch (Ended ended) {
      return ended.answer;
    }
  }

  private void value() throws IOException, Ended {
    switch (in.currentToken()) {
      case START_ARRAY -> {
        out.writeStartArray();
        for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
          at.addLast(Integer.toString(i));
          value();
          at.removeLast();
        }
        out.writeEndArray();
      }
      case START_OBJECT -> {
        if (in.nextToken() == JsonToken.FIELD_NAME && in.currentName().equals("!")) {
          in.nextToken();
          mark(in.getText());
        } else {
          attributes();
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

  /** An attribute set; the parser is at its first name, or at its end. */
  private void attributes() throws IOException, Ended {
    if (encoding == ValueEncoding.TYPED) {
      out.writeStartObject();
      out.writeFieldName("attrs");
    }
    out.writeStartObject();
    while (in.currentToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      if (!name.startsWith("=")) {
        throw new IOException("unmarked attribute " + name);
      }
      name = name.substring(1);
      out.writeFieldName(name);
      in.nextToken();
      at.addLast(name);
      value();
      at.removeLast();
      in.nextToken();
    }
    out.writeEndObject();
    if (encoding == ValueEncoding.TYPED) {
      out.writeEndObject();
    }
  }

  /**
   * A set that stands for something else; the parser is at the kind, and is left at the end of the
   * set.
   */
  private void mark(String kind) throws IOException, Ended {
    switch (kind) {
      case "string" -> wrapped("toString");
      case "outPath" -> wrapped("outPath");
      case "path" -> wrapped("path");
      case "derivation" -> derivation();
      case "function" -> withoutJson("function", "a function");
      case "external" -> withoutJson("external", "a value from a Nix plugin");
      case "float" -> {
        if (encoding == ValueEncoding.TYPED) {
          wrapped("float");
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
  private void wrapped(String typedName) throws IOException, Ended {
    boolean typed = encoding == ValueEncoding.TYPED;
    if (typed) {
      out.writeStartObject();
      out.writeFieldName(typedName);
    }
    expect(in, in.nextToken(), JsonToken.FIELD_NAME);
    in.nextToken();
    value();
    expect(in, in.nextToken(), JsonToken.END_OBJECT);
    if (typed) {
      out.writeEndObject();
    }
  }

  private void derivation() throws IOException, Ended {
    out.writeStartObject();
    out.writeObjectFieldStart("derivation");
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      out.writeFieldName(in.currentName().equals("path") ? "outPath" : in.currentName());
      in.nextToken();
      value();
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private void withoutJson(String typedName, String what) throws IOException, Ended {
    if (encoding == ValueEncoding.JSON) {
      throw new Ended(new Answer.Mismatched(new Mismatch.NotJson(-1, new ArrayList<>(at), what)));
    }
    expect(in, in.nextToken(), JsonToken.END_OBJECT);
    out.writeStartObject();
    out.writeObjectFieldStart(typedName);
    out.writeEndObject();
    out.writeEndObject();
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
