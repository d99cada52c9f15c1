package dev.arda.nix.flake.cache;

import java.util.List;

/** A list. */
final class Elements extends Composite {

  static final Elements EMPTY = new Elements(new TypedValue[0]);

  private final TypedValue[] values;

  private Elements(TypedValue[] values) {
    super(
        values,
        Weights.object(OWN_FIELDS + Weights.REFERENCE)
            + Weights.array(values.length, Weights.REFERENCE),
        1,
        flagsOf(values));
    this.values = values;
  }

  /** A list of these. */
  static Elements of(List<TypedValue> values) {
    return values.isEmpty() ? EMPTY : new Elements(values.toArray(TypedValue[]::new));
  }

  @Override
  int size() {
    return values.length;
  }

  @Override
  TypedValue part(int index) {
    return values[index];
  }
}
