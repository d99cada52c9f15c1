package dev.arda.nix.flake.cache;

/** A value that consists of others. What is true of the whole is computed once, from the parts. */
abstract sealed class Composite extends TypedValue
    permits Attributes, Elements, Derivation, Wrapped {

  private final long weight;
  private final int hash;
  private final int flags;

  /**
   * A value of parts.
   *
   * @param parts its parts
   * @param own the bytes it takes without its parts
   * @param hash what its parts do not tell of it
   * @param flags what is true of it
   */
  Composite(TypedValue[] parts, long own, int hash, int flags) {
    long bytes = own;
    int code = hash;
    for (TypedValue part : parts) {
      bytes += part.weight();
      code = 31 * code + part.hashCode();
    }
    this.weight = bytes;
    this.hash = code;
    this.flags = flags;
  }

  /** Bytes of the fields above. */
  static final int OWN_FIELDS = 16;

  /** The flags of all parts together. */
  static int flagsOf(TypedValue[] parts) {
    int flags = 0;
    for (TypedValue part : parts) {
      flags |= part.flags();
    }
    return flags;
  }

  @Override
  public final long weight() {
    return weight;
  }

  @Override
  final int flags() {
    return flags;
  }

  @Override
  public final int hashCode() {
    return hash;
  }
}
