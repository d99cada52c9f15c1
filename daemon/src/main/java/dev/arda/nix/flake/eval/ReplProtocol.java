package dev.arda.nix.flake.eval;

import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.ProgressTracker;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The conversation with a {@code nix repl}: one expression at a time, each answered by its value or
 * by what Nix said on standard error.
 *
 * <p>A {@code nix repl} has no protocol, so each expression makes its own. Its value is a string
 * that begins with a random word; a second line prints the same word on both outputs, which ends
 * the answer. The word is new each time and sent in two halves: neither the echo of what was sent
 * nor anything that a flake prints, traces or returns can be taken for it.
 *
 * <p>Until 2.26 at least, {@code nix repl} takes a file that ends too early for an expression of
 * which the next lines hold the rest, says nothing, and reads on. Between the two lines is one that
 * means little alone, and makes a syntax error, which ends that, where it is taken for such a rest.
 *
 * <p>Thread-safe: two threads deliver the outputs, a third one asks. One expression at a time.
 */
final class ReplProtocol implements OutputListener {

  /** Asks for the type of a number, which stands in the excerpt of the error if it is no line. */
  private static final String NO_REST = ":t 1634886753";

  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All guarded by lock.
  private final ReplOutput output = new ReplOutput(LongAnswers.LONGEST, new Values());
  private @Nullable Exchange current;
  private boolean ended;

  ReplProtocol(RandomGenerator random) {
    this.random = random;
  }

  /** With words that nobody can foresee. */
  static ReplProtocol create() {
    return new ReplProtocol(new SecureRandom());
  }

  /** An expression that was sent, and what has come back. */
  static final class Exchange {
    private final String word;
    private final String text;
    private final ProgressTracker errors;

    // All guarded by lock.
    private byte @Nullable [] value;
    private boolean valuesEnded;
    private boolean errorsEnded;
    private boolean tooLong;
    private boolean active;

    private Exchange(String word, String text, ProgressTracker errors) {
      this.word = word;
      this.text = text;
      this.errors = errors;
    }

    /** The lines to send, ASCII. */
    String text() {
      return text;
    }

    private boolean done() {
      return valuesEnded && errorsEnded;
    }
  }

  /** What became of an expression. */
  sealed interface Reply {
    /** Its value, a string in UTF-8. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Value(byte[] text) implements Reply {}

    /**
     * It has none.
     *
     * @param said what Nix said; at most 64 KiB
     * @param active whether Nix built, fetched or copied something meanwhile
     */
    record Failure(String said, boolean active) implements Reply {}

    /** A file that is read for it ends too early; what is wrong with it was not said. */
    record Unsaid() implements Reply {}
  }

  /** The conversation is over. */
  @SuppressWarnings("serial") // never serialised
  static sealed class Lost extends Exception {
    private final String said;

    Lost(String message, String said) {
      super(message);
      this.said = said;
    }

    /** What Nix said last. */
    String said() {
      return said;
    }
  }

  /** A value is longer than anybody takes, and still being printed. */
  @SuppressWarnings("serial") // never serialised
  static final class TooLong extends Lost {
    TooLong() {
      super("the value is too long", "");
    }
  }

  /**
   * Begins an exchange.
   *
   * @param definitions lines that bind names, without a value of their own
   * @param expression an expression on one line, for a string
   * @param progress hears what Nix does meanwhile
   * @throws Lost if the process has ended
   */
  Exchange begin(Iterable<String> definitions, String expression, ProgressListener progress)
      throws Lost {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    String word = HexFormat.of().formatHex(bytes);
    String head = '"' + word.substring(0, 16) + "\" + \"" + word.substring(16);
    String text =
        String.join("\n", definitions)
            + "\n"
            + (head + "v\" + " + expression + "\n")
            + (NO_REST + "\n")
            + ("builtins.trace (" + head + "t\") (" + head + "e\")\n");
    var exchange = new Exchange(word, text, ProgressTracker.telling(progress));
    lock.lock();
    try {
      if (ended) {
        throw new Lost("the evaluator has ended", "");
      }
      if (current != null) {
        throw new IllegalStateException("two questions at a time");
      }
      current = exchange;
      output.expect(word);
      return exchange;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the end of an exchange.
   *
   * @throws InterruptedException if the thread was interrupted; the exchange goes on
   * @throws Lost if the process ended, or said more than can be kept
   */
  Reply await(Exchange exchange) throws InterruptedException, Lost {
    lock.lockInterruptibly();
    try {
      while (!exchange.done() && !ended && !exchange.tooLong) {
        changed.await();
      }
      return reply(exchange);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same, with a time limit.
   *
   * @throws Lost also if the time is over
   */
  Reply await(Exchange exchange, Duration limit) throws InterruptedException, Lost {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (!exchange.done() && !ended && !exchange.tooLong) {
        if (left <= 0) {
          throw new Lost("the evaluator did not answer within " + limit, exchange.errors.said());
        }
        left = changed.awaitNanos(left);
      }
      return reply(exchange);
    } finally {
      lock.unlock();
    }
  }

  private Reply reply(Exchange exchange) throws Lost {
    String said = exchange.value == null ? exchange.errors.said() : "";
    if (exchange.done()) {
      byte[] value = exchange.value;
      exchange.value = null;
      if (value != null) {
        return new Reply.Value(value);
      }
      return said.contains(NO_REST) ? new Reply.Unsaid() : new Reply.Failure(said, exchange.active);
    }
    throw exchange.tooLong
        ? new TooLong()
        : new Lost("the evaluator ended in the middle of a question", said);
  }

  /**
   * Waits until nothing is being asked.
   *
   * @return false if the time is over or the process has ended
   */
  boolean awaitReady(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (current != null && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      return current == null && !ended;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing is being asked and the process lives. */
  boolean ready() {
    lock.lock();
    try {
      return current == null && !ended;
    } finally {
      lock.unlock();
    }
  }

  /** The process has ended and both outputs were read to their end. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The next bytes of standard output. */
  void accept(byte[] bytes, int length) {
    lock.lock();
    try {
      output.accept(bytes, length);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void standardError(String line) {
    lock.lock();
    try {
      Exchange exchange = current;
      if (exchange == null) {
        return;
      }
      if (line.contains(exchange.word)) {
        exchange.errorsEnded = true;
        settle(exchange);
        return;
      }
      exchange.active |= line.startsWith("@nix {\"action\":\"start\"");
      exchange.errors.standardError(line);
    } finally {
      lock.unlock();
    }
  }

  private void settle(Exchange exchange) {
    if (exchange.done()) {
      current = null;
      exchange.errors.close();
      changed.signalAll();
    }
  }

  /** Called with the lock held. */
  private final class Values implements ReplOutput.Sink {
    @Override
    public void literal(char kind, byte[] content) {
      Exchange exchange = current;
      if (exchange == null) {
        return;
      }
      if (kind == 'v') {
        exchange.value = content;
      } else {
        exchange.valuesEnded = true;
        settle(exchange);
      }
    }

    @Override
    public void tooLong() {
      if (current != null) {
        current.tooLong = true;
        changed.signalAll();
      }
    }
  }
}
