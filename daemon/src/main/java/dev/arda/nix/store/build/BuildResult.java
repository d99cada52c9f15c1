package dev.arda.nix.store.build;

import dev.arda.nix.types.NixException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What came of a build.
 *
 * @param targets one for each of the request, in its order
 * @param built how many derivations were built
 * @param downloaded how many store paths were downloaded
 * @param downloadedBytes their bytes, unpacked
 */
public record BuildResult(
    List<TargetResult> targets, long built, long downloaded, long downloadedBytes) {

  /** Copies the list. */
  public BuildResult {
    targets = List.copyOf(targets);
  }

  /** How the outputs of a target came to be there. */
  public enum Origin {
    /** They were there before. */
    CACHED,
    /** They were downloaded. */
    SUBSTITUTED,
    /** They were built. */
    BUILT,
    /** They are not there: the target failed, or was only planned. */
    NONE
  }

  /**
   * What came of a target.
   *
   * @param label how the request called it
   * @param drvPath its derivation; empty: not known, or none
   * @param outputs its outputs in the order of their names; none unless it succeeded
   * @param origin how they came to be there
   * @param closureBytes size of everything they need; 0: not known
   * @param elapsed how long it took
   * @param outLinks links that were made to the outputs
   * @param difference what changed against the path of the request; empty: nothing was asked
   * @param failure why it failed; empty: it did not
   * @param failedDrvPath the derivation whose build failed; empty: none did
   */
  public record TargetResult(
      String label,
      String drvPath,
      List<Output> outputs,
      Origin origin,
      long closureBytes,
      Duration elapsed,
      List<Path> outLinks,
      Optional<Difference> difference,
      Optional<NixException> failure,
      String failedDrvPath) {

    /** Copies the lists. */
    public TargetResult {
      outputs = List.copyOf(outputs);
      outLinks = List.copyOf(outLinks);
    }
  }

  /**
   * One output.
   *
   * @param name for example {@code out}; empty for a store path that was asked for by itself
   * @param path its store path
   */
  public record Output(String name, String path) {}
}
