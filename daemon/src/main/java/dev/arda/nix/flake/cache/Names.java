package dev.arda.nix.flake.cache;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Names of attributes and indices of elements, as steps of a selector write them. */
final class Names {

  /** The order of the UTF-8 forms, in which Nix keeps attributes. */
  static final Comparator<String> BYTEWISE = Names::compare;

  /** From a set with more names than this, only those that begin alike are suggested. */
  private static final int ALL_SUGGESTED = 2000;

  /** An index with more characters is out of range: it might not fit into 64 bits. */
  private static final int INDEX_LENGTH = 18;

  private Names() {}

  /** Whether a name is written as a whole number is: without sign, spaces or leading zeros. */
  static boolean isWholeNumber(String name) {
    int digits = name.startsWith("-") ? 1 : 0;
    if (name.equals("0")) {
      return true;
    }
    if (name.length() == digits || name.charAt(digits) == '0') {
      return false;
    }
    return name.chars().skip(digits).allMatch(c -> c >= '0' && c <= '9');
  }

  /** Whether a name can be that of an element that exists. */
  static boolean canBeElement(String name) {
    return isWholeNumber(name) && !isOutOfAnyRange(name);
  }

  /** Whether a whole number is outside of every list. */
  static boolean isOutOfAnyRange(String wholeNumber) {
    return wholeNumber.startsWith("-") || wholeNumber.length() > INDEX_LENGTH;
  }

  /**
   * The names to suggest where one is missing: all of them, or from a very large set those that
   * begin with the same byte.
   */
  static List<String> suggested(String missing, List<String> all) {
    return all.size() <= ALL_SUGGESTED
        ? all
        : all.stream().filter(name -> beginAlike(name, missing)).toList();
  }

  /** Whether a list of suggestions shows that nothing was left out of it. */
  static boolean isComplete(String missing, Stream<String> suggestions) {
    return suggestions.anyMatch(name -> !beginAlike(name, missing));
  }

  /** Whether two names begin with the same byte, or are both empty. */
  static boolean beginAlike(String one, String other) {
    return firstByte(one) == firstByte(other);
  }

  /** The indices of a list of this length, in the bytewise order of their decimal forms. */
  static int[] indicesInBytewiseOrder(int length) {
    return IntStream.range(0, length)
        .mapToObj(Integer::toString)
        .sorted()
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  private static int firstByte(String name) {
    return name.isEmpty() ? -1 : Json.utf8(Character.toString(name.codePointAt(0)))[0];
  }

  private static int compare(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        return Integer.compare(rank(a), rank(b));
      }
    }
    return Integer.compare(one.length(), other.length());
  }

  /** Surrogates stand for characters beyond all others, though their own numbers are lower. */
  private static int rank(char c) {
    return Character.isSurrogate(c) ? c + 0x10000 : c;
  }
}
