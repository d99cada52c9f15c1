package dev.arda.nix.flake;

import dev.arda.nix.core.ChildProcess;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.EvaluationSlots;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.eval.EvaluatorStatus;
import dev.arda.nix.flake.eval.OneShotEvaluator;
import dev.arda.nix.flake.eval.PoolLimits;
import dev.arda.nix.flake.eval.Question;
import dev.arda.nix.flake.eval.ReplLauncher;
import dev.arda.nix.flake.eval.WarmEvaluatorPool;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A pool of evaluators over a sandbox, and what can be seen of it. */
final class WarmFlakes implements AutoCloseable {

  static final PoolLimits LIMITS =
      new PoolLimits(
          3,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Duration.ofMinutes(30),
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofMinutes(1));

  final NixSandbox sandbox;
  final NixCalls calls;
  final WarmEvaluatorPool pool;
  final Evaluator oneShot;

  /** How many questions the pool did not answer itself. */
  final AtomicInteger fallenBack = new AtomicInteger();

  /** Added to the time that the pool sees. */
  final AtomicLong later = new AtomicLong();

  /** How many {@code nix repl} were started. */
  final AtomicInteger started = new AtomicInteger();

  final Path roots;
  private final SystemProcessRunner runner = SystemProcessRunner.create();

  WarmFlakes(Path nix, PoolLimits limits) {
    this.sandbox = NixSandbox.create(nix);
    this.calls = new NixCalls(runner, NixFacts.using(runner));
    this.oneShot = new OneShotEvaluator(calls, EvaluationSlots.perProcessor());
    this.roots = sandbox.work().resolve("roots");
    this.pool =
        new WarmEvaluatorPool(
            counting(calls),
            (job, consumer) -> {
              fallenBack.addAndGet(job.questions().size());
              oneShot.evaluate(job, consumer);
            },
            limits,
            () -> System.nanoTime() + later.get(),
            roots);
  }

  private ReplLauncher counting(ReplLauncher launcher) {
    return new ReplLauncher() {
      @Override
      public Identity identity(CallContext context) {
        return launcher.identity(context);
      }

      @Override
      public ChildProcess start(CallContext context, Path dataHome, OutputListener errors) {
        started.incrementAndGet();
        return launcher.start(context, dataHome, errors);
      }

      @Override
      public void protect(CallContext context, String storePath, Path link) {
        launcher.protect(context, storePath, link);
      }
    };
  }

  WarmFlakes(Path nix) {
    this(nix, LIMITS);
  }

  /** Whether this Nix cannot be kept warm. */
  boolean cold() {
    return sandbox.run(sandbox.work(), sandbox.nix().toString(), "--version").contains(" 2.8.");
  }

  NixFlakes flakes(Evaluator evaluator) {
    try {
      Path root =
          java.nio.file.Files.createTempDirectory(
              java.nio.file.Files.createDirectories(Path.of("target")).toAbsolutePath(), "warm");
      return NixFlakes.with(
          calls,
          evaluator,
          new Realiser(calls, root.resolve("built")),
          new NixFlakes.Directories(
              java.nio.file.Files.createDirectory(root.resolve("run")),
              java.nio.file.Files.createDirectory(root.resolve("state")),
              java.nio.file.Files.createDirectory(root.resolve("cache"))),
          Clock.systemUTC(),
          java.time.Duration.ofSeconds(1),
          java.util.List.of());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A flake with these outputs. */
  CallContext flake(String name, String outputs) {
    // In one step: a file that is written in place is empty for a moment, which is a state too.
    Path written = sandbox.write("written", "{ outputs = { self }:\n" + outputs + "; }\n");
    Path directory = sandbox.work().resolve(name);
    try {
      Files.createDirectories(directory);
      Files.move(written, directory.resolve("flake.nix"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sandbox.context(directory);
  }

  LockedFlake lock(CallContext context) {
    return calls.lock(context, FlakeRef.of("path:" + context.cwd()), ProgressListener.NONE);
  }

  Evaluator.Job job(
      CallContext context, LockedFlake flake, Evaluator.Priority priority, String... selectors) {
    return new Evaluator.Job(
        context,
        flake.bindingJson(),
        Arrays.stream(selectors)
            .map(text -> new Question(SelectorParser.parse(text).selector(), Question.Ask.VALUE))
            .toList(),
        ValueEncoding.JSON,
        false,
        ProgressListener.NONE,
        priority);
  }

  /** The outcomes: JSON, or what kind of failure with its message. */
  List<String> ask(Evaluator evaluator, Evaluator.Job job) {
    var result = new ArrayList<String>(Collections.nCopies(job.questions().size(), "not answered"));
    evaluator.evaluate(job, (index, outcome) -> result.set(index, show(outcome)));
    return result;
  }

  List<String> ask(CallContext context, LockedFlake flake, String... selectors) {
    return ask(pool, job(context, flake, Evaluator.Priority.INTERACTIVE, selectors));
  }

  private static String show(Evaluator.Outcome outcome) {
    return switch (outcome) {
      case Evaluator.Outcome.Answered(Answer.Value value) ->
          new String(value.json(), StandardCharsets.UTF_8);
      case Evaluator.Outcome.Answered(Answer answer) -> answer.toString();
      case Evaluator.Outcome.Broken(var detail, var part) -> "broken: " + detail.message();
      case Evaluator.Outcome.Refused(var failure) -> "refused: " + failure.getMessage();
    };
  }

  List<Long> pids() {
    return pool.status().stream().map(EvaluatorStatus::pid).sorted().toList();
  }

  /** How many evaluators are at work. */
  long busy() {
    return pool.status().stream().filter(EvaluatorStatus::busy).count();
  }

  static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Override
  public void close() {
    pool.close();
    runner.close();
    sandbox.close();
  }
}
