package dev.arda.daemon.operation;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Names of operations: {@code operations/} and eight characters of a-z and 2-7. */
final class OperationNames {

  private static final String COLLECTION = "operations/";
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int LENGTH = 8;
  private static final Pattern ID = Pattern.compile("[a-z2-7]{8}");

  private OperationNames() {}

  /** A name that nobody has, as good as certainly: there are 2^40. */
  static String random(RandomGenerator random) {
    var name = new StringBuilder(COLLECTION);
    for (int i = 0; i < LENGTH; i++) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }

  /** Whether a text has the form of a name. */
  static boolean isName(String text) {
    return text.startsWith(COLLECTION) && isId(text.substring(COLLECTION.length()));
  }

  /** Whether a text has the form of the part of a name that tells it from others. */
  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** The part of a name that tells it from others. */
  static String id(String name) {
    return name.substring(COLLECTION.length());
  }
}
