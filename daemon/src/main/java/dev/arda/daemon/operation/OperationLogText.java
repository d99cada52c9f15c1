package dev.arda.daemon.operation;

import dev.arda.nix.core.TerminalText;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The log of an operation as text, read from its file by one client at its own pace. For one
 * thread.
 */
public final class OperationLogText implements Closeable {

  /** The size in characters, beyond which a part is full. */
  static final int PART = 32 * 1024;

  private final FrameReader reader;
  private final Wanted wanted;
  private final UnaryOperator<String> names;
  private final End end;
  private final StringBuilder text = new StringBuilder();
  private long limit;
  private boolean complete;

  /** Says how far a file reaches. */
  interface End {
    /**
     * Waits until it reaches further, or will not.
     *
     * @return how far; not more than {@code known} if no more will come
     */
    long moreThan(long known) throws IOException, InterruptedException;
  }

  /**
   * What of a log is wanted.
   *
   * @param nodes of these nodes, by their ids; that of the operation itself is empty
   * @param named whether each line says whose it is
   */
  record Wanted(Predicate<String> nodes, boolean named) {
    /** What one node printed; empty: everything. */
    static Wanted of(String nodeId) {
      return nodeId.isEmpty() ? new Wanted(_ -> true, true) : new Wanted(nodeId::equals, false);
    }
  }

  /**
   * Opens a log.
   *
   * @param names the name of a node
   */
  OperationLogText(Path file, Wanted wanted, UnaryOperator<String> names, End end)
      throws IOException {
    this.reader = new FrameReader(file);
    this.wanted = wanted;
    this.names = names;
    this.end = end;
  }

  /**
   * The next part: whole lines without control characters, at most 64 Ki characters. A longer line
   * comes in several parts. Waits where the log is followed; empty at its end.
   */
  public Optional<String> next() throws InterruptedException {
    try {
      while (text.length() < PART && !complete) {
        var frame = reader.next(0, limit);
        if (frame.isPresent()) {
          add(LogFile.Text.decode(frame.get().payload()));
        } else if (!text.isEmpty()) {
          break;
        } else {
          more();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(part());
  }

  private void more() throws IOException, InterruptedException {
    long further = end.moreThan(limit);
    complete = further <= limit;
    limit = Math.max(limit, further);
  }

  private String part() {
    int size = Math.min(text.length(), 2 * PART);
    if (size < text.length()) {
      int line = text.lastIndexOf("\n", size - 1);
      size = line > 0 ? line + 1 : size;
      if (Character.isHighSurrogate(text.charAt(size - 1))) {
        size--;
      }
    }
    var result = text.substring(0, size);
    text.delete(0, size);
    return result;
  }

  private void add(LogFile.Text printed) {
    if (!wanted.nodes().test(printed.nodeId())) {
      return;
    }
    var lines = TerminalText.strip(new String(printed.text(), StandardCharsets.UTF_8));
    if (!wanted.named() || printed.nodeId().isEmpty()) {
      text.append(lines);
      return;
    }
    var prefix = TerminalText.strip(names.apply(printed.nodeId())) + "> ";
    lines.lines().forEach(line -> text.append(prefix).append(line).append('\n'));
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a file that is only read
    }
  }
}
