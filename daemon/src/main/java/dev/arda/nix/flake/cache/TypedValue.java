package dev.arda.nix.flake.cache;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A value as the evaluator tells it in the typed encoding ({@link
 * dev.arda.nix.types.ValueEncoding#TYPED}), where nothing is lost. Immutable, and safe for any
 * thread; no method recurses, so that the depth of a value is limited by memory alone.
 *
 * <p>A value is a tree of small objects rather than its JSON text, because the cache takes values
 * apart and puts them together again without copying, finds one name among many without reading the
 * others, and writes most answers in another encoding than the one that came. The price is memory:
 * module options take about three times their text. To keep it at that, strings and numbers are
 * kept as the bytes of their JSON form, which are written as they are, and the names of a set are
 * one array.
 */
public abstract sealed class TypedValue implements Knowledge permits Literal, Composite, Opaque {

  /** The JSON form contains something that has none. */
  static final int HAS_OPAQUE = 1;

  /** The JSON form is what a function in the value returns. */
  static final int NEEDS_NIX = 2;

  /** Somewhere inside is a selection from a set that would itself be shown as something else. */
  static final int HAS_PROJECTION = 4;

  TypedValue() {}

  /**
   * Reads typed JSON.
   *
   * @param json UTF-8 text
   * @throws IOException if it is not the typed encoding of a value
   */
  public static TypedValue parse(byte[] json) throws IOException {
    try (JsonParser in = Json.FACTORY.createParser(json)) {
      if (in.nextToken() == null) {
        throw new IOException("a value was expected, and nothing is there");
      }
      TypedValue value = TypedValueReader.read(in);
      if (in.nextToken() != null) {
        throw new IOException("something follows the value at " + in.currentTokenLocation());
      }
      return value;
    }
  }

  /**
   * UTF-8 text of the typed encoding; what was parsed, byte for byte, if the evaluator wrote it.
   */
  public final byte[] typedJson() {
    var bytes = new ByteSink();
    try {
      writeTypedJson(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes {@link #typedJson}.
   *
   * @throws IOException as {@code out} does
   */
  public final void writeTypedJson(OutputStream out) throws IOException {
    ValueJson.writeTyped(this, out);
  }

  /**
   * The compatible JSON form, as {@code nix eval --json} prints the value: sets with an {@code
   * outPath} become its form, paths become strings.
   */
  public final JsonForm json() {
    if (is(NEEDS_NIX)) {
      return new JsonForm.NeedsNix();
    }
    return is(HAS_OPAQUE)
        ? ValueJson.firstOpaque(this)
        : new JsonForm.Text(out -> ValueJson.writePlain(this, out));
  }

  /** An estimate of its size on the heap, in bytes; more for each part that it has. */
  public abstract long weight();

  /** How many values it directly consists of. */
  abstract int size();

  /** One of the values it consists of. */
  abstract TypedValue part(int index);

  /** What is true of it. */
  abstract int flags();

  final boolean is(int flag) {
    return (flags() & flag) != 0;
  }

  /** Values are equal if their typed JSON is. */
  @Override
  public final boolean equals(Object other) {
    return other instanceof TypedValue value && ValueEquality.equal(this, value);
  }

  @Override
  public abstract int hashCode();

  /** The typed JSON. */
  @Override
  public final String toString() {
    return new String(typedJson(), StandardCharsets.UTF_8);
  }
}
