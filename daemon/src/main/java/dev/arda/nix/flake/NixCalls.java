package dev.arda.nix.flake;

import dev.arda.nix.core.ChildProcess;
import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixCommands;
import dev.arda.nix.core.NixErrors;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.NixVariables;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.ProgressTracker;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.eval.LongAnswers;
import dev.arda.nix.flake.eval.OneShotEvaluator;
import dev.arda.nix.flake.eval.ReplLauncher;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Nix for questions about flakes. Every method blocks; interrupting its thread ends the
 * process.
 */
public final class NixCalls implements OneShotEvaluator.Instantiation, ReplLauncher {

  private static final Logger LOG = LoggerFactory.getLogger(NixCalls.class);

  /** How long a process that is given up may take to end before it is killed. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** What Nix says when it wrote a lock file, which changes the tree that it has just described. */
  private static final Pattern WROTE_LOCK_FILE =
      Pattern.compile("(creating|updating|created|updated) lock file");

  /**
   * What Nix says when the locks that count are not those on disk: overrides, or a lock file that
   * may not be written.
   */
  private static final Pattern LOCKED_IN_MEMORY =
      Pattern.compile("not writing (modified|unlocked) lock file");

  private final ProcessRunner runner;
  private final NixFacts facts;

  /**
   * Calls of Nix.
   *
   * @param runner runs processes
   * @param facts remembers what a Nix can do
   */
  public NixCalls(ProcessRunner runner, NixFacts facts) {
    this.runner = runner;
    this.facts = facts;
  }

  /** The flake that the caller's environment names. */
  Optional<String> defaultFlake(CallContext context) {
    return NixVariables.of(context.environment()).flake();
  }

  /**
   * The state of a flake, from {@code nix flake metadata --json}. Locks the flake, as Nix does;
   * where that writes a lock file, Nix is asked again, so that the answer describes the tree with
   * it.
   *
   * @throws dev.arda.nix.types.FlakeException if there is no such flake or it cannot be locked
   */
  LockedFlake lock(CallContext context, FlakeRef ref, ProgressListener progress) {
    Nix nix = nix(context, ref);
    List<String> command = nix.commands().withInternalJson().nixMetadata(FlakeRefs.argument(ref));
    if (nix.variables().debugNixPrefetch()) {
      LOG.info("Locking {}: {}", ref, nix.command(command).build().display());
    }
    Said said = run(nix.command(command), progress);
    if (said.result().succeeded() && WROTE_LOCK_FILE.matcher(said.text()).find()) {
      said = run(nix.command(command), progress);
    }
    if (!said.result().succeeded()) {
      throw FlakeErrors.locking(ref, said.error());
    }
    String metadata = said.result().outputText();
    if (!MetadataReader.namesTree(metadata)) {
      metadata = MetadataReader.withTree(ref, metadata, tree(nix, ref, metadata, progress));
    }
    return MetadataReader.read(ref, metadata, LOCKED_IN_MEMORY.matcher(said.text()).find());
  }

  /**
   * Puts the tree of a flake into the store, for a Nix that does not do so when it locks ("lazy
   * trees"): what {@code nix flake prefetch --json} prints.
   */
  private String tree(Nix nix, FlakeRef ref, String metadata, ProgressListener progress) {
    Said said =
        run(
            nix.command(
                nix.commands()
                    .withInternalJson()
                    .nixFlakePrefetch(
                        MetadataReader.lockedUrl(metadata).orElse(FlakeRefs.argument(ref)))),
            progress);
    if (!said.result().succeeded()) {
      throw FlakeErrors.locking(ref, said.error());
    }
    return said.result().outputText();
  }

  /** Writes what {@code nix flake show --json} prints. */
  void show(
      CallContext context,
      FlakeRef ref,
      boolean allSystems,
      OutputStream json,
      ProgressListener progress) {
    progress.progress(new NixProgress(NixProgress.Phase.EVALUATING, "listing " + ref, 0, 0));
    Nix nix = nix(context, ref);
    List<String> command =
        nix.commands().withInternalJson().nixFlakeShow(FlakeRefs.argument(ref), allSystems);
    Said said = run(nix.command(command), progress);
    if (!said.result().succeeded()) {
      throw FlakeErrors.locking(ref, said.error());
    }
    try {
      json.write(said.result().output());
    } catch (IOException e) {
      throw new CommandException(
          Reason.CANCELLED, "the listing of " + ref + " was not taken", Details.NONE.with(e));
    }
  }

