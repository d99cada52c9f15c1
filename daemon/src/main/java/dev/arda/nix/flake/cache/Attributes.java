package dev.arda.nix.flake.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An attribute set, or a selection of attributes. Names are in bytewise order, in which Nix writes
 * them.
 */
final class Attributes extends Composite {

  /** A set with it is shown as the value of this attribute. */
  static final String OUT_PATH = "outPath";

  /** A set with it is shown as what this function returns. */
  static final String TO_STRING = "__toString";

  static final Attributes EMPTY = new Attributes(new byte[0], new int[0], new TypedValue[0]);

  private static final byte[] OUT_PATH_BYTES = OUT_PATH.getBytes(StandardCharsets.UTF_8);
  private static final byte[] TO_STRING_BYTES = TO_STRING.getBytes(StandardCharsets.UTF_8);

  /** All names in UTF-8, one after another. */
  private final byte[] names;

  /** Where each name ends. */
  private final int[] ends;

  private final TypedValue[] values;

  private Attributes(byte[] names, int[] ends, TypedValue[] values) {
    super(
        values,
        Weights.object(OWN_FIELDS + 3 * Weights.REFERENCE)
            + Weights.array(names.length, 1)
            + Weights.array(ends.length, 4)
            + Weights.array(values.length, Weights.REFERENCE),
        31 * Arrays.hashCode(names) + Arrays.hashCode(ends),
        flags(names, ends, values));
    this.names = names;
    this.ends = ends;
    this.values = values;
  }

  /**
   * A set.
   *
   * @param names in any order
   * @param values in the same order
   * @throws IllegalArgumentException if a name occurs twice or is no Unicode text
   */
  static Attributes of(List<String> names, List<? extends TypedValue> values) {
    if (names.isEmpty()) {
      return EMPTY;
    }
    byte[][] keys = new byte[names.size()][];
    int total = 0;
    boolean sorted = true;
    for (int i = 0; i < keys.length; i++) {
      keys[i] = Json.utf8(names.get(i));
      total = Math.addExact(total, keys[i].length);
      sorted &= i == 0 || Arrays.compareUnsigned(keys[i - 1], keys[i]) < 0;
    }
    Integer[] order = IntStream.range(0, keys.length).boxed().toArray(Integer[]::new);
    if (!sorted) {
      Arrays.sort(order, Comparator.comparing(i -> keys[i], Arrays::compareUnsigned));
    }
    byte[] text = new byte[total];
    int[] ends = new int[keys.length];
    TypedValue[] parts = new TypedValue[keys.length];
    int end = 0;
    for (int i = 0; i < keys.length; i++) {
      byte[] key = keys[order[i]];
      if (i > 0 && Arrays.equals(keys[order[i - 1]], key)) {
        throw new IllegalArgumentException("attribute " + names.get(order[i]) + " occurs twice");
      }
      System.arraycopy(key, 0, text, end, key.length);
      end += key.length;
      ends[i] = end;
      parts[i] = values.get(order[i]);
    }
    return new Attributes(text, ends, parts);
  }

  /** The name of a part. */
  String name(int index) {
    int start = start(ends, index);
    return new String(names, start, ends[index] - start, StandardCharsets.UTF_8);
  }

  /** Index of the part with a name; negative if there is none. */
  int find(String name) {
    return find(names, ends, name.getBytes(StandardCharsets.UTF_8));
  }

  /** Index of {@code outPath}; negative if there is none. */
  int findOutPath() {
    return find(names, ends, OUT_PATH_BYTES);
  }

  /** All names in UTF-8, one after another; to be read only. */
  byte[] nameBytes() {
    return names;
  }

  /** Where the name of a part begins in {@link #nameBytes}. */
  int nameStart(int index) {
    return start(ends, index);
  }

  /** Where it ends. */
  int nameEnd(int index) {
    return ends[index];
  }

  /** Whether another set has the same names. */
  boolean hasNamesOf(Attributes other) {
    return Arrays.equals(ends, other.ends) && Arrays.equals(names, other.names);
  }

  @Override
  int size() {
    return values.length;
  }

  @Override
  TypedValue part(int index) {
    return values[index];
  }

  private static int start(int[] ends, int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  private static int find(byte[] names, int[] ends, byte[] name) {
    int low = 0;
    int high = ends.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order =
          Arrays.compareUnsigned(names, start(ends, middle), ends[middle], name, 0, name.length);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private static int flags(byte[] names, int[] ends, TypedValue[] values) {
    int all = flagsOf(values);
    if (find(names, ends, TO_STRING_BYTES) >= 0) {
      return HAS_PROJECTION | NEEDS_NIX;
    }
    int outPath = find(names, ends, OUT_PATH_BYTES);
    return outPath < 0 ? all : HAS_PROJECTION | values[outPath].flags();
  }
}
