package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A thousand callers who ask the same at the same time. */
class ManyCallersTest {

  private static final int CALLERS = 1000;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private static final NixProgress TICK =
      new NixProgress(NixProgress.Phase.WAITING, "the gate is closed", 0, 0);

  /** Evaluates for real, but not before it is allowed to; till then it tells all who wait so. */
  private static final class Gate implements Evaluator {
    private final Evaluator real;
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger questions = new AtomicInteger();

    Gate(Evaluator real) {
      this.real = real;
    }

    @Override
    public void evaluate(Job job, OutcomeConsumer consumer) {
      questions.addAndGet(job.questions().size());
      try {
        while (!open.await(5, TimeUnit.MILLISECONDS)) {
          job.progress().progress(TICK);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      real.evaluate(job, consumer);
    }
  }

  /** Says when it is waiting for the evaluation, that is: on board. */
  private static final class Caller extends RecordingListener {
    private final CountDownLatch aboard;
    private final AtomicBoolean told = new AtomicBoolean();

    Caller(CountDownLatch aboard) {
      this.aboard = aboard;
    }

    @Override
    public void progress(NixProgress progress) {
      if (progress.equals(TICK) && told.compareAndSet(false, true)) {
        aboard.countDown();
      }
    }
  }

  private static String ask(NixFlakes flakes, CallContext context, Caller caller) {
    flakes.select(
        context,
        new SelectionRequest(context.cwd().toString(), List.of("slow"), false, ValueEncoding.JSON),
        caller);
    return caller.outcome(0);
  }

  private static CallContext flake(WarmFlakes warm) {
    return warm.flake(
        "f", "{ slow = builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 1000000); }");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_thousandCallersOfOneSelector_oneEvaluation(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context = flake(warm);
      var gate = new Gate(warm.pool);
      var aboard = new CountDownLatch(CALLERS);
      try (var flakes = warm.flakes(gate);
          var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        var answers = new ArrayList<Future<String>>();
        for (int i = 0; i < CALLERS; i++) {
          answers.add(executor.submit(() -> ask(flakes, context, new Caller(aboard))));
        }
        assertThat(aboard.await(60, TimeUnit.SECONDS)).isTrue();
        gate.open.countDown();

        for (var answer : answers) {
          assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("499999500000");
        }
        assertThat(gate.questions).hasValue(1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_allButOneOfAThousandLeave_theOneIsAnsweredByTheSameEvaluation(Path nix)
      throws Exception {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context = flake(warm);
      var gate = new Gate(warm.pool);
      var aboard = new CountDownLatch(CALLERS);
      try (var flakes = warm.flakes(gate);
          var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        // The first, for whom the evaluation was begun, leaves too.
        var leaving = new ArrayList<Future<?>>();
        var left = new CountDownLatch(CALLERS - 1);
        @Nullable Future<String> staying = null;
        for (int i = 0; i < CALLERS; i++) {
          if (i == 500) {
            staying = executor.submit(() -> ask(flakes, context, new Caller(aboard)));
          } else {
            leaving.add(
                executor.submit(() -> {
                  try {
                    return ask(flakes, context, new Caller(aboard));
                  } catch (CommandException e) {
                    left.countDown();
                    throw e;
                  }
                }));
          }
        }
        assertThat(aboard.await(60, TimeUnit.SECONDS)).isTrue();
        leaving.forEach(caller -> caller.cancel(true));
        assertThat(left.await(60, TimeUnit.SECONDS)).as("all of them were told").isTrue();
        gate.open.countDown();

        assertThat(Objects.requireNonNull(staying).get(60, TimeUnit.SECONDS))
            .isEqualTo("499999500000");
        assertThat(gate.questions).hasValue(1);
        assertThat(ask(flakes, context, new Caller(new CountDownLatch(1))))
            .as("known from now on")
            .isEqualTo("499999500000");
        assertThat(gate.questions).hasValue(1);
      }
    }
  }
}
