package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.eval.Repl.NotStarted;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Starts evaluators, from processes that were started in advance where there are some. Remembers
 * which programs cannot be kept warm. Thread-safe.
 */
final class EvaluatorStarts implements AutoCloseable {

  private final ReplLauncher launcher;
  private final EvaluatorRoots roots;
  private final EvaluatorHome home;
  private final PoolLimits limits;
  private final SpareRepls spares;

  /** Programs that cannot be kept warm, and why not. */
  private final Map<Object, String> cold = new ConcurrentHashMap<>();

  /**
   * Nothing is started yet.
   *
   * @param nanoTime a clock without an epoch
   */
  EvaluatorStarts(
      ReplLauncher launcher,
      EvaluatorRoots roots,
      EvaluatorHome home,
      PoolLimits limits,
      LongSupplier nanoTime) {
    this.launcher = launcher;
    this.roots = roots;
    this.home = home;
    this.limits = limits;
    this.spares = new SpareRepls(nanoTime);
  }

  /** Whether a caller's Nix was found to be one that cannot be kept warm. */
  boolean cold(ReplLauncher.Identity identity) {
    return cold.containsKey(identity.program());
  }

  /** Why a caller's Nix cannot be kept warm, if that was found. */
  Optional<String> whyCold(ReplLauncher.Identity identity) {
    return Optional.ofNullable(cold.get(identity.program()));
  }

  /** Starts a process in advance. Does not block. */
  void expect(CallContext context) {
    ReplLauncher.Identity identity = launcher.identity(context);
    if (!cold(identity)) {
      spares.prepare(identity, () -> startRepl(context, identity));
    }
  }

  /**
   * An evaluator for the state of a job.
   *
   * @param identity the job's caller
   * @param sourcePath the source tree
   * @throws NixException {@code CANCELLED} if the thread was interrupted
   */
  WarmEvaluator start(Evaluator.Job job, ReplLauncher.Identity identity, String sourcePath)
      throws NotStarted, InterruptedException {
    try {
      Optional<Repl> spare = spares.take(identity);
      if (cold(identity)) {
        throw new NotStarted("this Nix cannot be kept warm", true);
      }
      Repl repl = spare.isPresent() ? spare.get() : startRepl(job.context(), identity);
      return WarmEvaluator.bind(
          repl, job.bindingJson(), roots.protect(job.context(), sourcePath), limits.start());
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      throw new NotStarted(String.valueOf(e.getMessage()), false);
    }
  }

  private Repl startRepl(CallContext context, ReplLauncher.Identity identity)
      throws NotStarted, InterruptedException {
    try {
      return Repl.start(launcher, home, context, limits.start());
    } catch (NotStarted e) {
      if (e.cold()) {
        cold.putIfAbsent(identity.program(), String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /** Bytes of memory of processes that serve nobody yet. */
  long spareMemory(ProcessMemory memory) {
    return spares.resident(memory);
  }

  /** Ends processes that were started in advance for nothing. */
  void sweep() {
    spares.sweep(limits.spare().toNanos());
  }

  @Override
  public void close() {
    spares.close();
  }
}
