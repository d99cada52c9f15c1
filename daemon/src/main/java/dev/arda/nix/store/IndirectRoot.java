package dev.arda.nix.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How Nix names what it keeps of a root that is a link elsewhere: by the SHA-1 of the link's path
 * in its own base 32 ({@code addIndirectRoot} in its {@code local-store}).
 */
final class IndirectRoot {

  private static final String DIGITS = "0123456789abcdfghijklmnpqrsvwxyz";

  private IndirectRoot() {}

  /** The name below {@code gcroots/auto}. */
  static String name(String link) {
    try {
      return base32(
          MessageDigest.getInstance("SHA-1").digest(link.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  /** Five bits a digit, the last ones first. */
  private static String base32(byte[] bytes) {
    var result = new StringBuilder();
    for (int digit = (bytes.length * 8 - 1) / 5; digit >= 0; digit--) {
      int bit = digit * 5;
      int value = (bytes[bit / 8] & 0xff) >> (bit % 8);
      if (bit / 8 + 1 < bytes.length) {
        value |= (bytes[bit / 8 + 1] & 0xff) << (8 - bit % 8);
      }
      result.append(DIGITS.charAt(value & 0x1f));
    }
    return result.toString();
  }
}
