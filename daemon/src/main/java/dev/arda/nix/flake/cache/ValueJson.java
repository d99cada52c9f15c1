package dev.arda.nix.flake.cache;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes values as JSON. Goes through them with a stack of its own, so that no depth is too deep.
 */
final class ValueJson {

  private static final byte[] ATTRS = ascii("{\"attrs\":{");
  private static final byte[] DERIVATION = ascii("{\"derivation\":{");
  private static final byte[] CLOSE_TWICE = ascii("}}");

  private ValueJson() {}

  /** Writes the typed encoding. */
  static void writeTyped(TypedValue root, OutputStream out) throws IOException {
    var stack = new Stack();
    stack.push(root);
    while (!stack.isEmpty()) {
      TypedValue value = stack.top();
      int index = stack.next();
      if (index == 0) {
        open(value, out);
      }
      if (index == value.size()) {
        close(value, out);
        stack.pop();
        continue;
      }
      label(value, index, out);
      stack.push(value.part(index));
    }
  }

  private static void open(TypedValue value, OutputStream out) throws IOException {
    switch (value) {
      case Literal literal -> out.write(literal.text());
      case Opaque opaque -> out.write(ascii("{\"" + opaque.mark() + "\":{}}"));
      case Attributes attributes -> out.write(ATTRS);
      case Elements elements -> out.write('[');
      case Derivation derivation -> out.write(DERIVATION);
      case Wrapped wrapped -> out.write(ascii("{\"" + wrapped.mark().json() + "\":"));
    }
  }

  private static void label(TypedValue value, int index, OutputStream out) throws IOException {
    if (index > 0) {
      out.write(',');
    }
    switch (value) {
      case Attributes attributes -> name(attributes, index, out);
      case Derivation derivation -> out.write(ascii('"' + Derivation.FIELDS.get(index) + "\":"));
      case Elements elements -> {}
      case Wrapped wrapped -> {}
      case Literal literal -> {}
      case Opaque opaque -> {}
    }
  }

  private static void close(TypedValue value, OutputStream out) throws IOException {
    switch (value) {
      case Attributes attributes -> out.write(CLOSE_TWICE);
      case Derivation derivation -> out.write(CLOSE_TWICE);
      case Elements elements -> out.write(']');
      case Wrapped wrapped -> out.write('}');
      case Literal literal -> {}
      case Opaque opaque -> {}
    }
  }

  /** Writes the compatible form of a value that has one. */
  static void writePlain(TypedValue root, OutputStream out) throws IOException {
    var stack = new Stack();
    stack.push(shown(root));
    while (!stack.isEmpty()) {
      TypedValue value = stack.top();
      int index = stack.next();
      boolean list = value instanceof Elements;
      if (index == 0) {
        if (value instanceof Literal literal) {
          out.write(literal.text());
          stack.pop();
          continue;
        }
        out.write(list ? '[' : '{');
      }
      if (index == value.size()) {
        out.write(list ? ']' : '}');
        stack.pop();
        continue;
      }
      if (index > 0) {
        out.write(',');
      }
      if (value instanceof Attributes attributes) {
        name(attributes, index, out);
      }
      stack.push(shown(value.part(index)));
    }
  }

  /** Where the first thing without a JSON form is, in the order in which values are written. */
  static JsonForm.NotSerialisable firstOpaque(TypedValue root) {
    var at = new ArrayList<String>();
    TypedValue value = shown(root);
    // A part that is flagged leads to one, so that there is no way back to go.
    while (!(value instanceof Opaque)) {
      int index = 0;
      while (!shown(value.part(index)).is(TypedValue.HAS_OPAQUE)) {
        index++;
      }
      at.add(
          value instanceof Attributes attributes
              ? attributes.name(index)
              : Integer.toString(index));
      value = shown(value.part(index));
    }
    return new JsonForm.NotSerialisable(List.copyOf(at), ((Opaque) value).description());
  }

  /** What a value is shown as: a literal, a list, a set without {@code outPath}, or an opaque. */
  private static TypedValue shown(TypedValue value) {
    TypedValue shown = value;
    while (true) {
      switch (shown) {
        case Wrapped wrapped when wrapped.mark() == Wrapped.Mark.FLOAT -> {
          return Literal.NULL;
        }
        case Wrapped wrapped -> shown = wrapped.value();
        case Derivation derivation -> shown = derivation.outPath();
        case Attributes attributes -> {
          int outPath = attributes.findOutPath();
          if (outPath < 0) {
            return attributes;
          }
          shown = attributes.part(outPath);
        }
        case Literal literal -> {
          return literal;
        }
        case Elements elements -> {
          return elements;
        }
        case Opaque opaque -> {
          return opaque;
        }
      }
    }
  }

  private static void name(Attributes attributes, int index, OutputStream out) throws IOException {
    Json.writeQuoted(
        attributes.nameBytes(), attributes.nameStart(index), attributes.nameEnd(index), out);
    out.write(':');
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The values that are being written, and which part of each comes next. */
  private static final class Stack {
    private TypedValue[] values = new TypedValue[16];
    private int[] indices = new int[16];
    private int depth;

    void push(TypedValue value) {
      if (depth == values.length) {
        values = Arrays.copyOf(values, 2 * depth);
        indices = Arrays.copyOf(indices, 2 * depth);
      }
      values[depth] = value;
      indices[depth++] = 0;
    }

    boolean isEmpty() {
      return depth == 0;
    }

    TypedValue top() {
      return values[depth - 1];
    }

    int next() {
      return indices[depth - 1]++;
    }

    void pop() {
      depth--;
    }
  }
}
