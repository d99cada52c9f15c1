package dev.arda.lsp.daemon;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The last answers to some hundred questions. Thread-safe. */
final class Remembered<T> {

  private static final int MOST = 300;

  // Guarded by itself; what was asked least recently is forgotten first.
  private final Map<String, T> answers = new LinkedHashMap<>(16, 0.75f, true);

  Optional<T> get(String question) {
    synchronized (answers) {
      return Optional.ofNullable(answers.get(question));
    }
  }

  void put(String question, T answer) {
    synchronized (answers) {
      answers.put(question, answer);
      if (answers.size() > MOST) {
        answers.remove(answers.keySet().iterator().next());
      }
    }
  }
}
