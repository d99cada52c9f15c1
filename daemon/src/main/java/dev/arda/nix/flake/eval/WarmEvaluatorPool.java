package dev.arda.nix.flake.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.flake.eval.EvaluatorLeases.Lease;
import dev.arda.nix.flake.eval.Repl.NotStarted;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from evaluators that stay alive, so that only the first question about a state of a flake
 * costs a process and an evaluation. Their answers are those of a new process.
 *
 * <p>Where that cannot be had, another evaluator answers: for impure questions, for a Nix whose
 * repl cannot be pure (2.8), for answers whose derivations were collected, and after an evaluator
 * was lost twice over one question.
 *
 * <p>Thread-safe. Interrupting a thread in {@link #evaluate} ends its question, within the time
 * that abandoned questions have, and nobody else's.
 */
public final class WarmEvaluatorPool implements Evaluator, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WarmEvaluatorPool.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Over how many evaluators one question may be lost before it is put to a new process. */
  private static final int ATTEMPTS = 2;

  private static final long SWEEP_SECONDS = 10;
  private static final long GUARD_MILLIS = 500;

  private final ReplLauncher launcher;
  private final Evaluator fallback;
  private final PoolLimits limits;
  private final EvaluatorStarts starts;
  private final EvaluatorLeases leases;
  private final LongSupplier nanoTime;

  /** Idle unless {@link #create} put it to work. */
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("evaluator-sweep").daemon().factory());

  /**
   * A pool without evaluators.
   *
   * @param launcher starts processes
   * @param fallback answers what no warm evaluator can
   * @param limits how much they may take
   * @param nanoTime a clock without an epoch
   * @param rootsDirectory where links that protect source trees are put; created when needed, as is
   *     {@code evaluators} beside it
   */
  public WarmEvaluatorPool(
      ReplLauncher launcher,
      Evaluator fallback,
      PoolLimits limits,
      LongSupplier nanoTime,
      Path rootsDirectory) {
    this(launcher, fallback, limits, ProcessMemory.ofSystem(), nanoTime, rootsDirectory);
  }

  WarmEvaluatorPool(
      ReplLauncher launcher,
      Evaluator fallback,
      PoolLimits limits,
      ProcessMemory memory,
      LongSupplier nanoTime,
      Path rootsDirectory) {
    this.launcher = launcher;
    this.fallback = fallback;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.starts =
        new EvaluatorStarts(
            launcher,
            new EvaluatorRoots(launcher, rootsDirectory),
            new EvaluatorHome(rootsDirectory.resolveSibling("evaluators")),
            limits,
            nanoTime);
    this.leases = new EvaluatorLeases(limits, memory, () -> starts.spareMemory(memory), nanoTime);
  }

  /**
   * A pool which looks after itself.
   *
   * @param launcher starts processes
   * @param fallback answers what no warm evaluator can
   * @param limits how much they may take
   * @param rootsDirectory where links that protect source trees are put; created when needed, as is
   *     {@code evaluators} beside it
   */
  public static WarmEvaluatorPool create(
      ReplLauncher launcher, Evaluator fallback, PoolLimits limits, Path rootsDirectory) {
    var pool = new WarmEvaluatorPool(launcher, fallback, limits, System::nanoTime, rootsDirectory);
    var _ =
        pool.sweeper.scheduleWithFixedDelay(
            pool::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    var _ =
        pool.sweeper.scheduleWithFixedDelay(
            pool::guard, GUARD_MILLIS, GUARD_MILLIS, TimeUnit.MILLISECONDS);
    return pool;
  }

  /** A state of a flake, for one kind of caller. */
  private record Target(EvaluatorLeases.Key key, String sourcePath) {}

  @Override
  public void evaluate(Job job, OutcomeConsumer consumer) {
    if (job.questions().isEmpty() || changesPurity(job.context().options())) {
      fallback.evaluate(job, consumer);
      return;
    }
    Target target = target(job);
    for (int i = 0; i < job.questions().size(); i++) {
      Outcome outcome;
      try {
        if (starts.cold(target.key().identity())) {
          throw new NotStarted("cold", true);
        }
        outcome = answer(job, target, i, consumer);
      } catch (NotStarted e) {
        if (!e.cold()) {
          log.warn("no evaluator for {}: {}", target.sourcePath(), e.getMessage());
        }
        int first = i;
        fallback.evaluate(
            job.with(job.questions().subList(first, job.questions().size())),
            (index, late) -> consumer.accept(first + index, late));
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandException(
            Reason.CANCELLED, "the evaluation was given up", Details.NONE.with(e));
      }
      consumer.accept(i, outcome);
    }
  }

  /** The outcome of a question, which several evaluators may work for. */
  private Outcome answer(Job job, Target target, int index, OutcomeConsumer consumer)
      throws NotStarted, InterruptedException {
    Question question = job.questions().get(index);
    // One evaluator is kept for those who wait for something else meanwhile.
    int helpers = limits.evaluators() - 2;
    Optional<Question> names =
        helpers < 1 || job.realise() ? Optional.empty() : FleetSplit.namesFor(question);
    if (names.isEmpty()) {
      return answer(job, target, question, false);
    }
    Job batch = job.with(Priority.BATCH);
    boolean nobodyKnows = !leases.knows(target.key());
    if (nobodyKnows) {
      for (int i = 0; i < helpers; i++) {
        Thread.ofVirtual().name("evaluator-start").start(() -> prepare(batch, target));
      }
    }
    if (answer(job, target, names.get(), nobodyKnows)
        instanceof Outcome.Answered(Answer.Names(var found))) {
      Optional<FleetSplit> split = FleetSplit.of(question, found);
      if (split.isPresent()) {
        var plan =
            new FleetWork.Plan(helpers, nobodyKnows ? Duration.ZERO : limits.patience(), false);
        var pieces =
            new FleetWork(split.get(), plan, job.progress())
                .run((part, helper) -> answer(batch, target, part, helper));
        Optional<Outcome> joined = joined(split.get(), pieces, job, index, consumer);
        if (joined.isPresent()) {
          return joined.get();
        }
      }
    }
    return answer(job, target, question, false);
  }

  private static Optional<Outcome> joined(
      FleetSplit split,
      List<FleetSplit.Piece> pieces,
      Job job,
      int index,
      OutcomeConsumer consumer) {
    Optional<Outcome> joined = split.join(pieces, job.encoding());
    if (joined.filter(outcome -> outcome instanceof Outcome.Answered).isEmpty()) {
      for (var piece : pieces) {
        piece
            .value()
            .ifPresent(value ->
                consumer.part(index, split.part(piece.from(), piece.to()).selector(), value));
      }
    }
    return joined;
  }

  private Outcome answer(Job job, Target target, Question question, boolean spread)
      throws NotStarted, InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Lease lease =
          leases.borrow(
              target.key(),
              target.sourcePath(),
              job.priority(),
              spread,
              job.progress(),
              () -> starts.start(job, target.key().identity(), target.sourcePath()));
      long began = nanoTime.getAsLong();
      Optional<Outcome> outcome = LentQuestion.put(job, question, lease, attempt == ATTEMPTS - 1);
      leases.answered(nanoTime.getAsLong() - began);
      if (outcome.isPresent()) {
        return outcome.get();
      }
    }
    return alone(job, question);
  }

  private Outcome alone(Job job, Question question) {
    var result = new ArrayList<Outcome>();
    fallback.evaluate(job.with(List.of(question)), (_, outcome) -> result.add(outcome));
    return result.getFirst();
  }

  private Target target(Job job) {
    var key = new EvaluatorLeases.Key(launcher.identity(job.context()), stateOf(job.bindingJson()));
    return new Target(key, sourcePath(job.bindingJson()));
  }

  private static boolean changesPurity(NixOptions options) {
    return options.impure()
        || options.settings().stream().anyMatch(setting -> setting.name().equals("pure-eval"));
  }

  private static String sourcePath(String bindingJson) {
    try {
      return JSON.readTree(bindingJson).path("source").path("path").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not the state of a flake", e);
    }
  }

  /**
   * Names a state of a flake.
   *
   * @param bindingJson the state, as {@code call-flake.nix} takes it
   */
  public static String stateOf(String bindingJson) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(bindingJson.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * A state is over, for example since a file was edited: its evaluators end, those that are busy
   * when they have answered.
   *
   * @param state from {@link #stateOf}
   */
  @Override
  public void invalidate(String state) {
    leases.invalidate(state);
  }

  /**
   * Starts an evaluator for a state if there is none, so that the first question finds one. Blocks;
   * what goes wrong is told when a question is asked.
   *
   * @param job whose questions are not asked
   */
  public void prepare(Job job) {
    if (changesPurity(job.context().options())) {
      return;
    }
    Target target = target(job);
    if (!starts.cold(target.key().identity()) && !leases.knows(target.key())) {
      prepare(job, target);
    }
  }

  private void prepare(Job job, Target target) {
    try {
      leases.startAnother(
          target.key(),
          target.sourcePath(),
          job.priority(),
          () -> starts.start(job, target.key().identity(), target.sourcePath()));
    } catch (NotStarted e) {
      log.debug("no evaluator for {}: {}", target.sourcePath(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void expect(CallContext context) {
    if (!changesPurity(context.options())) {
      starts.expect(context);
    }
  }

  /** Ends what is idle for too long, dead, or too much; to be called every few seconds. */
  public void sweep() {
    starts.sweep();
    leases.sweep();
  }

  /** Ends what takes too much memory at its work; to be called every moment. */
  public void guard() {
    leases.guard();
  }

  @Override
  public List<EvaluatorStatus> status() {
    return leases.status();
  }

  @Override
  public EvaluatorFigures figures() {
    return leases.figures(fallback.figures().oneShots());
  }

  @Override
  public Optional<String> whyNotWarm(CallContext context) {
    if (changesPurity(context.options())) {
      return Optional.of("the questions are not pure");
    }
    return starts.whyCold(launcher.identity(context));
  }

  /** Ends all evaluators; questions that are asked meanwhile are lost. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    starts.close();
    leases.close();
  }
}
