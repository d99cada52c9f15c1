package dev.arda.nix.flake;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.cache.SelectionCache;
import dev.arda.nix.flake.cache.SelectionKey;
import dev.arda.nix.flake.cache.SelectionStore;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.EvaluationSlots;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.eval.OneShotEvaluator;
import dev.arda.nix.flake.eval.PoolLimits;
import dev.arda.nix.flake.eval.Question;
import dev.arda.nix.flake.eval.WarmEvaluatorPool;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.flake.watch.WatchSettings;
import dev.arda.nix.flake.watch.Watches;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.ValueEncoding;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions about flakes: from what was learnt of the same state before, else by asking
 * Nix.
 *
 * <p>Safe for use by many threads. How many evaluations run at a time is limited; the others wait
 * their turn, first come, first served.
 */
public final class NixFlakes implements Flakes {

  private static final Logger LOG = LoggerFactory.getLogger(NixFlakes.class);

  /** A twelfth of the daemon's heap; most of the rest is room for answers on their way. */
  private static final long CACHE_BYTES = Runtime.getRuntime().maxMemory() / 12;

  private static final Duration CACHE_IDLE = Duration.ofHours(12);
  private static final long STORE_BYTES = 256L << 20;

  private final NixCalls calls;
  private final Evaluator evaluator;
  private final Realiser realiser;
  private final FlakeStates states;
  private final Selections selections;
  private final FlakeLedger ledger;
  private final SlowEvaluations slow;
  private final Supplier<FlakesFigures> figures;
  private final List<AutoCloseable> parts;
  private final Glimpses glimpses;
  private final CursorQuestions cursor;

  private NixFlakes(
      NixCalls calls,
      Evaluator evaluator,
      Realiser realiser,
      FlakeStates states,
      Selections selections,
      FlakeLedger ledger,
      SlowEvaluations slow,
      Supplier<FlakesFigures> figures,
      List<AutoCloseable> parts) {
    this.calls = calls;
    this.evaluator = evaluator;
    this.realiser = realiser;
    this.states = states;
    this.selections = selections;
    this.ledger = ledger;
    this.slow = slow;
    this.figures = figures;
    this.parts = List.copyOf(parts);
    this.glimpses = new Glimpses(evaluator);
    this.cursor = new CursorQuestions(glimpses, new Locking());
  }

  /** For questions of a cursor. */
  private final class Locking implements CursorQuestions.Locking {
    @Override
    public FlakeRef resolve(CallContext context, String flake) {
      return NixFlakes.this.resolve(context, flake);
    }

    @Override
    public LockedFlake lock(CallContext context, FlakeRef ref) {
      return NixFlakes.this.lock(context, ref, ProgressListener.NONE);
    }

    @Override
    public String evaluation(CallContext context) {
      return NixFlakes.this.evaluation(context);
    }
  }

  /**
   * Where things are put.
   *
   * @param runtime the daemon's private directory
   * @param state for garbage collector roots
   * @param cache for what was learnt
   */
  public record Directories(Path runtime, Path state, Path cache) {}

  /**
   * Questions answered by the Nix programs of this machine.
   *
   * @param slow evaluations that take as long or longer are logged
   */
  public static NixFlakes create(Clock clock, Directories directories, Duration slow) {
    var runner = SystemProcessRunner.create();
    var calls = new NixCalls(runner, NixFacts.using(runner));
    return create(clock, directories, slow, calls, PoolLimits.ofMachine(), List.of(runner));
  }

  /**
   * Questions answered by these calls of Nix.
   *
   * @param slow evaluations that take as long or longer are logged
   * @param limits how much warm evaluators may take
   * @param parts what is closed at the end, after everything that uses it
   */
  public static NixFlakes create(
      Clock clock,
      Directories directories,
      Duration slow,
      NixCalls calls,
      PoolLimits limits,
      List<? extends AutoCloseable> parts) {
    var oneShot = new OneShotEvaluator(calls, EvaluationSlots.perProcessor());
    Path roots = directories.state().resolve("roots");
    var pool = WarmEvaluatorPool.create(calls, oneShot, limits, roots.resolve("evaluators"));
    var all = new ArrayList<AutoCloseable>(List.of(pool));
    all.addAll(parts);
    return with(calls, pool, new Realiser(calls, roots), directories, clock, slow, all);
  }

