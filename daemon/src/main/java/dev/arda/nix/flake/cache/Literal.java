package dev.arda.nix.flake.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A string, number, boolean or null, as its JSON text. */
final class Literal extends TypedValue {

  static final Literal NULL = new Literal(ascii("null"));
  static final Literal TRUE = new Literal(ascii("true"));
  static final Literal FALSE = new Literal(ascii("false"));

  private static final long OWN_WEIGHT = Weights.object(Weights.REFERENCE);

  private final byte[] json;

  private Literal(byte[] json) {
    this.json = json;
  }

  /** A string. */
  static Literal string(String text) {
    return new Literal(Json.quote(text));
  }

  /** A string in a part of an array. */
  static Literal string(char[] text, int offset, int length) {
    return new Literal(Json.quote(text, offset, length));
  }

  /** A number, which keeps its text. */
  static Literal number(String text) {
    return new Literal(ascii(text));
  }

  /** The JSON form, to be read only. */
  byte[] text() {
    return json;
  }

  boolean isString() {
    return json[0] == '"';
  }

  boolean isNull() {
    return json[0] == 'n';
  }

  /**
   * Its type as {@code builtins.typeOf} names it; empty if the text does not tell. Nix 2.8 prints
   * 1.0 as {@code 1}, so that a whole number may be an integer or not.
   */
  String type() {
    return switch (json[0]) {
      case '"' -> "string";
      case 'n' -> "null";
      case 't', 'f' -> "bool";
      default -> {
        for (byte b : json) {
          if (b == '.' || b == 'e' || b == 'E') {
            yield "float";
          }
        }
        yield "";
      }
    };
  }

  @Override
  public long weight() {
    // Null and the booleans are shared.
    return json[0] == 'n' || json[0] == 't' || json[0] == 'f'
        ? 0
        : OWN_WEIGHT + Weights.array(json.length, 1);
  }

  @Override
  int size() {
    return 0;
  }

  @Override
  TypedValue part(int index) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  int flags() {
    return 0;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(json);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
