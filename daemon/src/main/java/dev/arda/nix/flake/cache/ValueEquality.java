package dev.arda.nix.flake.cache;

import java.util.ArrayDeque;
import java.util.Arrays;

/** Compares values without recursion. */
final class ValueEquality {

  private ValueEquality() {}

  @SuppressWarnings("ReferenceEquality") // this is what equality is made of
  static boolean equal(TypedValue one, TypedValue other) {
    var pending = new ArrayDeque<TypedValue>();
    pending.push(one);
    pending.push(other);
    while (!pending.isEmpty()) {
      TypedValue right = pending.pop();
      TypedValue left = pending.pop();
      if (left == right) {
        continue;
      }
      if (left.hashCode() != right.hashCode() || !alike(left, right)) {
        return false;
      }
      for (int i = 0; i < left.size(); i++) {
        pending.push(left.part(i));
        pending.push(right.part(i));
      }
    }
    return true;
  }

  /** Whether two values differ in their parts at most. */
  private static boolean alike(TypedValue left, TypedValue right) {
    return switch (left) {
      case Literal a -> right instanceof Literal b && Arrays.equals(a.text(), b.text());
      case Opaque a -> false;
      case Attributes a -> right instanceof Attributes b && a.hasNamesOf(b);
      case Elements a -> right instanceof Elements b && a.size() == b.size();
      case Derivation a -> right instanceof Derivation;
      case Wrapped a -> right instanceof Wrapped b && a.mark() == b.mark();
    };
  }
}
