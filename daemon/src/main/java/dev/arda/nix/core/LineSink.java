package dev.arda.nix.core;

import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers what a program prints as lines, and optionally as bytes too. */
final class LineSink implements OutputPump.Sink {

  private static final Logger log = LoggerFactory.getLogger(LineSink.class);

  private final LineSplitter splitter;
  private final Optional<OutputPump.Sink> bytes;
  private boolean complained;

  LineSink(Consumer<String> lines, Optional<OutputPump.Sink> bytes) {
    this.splitter = new LineSplitter(ChildProcess.LONGEST_LINE, line -> deliver(lines, line));
    this.bytes = bytes;
  }

  private void deliver(Consumer<String> lines, String line) {
    try {
      lines.accept(line);
    } catch (RuntimeException e) {
      // The program must go on being read, or it would wait for ever.
      if (!complained) {
        complained = true;
        log.warn("a listener fails on lines of output; said once", e);
      }
    }
  }

  @Override
  public void accept(byte[] buffer, int length) {
    bytes.ifPresent(sink -> sink.accept(buffer, length));
    splitter.accept(buffer, length);
  }

  @Override
  public void finish() {
    splitter.finish();
  }
}
