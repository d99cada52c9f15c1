package dev.arda.daemon.operation;

import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationNode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Is told by the work of an operation what happens. Changes are gathered and become at most ten
 * events a second; of several changes to one node or counter within that time only the newest is
 * told. No method waits for a client. Thread-safe.
 */
public interface OperationReport {

  /** How long processes may take to end after {@code SIGTERM}, unless it is said otherwise. */
  Duration DEFAULT_GRACE = Duration.ofMillis(1500);

  /** A node is new or has changed. The newest of an id replaces those before it. */
  void node(OperationNode node);

  /** A counter is new or has changed; its {@code expected} never shrinks, whatever is told here. */
  void counter(OperationCounter counter);

  /**
   * A line was printed. Goes to the log on disk whole and as it is, to the events without control
   * characters and clipped.
   *
   * @param nodeId the node that printed; empty: the operation itself
   * @param line without its newline
   */
  void log(String nodeId, String line);

  /**
   * Something that a person should read.
   *
   * @param nodeId the node it is about; empty: the operation itself
   * @param text becomes one line without control characters
   */
  void warning(String nodeId, String text);

  /**
   * Asks the person behind the client that started the operation, and waits. The question is that
   * of the node, which is told as with {@link #node}; the caller tells it anew without the question
   * afterwards.
   *
   * @param node with a prompt
   * @return the answer, which is told to nobody else and kept nowhere; empty: declined, or no
   *     client that started the operation is there any more
   * @throws InterruptedException if the operation was given up
   */
  default Optional<String> ask(OperationNode node) throws InterruptedException {
    return Optional.empty();
  }

  /**
   * Says how one part of the operation is given up while the others go on. Parts that were given up
   * before are told at once.
   *
   * @param giveUp takes the name of a part, such as that of a host; returns at once, on any thread,
   *     also for parts that are over or never were
   */
  default void onPartGivenUp(Consumer<String> giveUp) {}

  /**
   * How long the operation's processes may take to end after {@code SIGTERM} when it is given up:
   * what the one who cancelled it allows. May change while it ends; ask when it is needed.
   */
  default Duration grace() {
    return DEFAULT_GRACE;
  }
}
