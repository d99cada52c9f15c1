package dev.arda.daemon.operation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The questions of one operation that wait for an answer. Answers pass through and are not kept.
 * Thread-safe.
 */
final class Prompts {

  /** Guarded by this. */
  private final Map<String, CompletableFuture<Optional<String>>> open = new HashMap<>();

  /** Whether somebody is there to answer. Guarded by this. */
  private boolean attended;

  /**
   * Waits for the answer to a question.
   *
   * @param id unique in the operation
   * @param tell tells those who watch of the question
   * @return empty: declined, or nobody is there
   */
  Optional<String> ask(String id, Runnable tell) throws InterruptedException {
    var answer = new CompletableFuture<Optional<String>>();
    synchronized (this) {
      if (!attended) {
        return Optional.empty();
      }
      open.put(id, answer);
    }
    try {
      tell.run();
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      synchronized (this) {
        open.remove(id);
      }
    }
  }

  /**
   * Answers a question.
   *
   * @param answer empty: declined
   * @return whether the question was open
   */
  boolean answer(String id, Optional<String> answer) {
    CompletableFuture<Optional<String>> question;
    synchronized (this) {
      var found = Optional.ofNullable(open.remove(id));
      if (found.isEmpty()) {
        return false;
      }
      question = found.get();
    }
    return question.complete(answer);
  }

  /** Whether somebody is there; when nobody is any more, open questions are declined. */
  void attended(boolean now) {
    List<CompletableFuture<Optional<String>>> left = List.of();
    synchronized (this) {
      attended = now;
      if (!now) {
        left = List.copyOf(open.values());
        open.clear();
      }
    }
    left.forEach(question -> question.complete(Optional.empty()));
  }
}
