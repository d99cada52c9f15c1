package dev.arda.nix.core;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts a stream of bytes into lines of text, however the bytes arrive. A line that is longer than
 * the cap is cut there, between two characters. Bytes that are not UTF-8 become U+FFFD. Not
 * thread-safe.
 */
final class LineSplitter {

  private final int cap;
  private final Consumer<String> lines;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

  /**
   * @param cap the greatest length of a line in bytes; at least 4
   * @param lines receives each line without its end
   */
  LineSplitter(int cap, Consumer<String> lines) {
    this.cap = cap;
    this.lines = lines;
  }

  /** Takes the next bytes. */
  void accept(byte[] bytes, int length) {
    var start = 0;
    for (var i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        append(bytes, start, i);
        emit();
        start = i + 1;
      }
    }
    append(bytes, start, length);
  }

  /** Delivers a last line that has no end. */
  void finish() {
    if (pending.size() > 0) {
      emit();
    }
  }

  private void append(byte[] bytes, int from, int to) {
    var start = from;
    while (to - start > cap - pending.size()) {
      var end = start + cap - pending.size();
      while (end > start && end > start + cap - pending.size() - 4 && isContinuation(bytes[end])) {
        end--;
      }
      pending.write(bytes, start, end - start);
      emit();
      start = end;
    }
    pending.write(bytes, start, to - start);
  }

  private static boolean isContinuation(byte b) {
    return (b & 0xC0) == 0x80;
  }

  private void emit() {
    var text = pending.toString(StandardCharsets.UTF_8);
    pending.reset();
    lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }
}
