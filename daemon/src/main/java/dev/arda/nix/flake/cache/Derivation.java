package dev.arda.nix.flake.cache;

import java.util.List;

/**
 * A derivation, of which only its identity is told. Anything but {@code outPath} is null if it is
 * missing, is null, or cannot be evaluated.
 */
final class Derivation extends Composite {

  /** What is told, in the order in which it is written. */
  static final List<String> FIELDS = List.of("drvPath", "name", "outputName", Attributes.OUT_PATH);

  /** Index of {@code outPath}. */
  static final int OUT_PATH = FIELDS.indexOf(Attributes.OUT_PATH);

  /** The attribute {@code type} of each. */
  static final Literal TYPE = Literal.string("derivation");

  private final TypedValue drvPath;
  private final TypedValue name;
  private final TypedValue outputName;
  private final TypedValue outPath;

  /**
   * A derivation.
   *
   * @param fields a value for each of {@link #FIELDS}
   */
  Derivation(TypedValue[] fields) {
    super(
        fields,
        Weights.object(OWN_FIELDS + FIELDS.size() * Weights.REFERENCE),
        2,
        (flagsOf(fields) & HAS_PROJECTION) | fields[OUT_PATH].flags());
    this.drvPath = fields[0];
    this.name = fields[1];
    this.outputName = fields[2];
    this.outPath = fields[OUT_PATH];
  }

  TypedValue outPath() {
    return outPath;
  }

  @Override
  int size() {
    return FIELDS.size();
  }

  @Override
  TypedValue part(int index) {
    return switch (index) {
      case 0 -> drvPath;
      case 1 -> name;
      case 2 -> outputName;
      case 3 -> outPath;
      default -> throw new IndexOutOfBoundsException(index);
    };
  }
}
