package dev.arda.nix.flake.cache;

/**
 * Estimates of what objects take on the heap, in bytes: of a 64-bit JVM with compressed references,
 * where an object has a header of 12 bytes, an array one of 16, and both are padded to 8.
 */
final class Weights {

  /** Bytes of a reference. */
  static final int REFERENCE = 4;

  private Weights() {}

  /** An object whose fields take this many bytes. */
  static long object(int fieldBytes) {
    return padded(12L + fieldBytes);
  }

  /** An array of this many elements. */
  static long array(long length, int width) {
    return padded(16 + length * width);
  }

  /** A string of characters that mostly are in Latin-1. */
  static long string(String text) {
    return object(9) + array(text.length(), 1);
  }

  private static long padded(long bytes) {
    return (bytes + 7) & ~7L;
  }
}
