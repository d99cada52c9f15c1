package dev.arda.nix.flake.cache;

import dev.arda.nix.flake.cache.Partial.Facts;
import dev.arda.nix.flake.cache.Partial.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts two pieces of knowledge about the same value together. Which comes first does not matter,
 * except that the first is returned itself if the second adds nothing.
 *
 * <p>Recursion goes as deep as partial knowledge does, which is no deeper than selectors are long.
 */
@SuppressWarnings("ReferenceEquality") // what stays itself shows that nothing was learnt
final class Merge {

  private final Deque<String> at = new ArrayDeque<>();

  private Merge() {}

  /**
   * All that is known.
   *
   * @throws ContradictionException if not both can be true
   */
  static Knowledge of(Knowledge known, Knowledge told) {
    return new Merge().merge(known, told);
  }

  private Knowledge merge(Knowledge known, Knowledge told) {
    if (known == told || told == Partial.NOTHING) {
      return known;
    }
    if (known == Partial.NOTHING) {
      return told;
    }
    if (known instanceof TypedValue a && told instanceof TypedValue b) {
      if (!a.equals(b)) {
        throw contradiction("the value is not the same as before");
      }
      return known;
    }
    Partial before = Partial.of(known);
    Partial after = merge(before, Partial.of(told));
    return after == before ? known : after.compacted();
  }

  private Partial merge(Partial known, Partial told) {
    var facts = new Facts();
    facts.kind = one(known.kind(), told.kind(), Kind.UNKNOWN, "kind");
    facts.complete = known.complete() || told.complete();
    facts.length = one(known.length(), told.length(), -1, "length");
    facts.scalarType = one(known.scalarType(), told.scalarType(), "", "type");
    facts.snapshot = snapshot(known.snapshot(), told.snapshot());
    boolean same =
        facts.kind == known.kind()
            && facts.complete == known.complete()
            && facts.length == known.length()
            && facts.scalarType.equals(known.scalarType())
            && facts.snapshot == known.snapshot();
    same &= mergeParts(known, told, facts);
    check(facts);
    return same ? known : facts.build();
  }

  /** Merges the parts, which are in order on both sides; whether {@code known} had them all. */
  private boolean mergeParts(Partial known, Partial told, Facts facts) {
    boolean same = true;
    int i = 0;
    int j = 0;
    while (i < known.size() || j < told.size()) {
      int order =
          i == known.size()
              ? 1
              : j == told.size() ? -1 : Names.BYTEWISE.compare(known.name(i), told.name(j));
      String name = order <= 0 ? known.name(i) : told.name(j);
      Knowledge before = order <= 0 ? known.part(i) : outside(known, facts, name);
      Knowledge more = order >= 0 ? told.part(j) : outside(told, facts, name);
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
      at.addLast(name);
      Knowledge part = mergePart(before, more);
      at.removeLast();
      boolean follows = part instanceof Gap && isOutside(facts, name);
      same &= order <= 0 ? part == before && !follows : follows;
      if (!follows) {
        facts.add(name, part);
      }
    }
    return same;
  }

  private Knowledge mergePart(Knowledge before, Knowledge more) {
    if (before == Gap.UNASKED || before == more) {
      return more;
    }
    if (more == Gap.UNASKED) {
      return before;
    }
    if (before instanceof Gap a && more instanceof Gap b) {
      return a.compareTo(b) >= 0 ? a : b;
    }
    if (before instanceof Gap || more instanceof Gap) {
      throw contradiction("it exists in one answer and is missing in another");
    }
    return merge(before, more);
  }

  /** What a side says of a name that it does not list. */
  private static Knowledge outside(Partial side, Facts facts, String name) {
    boolean absent = side.complete() || (side.length() >= 0 && isOutside(facts, name));
    return absent ? Gap.ABSENT : Gap.UNASKED;
  }

  /**
   * Whether it follows from the completeness of a set, or the length of a list, what is missing.
   */
  private static boolean isOutside(Facts facts, String name) {
    return facts.complete
        || (facts.length >= 0 && Names.canBeElement(name) && Long.parseLong(name) >= facts.length);
  }

  /** That the parts fit the kind. */
  private void check(Facts facts) {
    if (facts.kind == Kind.SCALAR && !facts.names.isEmpty()) {
      throw contradiction("a value without parts has parts");
    }
    if (facts.kind != Kind.LIST) {
      return;
    }
    long present = -1;
    long absent = Long.MAX_VALUE;
    for (int i = 0; i < facts.names.size(); i++) {
      if (!Names.canBeElement(facts.names.get(i))) {
        throw contradiction("an element of a list has a name");
      }
      long index = Long.parseLong(facts.names.get(i));
      if (facts.parts.get(i) instanceof Gap) {
        absent = Math.min(absent, index);
      } else {
        present = Math.max(present, index);
      }
    }
    if (absent < present
        || (facts.length >= 0 && (present >= facts.length || absent < facts.length))) {
      throw contradiction("an element is outside of its list");
    }
  }

  private @Nullable TypedValue snapshot(@Nullable TypedValue a, @Nullable TypedValue b) {
    if (a != null && b != null && !a.equals(b)) {
      throw contradiction("the value is not the same as before");
    }
    return a != null ? a : b;
  }

  private <T> T one(T a, T b, T unknown, String what) {
    if (a.equals(unknown)) {
      return b;
    }
    if (b.equals(unknown) || a.equals(b)) {
      return a;
    }
    throw contradiction("its " + what + " was " + a + " and is " + b);
  }

  private ContradictionException contradiction(String message) {
    List<String> path = new ArrayList<>(at);
    return new ContradictionException(path, message);
  }
}
