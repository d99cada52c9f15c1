package dev.arda.nix.system.deploy;

import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.types.NixException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What came of a deployment.
 *
 * @param hosts one for each host, in bytewise order of their names
 * @param givenUp whether it was given up before all was done
 */
public record DeployResult(List<HostResult> hosts, boolean givenUp) {

  /** Copies the list. */
  public DeployResult {
    hosts = List.copyOf(hosts);
  }

  /** How it ended for a host. */
  public enum Ending {
    /** It was as it should be before. */
    UNCHANGED,
    /** What was wished was done. */
    DONE,
    /** It was done, and units failed that had not failed before. */
    DONE_WITH_FAILED_UNITS,
    /** It was done, and takes full effect at the next boot. */
    DONE_REBOOT_NEEDED,
    /** Only planned or built, as was wished. */
    PLANNED,
    /** It failed, and the running system is what it was: nothing was activated. */
    FAILED,
    /** It was refused before anything changed: the target is not fit, or busy. */
    REFUSED,
    /** The new system ran and failed; the one before runs again, and the profile is what it was. */
    ROLLED_BACK,
    /** The new system ran and failed, and the one before could not be activated again. */
    STUCK,
    /** It cannot be told what the target runs. */
    UNKNOWN,
    /** It was not begun: others had failed, or one that it waits for is not as wished. */
    SKIPPED,
    /** It was given up before anything was activated: what ran before runs. */
    CANCELLED;

    /** Whether the host is what was wished. */
    public boolean isGood() {
      return switch (this) {
        case UNCHANGED, DONE, DONE_WITH_FAILED_UNITS, DONE_REBOOT_NEEDED, PLANNED -> true;
        case FAILED, REFUSED, ROLLED_BACK, STUCK, UNKNOWN, SKIPPED, CANCELLED -> false;
      };
    }
  }

  /**
   * What came of one host.
   *
   * @param name its name
   * @param target where it is; empty: not known
   * @param ending how it ended
   * @param stage the stage in which it ended
   * @param system store path of the system that was wished; empty: not known
   * @param before store path of the system that ran before; empty: not known, or none
   * @param running store path of the system that runs now; empty: not known, or none
   * @param generation number of the generation that is booted now
   * @param diff what changes from the system before
   * @param failedUnits units that failed since
   * @param wave number of the wave that it was in, from 1; 0: there is one, or it came into none
   * @param elapsed how long it took
   * @param failure why it is not as was wished; empty: it is
   */
  public record HostResult(
      String name,
      String target,
      Ending ending,
      Stage stage,
      String system,
      String before,
      String running,
      OptionalInt generation,
      Optional<ClosureDiff> diff,
      List<String> failedUnits,
      int wave,
      Duration elapsed,
      Optional<NixException> failure) {
    /** Copies the list. */
    public HostResult {
      failedUnits = List.copyOf(failedUnits);
    }
  }
}
