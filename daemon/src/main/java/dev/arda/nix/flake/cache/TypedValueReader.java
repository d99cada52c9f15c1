package dev.arda.nix.flake.cache;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one value in the typed encoding from a stream, with a stack of its own. */
final class TypedValueReader {

  private final JsonParser in;
  private final Deque<Open> open = new ArrayDeque<>();

  private TypedValueReader(JsonParser in) {
    this.in = in;
  }

  /**
   * Reads a value.
   *
   * @param in at the first token of the value; left at its last
   * @throws IOException if it is no typed value
   */
  static TypedValue read(JsonParser in) throws IOException {
    try {
      return new TypedValueReader(in).read();
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage() + " at " + in.currentTokenLocation(), e);
    }
  }

  private TypedValue read() throws IOException {
    while (true) {
      TypedValue value = begin();
      while (value != null) {
        Open around = open.peek();
        if (around == null) {
          return value;
        }
        around.add(value);
        value = proceed(around);
      }
    }
  }

  /** Reads a value that has no parts, or the beginning of one that has. */
  private @Nullable TypedValue begin() throws IOException {
    return switch (token()) {
      case VALUE_STRING -> string();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Literal.number(in.getText());
      case VALUE_TRUE -> Literal.TRUE;
      case VALUE_FALSE -> Literal.FALSE;
      case VALUE_NULL -> Literal.NULL;
      case START_ARRAY -> {
        if (in.nextToken() == JsonToken.END_ARRAY) {
          yield Elements.EMPTY;
        }
        open.push(new OpenList());
        yield null;
      }
      case START_OBJECT -> beginMarked();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw unexpected("a value");
    };
  }

  private @Nullable TypedValue beginMarked() throws IOException {
    in.nextToken();
    expect(JsonToken.FIELD_NAME);
    String mark = in.currentName();
    in.nextToken();
    return switch (mark) {
      case "attrs" -> beginFields(new OpenSet());
      case "derivation" -> beginFields(new OpenDerivation());
      case "function" -> opaque(Opaque.FUNCTION);
      case "external" -> opaque(Opaque.EXTERNAL);
      case "outPath" -> {
        open.push(new OpenOutPath());
        yield null;
      }
      case "toString" -> wrapped(Wrapped.Mark.TO_STRING);
      case "path" -> wrapped(Wrapped.Mark.PATH);
      case "float" -> wrapped(Wrapped.Mark.FLOAT);
      default -> throw new IOException("unknown mark " + mark + " at " + in.currentLocation());
    };
  }

  private @Nullable TypedValue beginFields(OpenFields fields) throws IOException {
    expect(JsonToken.START_OBJECT);
    if (in.nextToken() == JsonToken.END_OBJECT) {
      close();
      return fields.finish();
    }
    open.push(fields);
    field(fields);
    return null;
  }

  /** Goes on to the next part of what is open; returns the whole if there is none. */
  private @Nullable TypedValue proceed(Open around) throws IOException {
    in.nextToken();
    switch (around) {
      case OpenList list -> {
        if (in.currentToken() != JsonToken.END_ARRAY) {
          return null;
        }
      }
      case OpenFields fields -> {
        if (in.currentToken() != JsonToken.END_OBJECT) {
          field(fields);
          return null;
        }
        close();
      }
      case OpenOutPath outPath -> expect(JsonToken.END_OBJECT);
    }
    open.pop();
    return around.finish();
  }

  private void field(OpenFields fields) throws IOException {
    expect(JsonToken.FIELD_NAME);
    fields.name(in.currentName());
    in.nextToken();
  }

  private Literal string() throws IOException {
    return in.hasTextCharacters()
        ? Literal.string(in.getTextCharacters(), in.getTextOffset(), in.getTextLength())
        : Literal.string(in.getText());
  }

  private TypedValue opaque(Opaque value) throws IOException {
    expect(JsonToken.START_OBJECT);
    close();
    close();
    return value;
  }

  private TypedValue wrapped(Wrapped.Mark mark) throws IOException {
    expect(JsonToken.VALUE_STRING);
    Literal text = string();
    close();
    return new Wrapped(mark, text);
  }

  private void close() throws IOException {
    in.nextToken();
    expect(JsonToken.END_OBJECT);
  }

  private JsonToken token() throws IOException {
    JsonToken token = in.currentToken();
    if (token == null) {
      throw new IOException("the value ends early");
    }
    return token;
  }

  private void expect(JsonToken expected) throws IOException {
    if (token() != expected) {
      throw unexpected(expected.toString());
    }
  }

  private IOException unexpected(String expected) {
    return new IOException(
        "expected " + expected + ", got " + in.currentToken() + " at " + in.currentLocation());
  }

  /** A value that is being read. */
  private sealed interface Open permits OpenList, OpenFields, OpenOutPath {
    void add(TypedValue value);

    TypedValue finish() throws IOException;
  }

  /** A value whose parts have names. */
  private sealed interface OpenFields extends Open permits OpenSet, OpenDerivation {
    void name(String name) throws IOException;
  }

  private static final class OpenList implements Open {
    private final List<TypedValue> values = new ArrayList<>();

    @Override
    public void add(TypedValue value) {
      values.add(value);
    }

    @Override
    public TypedValue finish() {
      return Elements.of(values);
    }
  }

  private static final class OpenSet implements OpenFields {
    private final List<String> names = new ArrayList<>();
    private final List<TypedValue> values = new ArrayList<>();

    @Override
    public void name(String name) {
      names.add(name);
    }

    @Override
    public void add(TypedValue value) {
      values.add(value);
    }

    @Override
    public TypedValue finish() {
      return Attributes.of(names, values);
    }
  }

  private static final class OpenDerivation implements OpenFields {
    private final @Nullable TypedValue[] fields =
        new @Nullable TypedValue[Derivation.FIELDS.size()];
    private int current;

    @Override
    public void name(String name) throws IOException {
      current = Derivation.FIELDS.indexOf(name);
      if (current < 0 || fields[current] != null) {
        throw new IOException("unexpected or second " + name + " of a derivation");
      }
    }

    @Override
    public void add(TypedValue value) {
      fields[current] = value;
    }

    @Override
    public TypedValue finish() throws IOException {
      var complete = new TypedValue[fields.length];
      for (int i = 0; i < fields.length; i++) {
        TypedValue field = fields[i];
        if (field == null) {
          throw new IOException("a derivation without " + Derivation.FIELDS.get(i));
        }
        complete[i] = field;
      }
      return new Derivation(complete);
    }
  }

  private static final class OpenOutPath implements Open {
    private TypedValue value = Literal.NULL;

    @Override
    public void add(TypedValue added) {
      value = added;
    }

    @Override
    public TypedValue finish() {
      return new Wrapped(Wrapped.Mark.OUT_PATH, value);
    }
  }
}
