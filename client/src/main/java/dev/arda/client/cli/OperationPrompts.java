package dev.arda.client.cli;

import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationPrompt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Puts the questions of an operation to the user, one after the other, on a thread of its own.
 * Thread-safe.
 */
final class OperationPrompts implements AutoCloseable {

  private final Person person;
  private final Answers answers;
  private final boolean same;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread = new Thread(this::work, "arda-prompts");

  // Guarded by lock.
  private final Map<String, OperationPrompt> open = new HashMap<>();
  private final List<Asked> waiting = new ArrayList<>();
  private boolean closed;

  // Of the thread.
  private final List<String> answered = new ArrayList<>();
  private Optional<String> known = Optional.empty();

  /** Somebody who can be asked. */
  interface Person {
    /** Asks for a password; empty: declined. */
    Optional<String> password(String question) throws InterruptedException;
  }

  /** Takes answers. */
  interface Answers {
    /** Answers a prompt; empty: declined. */
    void answer(String promptId, Optional<String> answer) throws InterruptedException;
  }

  private record Asked(String node, OperationPrompt prompt) {}

  /**
   * Questions.
   *
   * @param same whether one password is the answer to all, unless it is wrong
   */
  OperationPrompts(Person person, Answers answers, boolean same) {
    this.person = person;
    this.answers = answers;
    this.same = same;
    thread.setDaemon(true);
  }

  /** Begins to ask. */
  OperationPrompts start() {
    thread.start();
    return this;
  }

  /** Something happened in the operation. */
  void saw(OperationEvent event) {
    lock.lock();
    try {
      for (var node : event.getUpdate().getNodesList()) {
        if (!node.hasPrompt()) {
          open.remove(node.getId());
        } else if (!node.getPrompt().equals(open.put(node.getId(), node.getPrompt()))) {
          waiting.add(new Asked(node.getId(), node.getPrompt()));
          changed.signal();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    try {
      for (var next = next(); next.isPresent(); next = next()) {
        var asked = next.get();
        var answer = answer(asked);
        if (isOpen(asked)) {
          answers.answer(asked.prompt().getId(), answer);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by close
    }
  }

  private Optional<String> answer(Asked asked) throws InterruptedException {
    if (same && known.isPresent() && !answered.contains(asked.node())) {
      answered.add(asked.node());
      return known;
    }
    var answer = person.password(asked.prompt().getText());
    if (same) {
      known = answer;
      answered.add(asked.node());
    }
    return answer;
  }

  private boolean isOpen(Asked asked) {
    lock.lock();
    try {
      return !closed && asked.prompt().equals(open.get(asked.node()));
    } finally {
      lock.unlock();
    }
  }

  /** The next that still waits for an answer; empty: there will be none. */
  private Optional<Asked> next() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        if (waiting.isEmpty()) {
          changed.await();
        } else {
          var first = waiting.removeFirst();
          if (first.prompt().equals(open.get(first.node()))) {
            return Optional.of(first);
          }
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Asks no more. What is being asked is left alone. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    thread.interrupt();
  }
}
