package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps long answers from filling the memory of this process, which others use: beyond a length
 * they are refused, and those that are nearly as long are read one at a time, since reading takes
 * several times their length for a moment.
 */
public final class LongAnswers {

  /** The longest answer that is taken, in bytes as Nix writes it: a sixteenth of the heap. */
  public static final int LONGEST =
      (int) Math.clamp(Runtime.getRuntime().maxMemory() / 16, 8L << 20, 256L << 20);

  private static final int LONG = 1 << 20;

  /** Fair: a reader of one long answer after the other does not keep out those who wait. */
  private static final ReentrantLock READING = new ReentrantLock(true);

  private LongAnswers() {}

  /**
   * Reads an answer.
   *
   * @param <T> what is read
   * @param <E> why it cannot be
   */
  public interface Reading<T, E extends Exception> {
    /** Reads it. */
    T read() throws E;
  }

  /** Reads a text at once or, if it is long, when nobody else reads one. */
  public static <T, E extends Exception> T read(byte[] text, Reading<T, E> reading) throws E {
    if (text.length < LONG) {
      return reading.read();
    }
    READING.lock();
    try {
      return reading.read();
    } finally {
      READING.unlock();
    }
  }

  /** The answer to a question is longer than {@link #LONGEST}. */
  static FlakeException tooLong(Question question) {
    String what = SelectorPrinter.print(question.selector());
    return new FlakeException(
        Reason.EVALUATION_TOO_LARGE,
        "the value of %s takes more than %d MiB as text; ask for less at a time"
            .formatted(what, LONGEST >> 20),
        Details.NONE.with("selector", what));
  }
}