  @Override
  public byte[] evaluate(Evaluator.Job job, String expression)
      throws OneShotEvaluator.EvaluationBroken {
    // A failure is only useful with the place it comes from, which Nix tells in a full trace.
    Nix nix = nix(job.context().with(job.context().options().withTrace()));
    var modes = EnumSet.of(NixCommands.Evaluation.READ_WRITE);
    if (!job.context().options().impure()) {
      modes.add(NixCommands.Evaluation.PURE);
    }
    List<String> command = nix.commands().withInternalJson().nixInstantiateEval(modes);
    if (nix.variables().debugNixSelectors()) {
      LOG.info("Evaluating with {}: {}", nix.command(command).build().display(), expression);
    }
    Said said =
        run(
            nix.command(command)
                .input(expression.getBytes(StandardCharsets.UTF_8))
                .outputLimit(LongAnswers.LONGEST),
            job.progress());
    if (!said.result().succeeded()) {
      throw new OneShotEvaluator.EvaluationBroken(said.error());
    }
    return said.result().output();
  }

  @Override
  public Identity identity(CallContext context) {
    Nix nix = nix(context);
    return new Identity(
        nix.programIdentity(), nix.commands().nixRepl() + "\n" + nix.surroundings());
  }

  @Override
  public ChildProcess start(CallContext context, Path dataHome, OutputListener errors) {
    Nix nix = nix(context);
    var environment = new HashMap<>(nix.environment());
    environment.put("XDG_DATA_HOME", dataHome.toString());
    return runner.start(
        nix.command(nix.commands().withInternalJson().nixRepl(), environment, Path.of("/"))
            .grace(Duration.ZERO)
            .build(),
        errors);
  }

  @Override
  public void protect(CallContext context, String storePath, Path link) {
    Nix nix = nix(context);
    Said said =
        run(
            nix.command(nix.commands().withInternalJson().nixStoreRealise(storePath, link)),
            ProgressListener.NONE);
    if (!said.result().succeeded()) {
      throw new StoreException(
          Reason.BUILD_FAILED,
          "cannot protect " + storePath + ": " + said.error().message(),
          Details.NONE.with(said.error()));
    }
  }

  /** The Nix of a caller. */
  Nix nix(CallContext context) {
    return Nix.of(context, runner, facts);
  }

  /**
   * Runs a command that prints what it does in Nix's internal format. Where it fails only because
   * another Nix was setting up the same store at that moment, it is run again.
   */
  Said run(Command.Builder command, ProgressListener progress) {
    Said said = runOnce(command, progress);
    for (int run = 1;
        StoreContention.causedFailure(said) && run < StoreContention.ATTEMPTS;
        run++) {
      LOG.debug("Another Nix is setting up the store; asking again ({})", run);
      said = runOnce(command, progress);
    }
    return said;
  }

  private Said runOnce(Command.Builder command, ProgressListener progress) {
    try (var tracker = ProgressTracker.telling(progress)) {
      CommandResult result = runner.run(command.grace(GRACE).build(), tracker);
      return new Said(result, tracker.said());
    }
  }

  /** The same, with everything that it prints told to a listener, in Nix's internal format. */
  Said run(Command.Builder command, OutputListener listener) {
    try (var tracker = ProgressTracker.telling(ProgressListener.NONE)) {
      var both =
          new OutputListener() {
            @Override
            public void standardOutput(String line) {
              listener.standardOutput(line);
            }

            @Override
            public void standardError(String line) {
              tracker.standardError(line);
              listener.standardError(line);
            }
          };
      CommandResult result = runner.run(command.grace(GRACE).build(), both);
      return new Said(result, tracker.said());
    }
  }

  /**
   * What a command said.
   *
   * @param result how it ended
   * @param text what a person would have read on standard error
   */
  record Said(CommandResult result, String text) {

    /** What went wrong. */
    NixErrorDetail error() {
      return NixErrors.read(text);
    }
  }

  /** The Nix of a caller, in the directory that {@link FlakeRefs#argument} is written for. */
  Nix nix(CallContext context, FlakeRef ref) {
    return nix(context.in(FlakeRefs.directory(context, ref)));
  }
}
