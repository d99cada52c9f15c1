package dev.arda.nix.flake.cache;

/** A value that only Nix can hold. */
final class Opaque extends TypedValue {

  static final Opaque FUNCTION = new Opaque("function", "a function", "lambda");

  /** A value of a plugin, whose type has a name of its own. */
  static final Opaque EXTERNAL = new Opaque("external", "a value from a Nix plugin", "");

  private final String mark;
  private final String description;
  private final String type;

  private Opaque(String mark, String description, String type) {
    this.mark = mark;
    this.description = description;
    this.type = type;
  }

  /** What the typed encoding calls it. */
  String mark() {
    return mark;
  }

  /** What a person is told. */
  String description() {
    return description;
  }

  /** Its type as {@code builtins.typeOf} names it; empty if unknown. */
  String type() {
    return type;
  }

  @Override
  public long weight() {
    return 0;
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
    return HAS_OPAQUE;
  }

  @Override
  public int hashCode() {
    return mark.hashCode();
  }
}
