package dev.arda.nix.flake.cache;

/** A value that stands for another one of a kind that JSON does not have. */
final class Wrapped extends Composite {

  /** The kinds. */
  enum Mark {
    /** A set that is shown as its {@code outPath}, and is no derivation. */
    OUT_PATH("outPath", ""),
    /** A set that is shown as the string its {@code __toString} returns. */
    TO_STRING("toString", ""),
    /** A path, by its text. */
    PATH("path", "path"),
    /** Infinity, or no number; by its text. */
    FLOAT("float", "float");

    private final String json;
    private final String type;

    Mark(String json, String type) {
      this.json = json;
      this.type = type;
    }

    /** What the typed encoding calls it. */
    String json() {
      return json;
    }

    /** The type as {@code builtins.typeOf} names it; empty for attribute sets. */
    String type() {
      return type;
    }

    /** Whether the value is an attribute set in truth. */
    boolean isSet() {
      return type.isEmpty();
    }
  }

  private final Mark mark;
  private final TypedValue value;

  /**
   * A wrapped value.
   *
   * @param value a string, unless the mark is {@link Mark#OUT_PATH}
   */
  Wrapped(Mark mark, TypedValue value) {
    super(
        new TypedValue[] {value},
        Weights.object(OWN_FIELDS + 2 * Weights.REFERENCE),
        mark.json().hashCode(),
        value.flags());
    if (mark != Mark.OUT_PATH && !(value instanceof Literal literal && literal.isString())) {
      throw new IllegalArgumentException(mark.json() + " stands for a string, not for " + value);
    }
    this.mark = mark;
    this.value = value;
  }

  Mark mark() {
    return mark;
  }

  TypedValue value() {
    return value;
  }

  @Override
  int size() {
    return 1;
  }

  @Override
  TypedValue part(int index) {
    return value;
  }
}
