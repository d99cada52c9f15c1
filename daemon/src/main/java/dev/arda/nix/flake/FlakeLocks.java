package dev.arda.nix.flake;

import dev.arda.nix.core.FlakeCommands;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Writes lock files, and tells what that changed by reading them before and after. Two changes of
 * one file wait for each other. Every method blocks; interrupting its thread ends the process.
 */
public final class FlakeLocks {

  private static final int MOST_NAMED = 20;

  private final NixCalls calls;
  private final Map<Path, ReentrantLock> writing = new ConcurrentHashMap<>();

  /** Writes them by the Nix of this machine. */
  public FlakeLocks(NixCalls calls) {
    this.calls = calls;
  }

  /**
   * Locks inputs to what their sources have now.
   *
   * @param flake flake reference; empty: the caller's default
   * @param inputs paths of inputs; none: all
   * @param listener hears what Nix prints, in its internal format
   * @throws FlakeException {@code FLAKE_INPUT_MISSING}, before anything is changed, if the flake
   *     has no such input, or it follows another; {@code FLAKE_READ_ONLY} if the flake is not in a
   *     local directory; as for metadata if it cannot be read or an input cannot be fetched
   */
  public LockChange update(
      CallContext context, String flake, List<String> inputs, OutputListener listener) {
    inputs.forEach(FlakeCommands::input);
    return change(
        context,
        flake,
        (ref, file) -> {
          if (!inputs.isEmpty()) {
            if (!LockFile.read(file).keySet().containsAll(inputs)) {
              // Perhaps they were never locked.
              run(context, ref, commands -> commands.lock(FlakeRefs.argument(ref)), listener);
            }
            check(ref, LockFile.read(file), inputs);
          }
          run(context, ref, commands -> commands.update(FlakeRefs.argument(ref), inputs), listener);
        });
  }

  /**
   * Locks the inputs that are not locked yet, and forgets those that the flake has no more.
   *
   * @throws FlakeException as {@link #update}
   */
  public LockChange lock(CallContext context, String flake, OutputListener listener) {
    return change(
        context,
        flake,
        (ref, file) ->
            run(context, ref, commands -> commands.lock(FlakeRefs.argument(ref)), listener));
  }

  /**
   * Which flake a caller means; runs no process.
   *
   * @throws FlakeException if there is none
   */
  public FlakeRef resolve(CallContext context, String flake) {
    return FlakeRefs.resolve(context, flake, calls.defaultFlake(context));
  }

  /** Changes a lock file. */
  private interface Change {
    void apply(FlakeRef ref, Path file);
  }

  private LockChange change(CallContext context, String flake, Change change) {
    if (context.options().noWriteLockFile()) {
      throw new CommandException(
          Reason.REQUEST_INVALID,
          "The lock file is to be changed, and is not to be written: leave out --no-write-lock-file.");
    }
    FlakeRef ref = resolve(context, flake);
    Path file = lockFile(ref);
    var mine = writing.computeIfAbsent(file, _ -> new ReentrantLock());
    try {
      mine.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(
          Reason.CANCELLED, "The change of %s was given up.".formatted(file));
    }
    try {
      var before = LockFile.read(file);
      change.apply(ref, file);
      return new LockChange(ref.text(), file, LockChange.between(before, LockFile.read(file)));
    } finally {
      mine.unlock();
    }
  }

  private void run(
      CallContext context,
      FlakeRef ref,
      Function<FlakeCommands, List<String>> arguments,
      OutputListener listener) {
    var nix = calls.nix(context, ref);
    var command =
        nix.command(arguments.apply(new FlakeCommands(nix.commands().withInternalJson())));
    var said = calls.run(command, listener);
    if (!said.result().succeeded()) {
      throw FlakeErrors.locking(ref, said.error());
    }
  }

  private static void check(FlakeRef ref, Map<String, LockedInput> known, List<String> inputs) {
    for (var input : inputs) {
      var locked = Optional.ofNullable(known.get(input));
      if (locked.isEmpty()) {
        var names =
            String.join(", ", known.keySet().stream().limit(MOST_NAMED).toList())
                + (known.size() > MOST_NAMED ? ", …" : "");
        throw new FlakeException(
            Reason.FLAKE_INPUT_MISSING,
            "%s has no input '%s'; it has %s"
                .formatted(ref, input, names.isEmpty() ? "none" : names),
            Details.NONE.with("input", input).with("inputs", names).with("flake", ref.text()));
      }
      if (!locked.get().follows().isEmpty()) {
        throw new FlakeException(
            Reason.FLAKE_INPUT_MISSING,
            "input '%s' of %s follows '%s': update that"
                .formatted(input, ref, locked.get().follows()),
            Details.NONE
                .with("input", input)
                .with("inputs", locked.get().follows())
                .with("flake", ref.text()));
      }
    }
  }

  /** Where the lock file of a flake is. */
  private static Path lockFile(FlakeRef ref) {
    try {
      var directory = LocalFlakes.directory(ref);
      if (directory.isPresent() && !Files.isWritable(directory.get())) {
        throw readOnly(ref, "its directory is not writable, or is not there");
      }
      return directory
          .orElseThrow(() -> readOnly(ref, "it is not in a local directory"))
          .resolve("flake.lock");
    } catch (InvalidPathException e) {
      throw readOnly(ref, "its path is malformed");
    }
  }

  private static FlakeException readOnly(FlakeRef ref, String why) {
    return new FlakeException(
        Reason.FLAKE_READ_ONLY,
        "the lock file of %s cannot be written: %s".formatted(ref, why),
        Details.NONE.with("flake", ref.text()));
  }
}
