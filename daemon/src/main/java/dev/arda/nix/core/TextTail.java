package dev.arda.nix.core;

import java.util.ArrayDeque;
import java.util.Deque;

/** Keeps the last lines of a text, up to a number of characters. Thread-safe. */
final class TextTail {

  private final int limit;
  private final Deque<String> lines = new ArrayDeque<>(); // guarded by this
  private int size; // guarded by this

  TextTail(int limit) {
    this.limit = limit;
  }

  synchronized void add(String line) {
    var kept = line.length() >= limit ? line.substring(line.length() - limit + 1) : line;
    lines.addLast(kept);
    size += kept.length() + 1;
    while (size > limit) {
      size -= lines.removeFirst().length() + 1;
    }
  }

  /** The lines, each with its end. */
  synchronized String text() {
    var result = new StringBuilder(size);
    lines.forEach(line -> result.append(line).append('\n'));
    return result.toString();
  }
}