  /**
   * Questions answered with these collaborators.
   *
   * @param slow evaluations that take as long or longer are logged
   * @param parts what is closed at the end, after everything that uses it
   */
  static NixFlakes with(
      NixCalls calls,
      Evaluator evaluator,
      Realiser realiser,
      Directories directories,
      Clock clock,
      Duration slow,
      List<? extends AutoCloseable> parts) {
    var watches =
        Watches.open(
            WatchSettings.of(
                directories.runtime(), List.of(directories.state(), directories.cache())));
    var states = new FlakeStates(calls, evaluator, watches);
    var store =
        new SelectionStore(
            directories.cache().resolve("selections"), STORE_BYTES, writeBehind(), clock);
    var cache =
        new SelectionCache(
            new SelectionCache.Limits(CACHE_BYTES, CACHE_IDLE),
            store,
            Ticker.systemTicker(),
            task -> Thread.ofVirtual().name("arda-cache").start(task));
    var all = new ArrayList<AutoCloseable>(List.of(store, states, watches));
    all.addAll(parts);
    var slowOnes = new SlowEvaluations(slow, System::nanoTime);
    var selections = new Selections(cache, evaluator, slowOnes);
    return new NixFlakes(
        calls,
        evaluator,
        realiser,
        states,
        selections,
        new FlakeLedger(clock, states, cache, evaluator),
        slowOnes,
        () ->
            new FlakesFigures(
                cache.figures(),
                store.figures(),
                selections.flights(),
                evaluator.figures(),
                slowOnes.count(),
                states.figures(),
                watches.metrics(),
                watches.watchedDirectories()),
        all);
  }

  /** Waits a little, so that answers that come together are written once. */
  private static Executor writeBehind() {
    return CompletableFuture.delayedExecutor(
        1, TimeUnit.SECONDS, task -> Thread.ofVirtual().name("arda-write-behind").start(task));
  }

  @Override
  public void select(CallContext context, SelectionRequest request, SelectionListener listener) {
    List<Asked> asked = Asked.parse(request, listener);
    if (asked.isEmpty()) {
      return;
    }
    // It takes a tenth of the time of a known answer, so it is found out once.
    String evaluation = evaluation(context);
    LockedFlake flake = lock(context, resolve(context, request.flake()), evaluation, listener);
    listener.state(flake.state());
    try (var use = ledger.asking(flake, context.options())) {
      if (request.realise() || context.options().impure()) {
        evaluateAnew(context, request, flake, asked, listener);
        use.evaluated(asked.size(), evaluator.whyNotWarm(context));
      } else {
        evaluateUnknown(context, evaluation, request, flake, asked, listener, use);
      }
    }
  }

  /** Questions whose answers are neither taken from others nor kept. */
  private void evaluateAnew(
      CallContext context,
      SelectionRequest request,
      LockedFlake flake,
      List<Asked> asked,
      SelectionListener listener) {
    listener.progress(Asked.evaluating(asked));
    var questions =
        asked.stream()
            .map(one -> new Question(one.parsed().selector(), Question.Ask.VALUE))
            .toList();
    try (var built = realiser.begin()) {
      slow.evaluate(
          evaluator,
          flake,
          asked.stream().map(Asked::canonical).toList(),
          new Evaluator.Job(
              context,
              flake.bindingJson(),
              questions,
              request.encoding(),
              request.realise(),
              listener,
              request.priority()),
          (index, outcome) -> asked.get(index).report(context, flake, built, outcome, listener));
    }
  }

  /** Questions whose answers may be known already. */
  private void evaluateUnknown(
      CallContext context,
      String evaluation,
      SelectionRequest request,
      LockedFlake flake,
      List<Asked> asked,
      SelectionListener listener,
      FlakeUses.Asking use) {
    var asking =
        new Selections.Asking(
            context,
            flake,
            SelectionKey.of(flake.identity(), evaluation),
            request.encoding(),
            request.priority(),
            listener);
    var unknown = new LinkedHashMap<Selector, List<Asked>>();
    try (var built = realiser.begin()) {
      for (Asked one : asked) {
        Selector selector = one.parsed().selector();
        Optional<Evaluator.Outcome> known = selections.known(asking, selector);
        if (known.isPresent()) {
          use.hit();
          one.report(context, flake, built, known.get(), listener);
        } else {
          unknown.computeIfAbsent(selector, first -> new ArrayList<>()).add(one);
        }
      }
      if (unknown.isEmpty()) {
        return;
      }
      listener.progress(Asked.evaluating(unknown.values().stream().flatMap(List::stream).toList()));
      selections.evaluate(
          asking,
          List.copyOf(unknown.keySet()),
          (selector, outcome) -> {
            for (Asked one : unknown.getOrDefault(selector, List.of())) {
              one.report(context, flake, built, outcome, listener);
            }
          });
      use.evaluated(unknown.size(), evaluator.whyNotWarm(context));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(
          Reason.CANCELLED, "the question was given up", Details.NONE.with(e));
    }
  }

