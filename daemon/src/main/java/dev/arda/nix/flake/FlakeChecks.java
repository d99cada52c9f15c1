package dev.arda.nix.flake;

import dev.arda.nix.core.FlakeCommands;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.FlakeRef;

/** Checks flakes with {@code nix flake check}, and tells what is wrong by outputs. */
public final class FlakeChecks {

  private final NixCalls calls;

  /** Checks by the Nix of this machine. */
  public FlakeChecks(NixCalls calls) {
    this.calls = calls;
  }

  /**
   * Looks at every output of a flake, whatever the others say. Blocks; interrupting the thread ends
   * the process.
   *
   * @param flake flake reference; empty: the caller's default
   * @param build also build the checks
   * @param allSystems also look at those of other systems
   * @param listener hears what Nix prints, in its internal format
   * @throws FlakeException if it cannot be read as a flake at all; as for metadata
   */
  public FlakeCheck check(
      CallContext context,
      String flake,
      boolean build,
      boolean allSystems,
      OutputListener listener) {
    FlakeRef ref = FlakeRefs.resolve(context, flake, calls.defaultFlake(context));
    var nix = calls.nix(context, ref);
    var command =
        nix.command(
            new FlakeCommands(nix.commands().withInternalJson())
                .check(FlakeRefs.argument(ref), build, allSystems));
    var reader = new FlakeCheckReader(ref, listener);
    var said = calls.run(command, reader);
    var result = reader.result();
    if (!said.result().succeeded() && result.passed()) {
      throw FlakeErrors.locking(ref, said.error());
    }
    return result;
  }
}
