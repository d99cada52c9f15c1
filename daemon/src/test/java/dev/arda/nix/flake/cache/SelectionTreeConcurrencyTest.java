package dev.arda.nix.flake.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.cache.ReferenceEvaluator.Outcome;
import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.ValueEncoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SelectionTreeConcurrencyTest {

  private static final int READERS = 4;
  private static final int WRITERS = 3;

  private final long seed = Long.getLong("arda.test.seed", new Random().nextLong());

  private record Question(Selector selector, Outcome typed, Outcome json) {}

  @Test
  void lookup_whileOthersInsert_isNeverWrong() throws Exception {
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var hits = new AtomicInteger();
    for (int round = 0; round < 60; round++) {
      var questions = questions(random);
      var tree = new SelectionTree();
      var writing = new AtomicInteger(WRITERS);
      var tasks = new ArrayList<Callable<Void>>();
      for (int i = 0; i < WRITERS; i++) {
        var order = new ArrayList<>(questions);
        Collections.shuffle(order, random);
        tasks.add(() -> {
          try {
            for (Question question : order) {
              insert(tree, question);
            }
            return null;
          } finally {
            writing.decrementAndGet();
          }
        });
      }
      for (int i = 0; i < READERS; i++) {
        tasks.add(() -> {
          boolean last;
          do {
            last = writing.get() == 0;
            for (Question question : questions) {
              hits.addAndGet(check(tree, question) ? 1 : 0);
            }
          } while (!last);
          return null;
        });
      }
      run(tasks);
      SelectionTreeInvariants.check(tree);
      for (Question question : questions) {
        if (question.typed() instanceof Outcome.Value) {
          assertThat(tree.lookup(question.selector(), ValueEncoding.TYPED))
              .as("seed %d: no answer was lost", seed)
              .isInstanceOf(Lookup.Hit.class);
        }
      }
    }
    assertThat(hits.get()).isPositive();
  }

  @Test
  void lookup_whileALargeAnswerIsTakenIn_doesNotWait() throws Exception {
    var tree = new SelectionTree();
    var known = Lesson.selector("known");
    tree.insert(known, Lesson.value("1"));
    var json = new StringBuilder("{\"attrs\":{\"a\":1");
    for (int i = 0; i < 200_000; i++) {
      json.append(",\"n").append(i).append("\":{\"outPath\":").append(i).append('}');
    }
    TypedValue large = Lesson.value(json.append("}}").toString());
    // A selector that takes the value apart, so that the whole of it has to be merged.
    tree.insert(Lesson.selector("large.*"), large);
    var begun = new CountDownLatch(1);
    var done = new AtomicBoolean();
    var answered = new AtomicInteger();
    run(
        List.of(
            () -> {
              begun.countDown();
              try {
                for (int i = 0; i < 20; i++) {
                  tree.insert(Lesson.selector("large.fresh" + i), missing("fresh" + i));
                }
              } finally {
                done.set(true);
              }
              return null;
            },
            () -> {
              begun.await();
              while (!done.get()) {
                assertThat(tree.lookup(known, ValueEncoding.TYPED)).isEqualTo(Lesson.hit("1"));
                answered.incrementAndGet();
              }
              return null;
            }));
    assertThat(answered.get()).as("answers during twenty long writes").isGreaterThan(200);
  }

  private static Mismatch missing(String name) {
    return new Mismatch.Missing(1, List.of("large"), name, List.of());
  }

  private static List<Question> questions(Random random) {
    var generator = new RandomQuestions(random);
    NixValue root = generator.root();
    var questions = new ArrayList<Question>();
    for (int i = 0; i < 12; i++) {
      Selector selector = generator.selector(root);
      questions.add(
          new Question(
              selector,
              ReferenceEvaluator.evaluate(root, selector, ValueEncoding.TYPED),
              ReferenceEvaluator.evaluate(root, selector, ValueEncoding.JSON)));
    }
    return questions;
  }

  private static void insert(SelectionTree tree, Question question) throws Exception {
    switch (question.typed()) {
      case Outcome.Value(String json) -> tree.insert(question.selector(), Lesson.value(json));
      case Outcome.Mismatched(Mismatch mismatch) -> tree.insert(question.selector(), mismatch);
      case Outcome.Failed failed -> {}
    }
  }

  /** Whether there was an answer; it must be right. */
  private boolean check(SelectionTree tree, Question question) {
    if (tree.lookup(question.selector(), ValueEncoding.TYPED)
        instanceof Lookup.Hit(TypedValue value)) {
      assertThat(new Outcome.Value(value.toString()))
          .as("seed %d: %s", seed, question.selector())
          .isEqualTo(question.typed());
    }
    Lookup found = tree.lookup(question.selector(), ValueEncoding.JSON);
    switch (found) {
      case Lookup.Hit(TypedValue value) ->
          assertThat(
                  value.json() instanceof JsonForm.Text text
                      ? new Outcome.Value(new String(text.json(), StandardCharsets.UTF_8))
                      : new Outcome.Failed())
              .as("seed %d: %s", seed, question.selector())
              .isEqualTo(question.json());
      case Lookup.Mismatched(Mismatch mismatch, boolean complete) ->
          assertThat(question.json()).isInstanceOf(Outcome.Mismatched.class);
      case Lookup.Kept kept -> throw new AssertionError("nothing is kept");
      case Lookup.Miss miss -> {
        return false;
      }
    }
    return true;
  }

  private static void run(List<Callable<Void>> tasks) throws Exception {
    try (var executor = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      var futures = new ArrayList<Future<Void>>();
      for (Callable<Void> task : tasks) {
        futures.add(executor.submit(task));
      }
      for (Future<Void> future : futures) {
        future.get();
      }
    }
  }
}
