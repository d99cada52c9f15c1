package dev.arda.nix.core.build;

/**
 * Sums over a build.
 *
 * @param builds derivations
 * @param downloads store paths that are downloaded
 * @param downloadBytes their bytes, unpacked
 * @param copies store paths that are copied between stores
 * @param copyBytes their bytes, unpacked
 */
public record BuildTotals(
    Count builds, Count downloads, Count downloadBytes, Count copies, Count copyBytes) {

  /** Nothing. */
  public static final BuildTotals NONE =
      new BuildTotals(Count.NONE, Count.NONE, Count.NONE, Count.NONE, Count.NONE);

  /**
   * One sum.
   *
   * @param done how many are finished
   * @param running how many are being worked on; 0 for bytes
   * @param failed how many failed; 0 for bytes
   * @param expected how many there are, as far as known; never shrinks
   */
  public record Count(long done, long running, long failed, long expected) {
    /** Nothing. */
    public static final Count NONE = new Count(0, 0, 0, 0);
  }
}
