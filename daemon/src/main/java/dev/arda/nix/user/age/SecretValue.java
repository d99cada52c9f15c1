package dev.arda.nix.user.age;

import java.util.Arrays;

/**
 * What is secret. It says nothing of itself, and forgets what it holds when it is closed. Used by
 * one thread at a time.
 */
public final class SecretValue implements AutoCloseable {

  /** The most that one may hold, in bytes. */
  public static final int LIMIT = 64 * 1024;

  private final byte[] bytes;

  /** A value of these bytes, which are copied. */
  public SecretValue(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** How many bytes it has. */
  public int size() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Says nothing of it. */
  @Override
  public String toString() {
    return "(secret)";
  }

  /** Forgets the bytes. */
  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }
}
