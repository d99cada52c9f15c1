package dev.arda.lsp.transcript;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Asks again what is answered at once with what is known by then. */
public final class Repeatedly {

  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LIMIT = TimeUnit.MINUTES.toNanos(2);

  private Repeatedly() {}

  /**
   * Asks until the answer is as wished; for two minutes at most, since a daemon and its connection
   * take as long as the machine lets them.
   *
   * @return the last answer, as wished or not
   */
  public static <T> T ask(Supplier<T> question, Predicate<T> wished) {
    long began = System.nanoTime();
    var answer = question.get();
    while (!wished.test(answer) && System.nanoTime() - began < LIMIT) {
      LockSupport.parkNanos(PAUSE);
      answer = question.get();
    }
    return answer;
  }
}