  /** The caller's Nix, settings and variables, as far as they decide what an evaluation gives. */
  private String evaluation(CallContext context) {
    return calls.identity(context).toString();
  }

  @Override
  public void close() {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not end in order", part.getClass().getSimpleName(), e);
      }
    }
  }

  @Override
  public AttributeNames names(
      CallContext context, String flake, List<Selector> parents, ProgressListener listener) {
    LockedFlake locked = lock(context, flake, listener);
    var places =
        new ArrayList<AttributeNames.Place>(
            Collections.nCopies(parents.size(), new AttributeNames.Place.Nothing()));
    try (var use = ledger.asking(locked, context.options())) {
      evaluator.evaluate(
          new Evaluator.Job(
              context,
              locked.bindingJson(),
              parents.stream().map(parent -> new Question(parent, Question.Ask.NAMES)).toList(),
              ValueEncoding.JSON,
              false,
              listener),
          (index, outcome) -> places.set(index, place(locked, parents.get(index), outcome)));
      use.evaluated(parents.size(), evaluator.whyNotWarm(context));
    }
    return new AttributeNames(locked.state(), places);
  }

  private static AttributeNames.Place place(
      LockedFlake flake, Selector parent, Evaluator.Outcome outcome) {
    return switch (outcome) {
      case Evaluator.Outcome.Answered(Answer.Names(var names)) ->
          new AttributeNames.Place.Attributes(names);
      case Evaluator.Outcome.Answered answered -> new AttributeNames.Place.Nothing();
      case Evaluator.Outcome.Broken(var detail, var part) ->
          new AttributeNames.Place.Failed(
              FlakeErrors.evaluation(flake, SelectorPrinter.print(parent), detail));
      case Evaluator.Outcome.Refused(var failure) -> new AttributeNames.Place.Failed(failure);
    };
  }

  @Override
  public FlakeMetadata metadata(CallContext context, String flake, ProgressListener listener) {
    return lock(context, flake, listener).metadata();
  }

  @Override
  public void show(
      CallContext context,
      String flake,
      boolean allSystems,
      OutputStream json,
      ProgressListener listener) {
    calls.show(context, resolve(context, flake), allSystems, json, listener);
  }

  @Override
  public Completions complete(CallContext context, String flake, String prefix, Duration budget) {
    return cursor.complete(context, flake, prefix, budget);
  }

  @Override
  public Described describe(CallContext context, String flake, String selector, Duration budget) {
    return cursor.describe(context, flake, selector, budget);
  }

  @Override
  public List<FlakeStatus> status() {
    return ledger.status();
  }

  @Override
  public FlakesFigures figures() {
    return figures.get();
  }

  @Override
  public int forget(CallContext context, String flake) {
    FlakeRef ref = resolve(context, flake);
    Optional<LockedFlake> current;
    try {
      current = Optional.of(lock(context, flake, ProgressListener.NONE));
    } catch (FlakeException e) {
      if (!ledger.knows(ref.text())) {
        throw e;
      }
      current = Optional.empty(); // broken now; what it was can be forgotten all the same
    }
    glimpses.forget();
    return ledger.forget(ref.text(), current);
  }

  @Override
  public int forgetAll() {
    glimpses.forget();
    return ledger.forgetAll();
  }

  private LockedFlake lock(CallContext context, String flake, ProgressListener listener) {
    return lock(context, resolve(context, flake), listener);
  }

  private LockedFlake lock(CallContext context, FlakeRef ref, ProgressListener listener) {
    return lock(context, ref, evaluation(context), listener);
  }

  private LockedFlake lock(
      CallContext context, FlakeRef ref, String evaluation, ProgressListener listener) {
    listener.progress(new NixProgress(NixProgress.Phase.FETCHING, "reading " + ref, 0, 0));
    return states.locked(context, ref, evaluation, listener);
  }

  private FlakeRef resolve(CallContext context, String flake) {
    return FlakeRefs.resolve(context, flake, calls.defaultFlake(context));
  }
}
