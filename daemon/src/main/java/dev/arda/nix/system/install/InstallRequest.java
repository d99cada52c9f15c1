package dev.arda.nix.system.install;

import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.types.SystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A wish to install.
 *
 * @param context who wishes
 * @param flake flake reference; empty: the caller's default
 * @param host its name; that nothing else is erased, the caller has made sure of
 * @param reach where and how it is reached
 * @param phases what is done
 * @param extraFiles directory whose content is copied to {@code /} of the new system
 * @param owners of what is below it there
 * @param diskKeys files for the installer
 * @param buildOn where the system is built; {@code local} is arda's to do
 * @param kexec path or URL of another installer
 * @param hardware what is to be found out about the hardware, before anything is built
 * @param copyHostKeys whether the new system gets the host keys of the old one
 * @param stepLimit how long one step of {@code nixos-anywhere} may take instead of what is usual
 * @param limits how long evaluations may take, and what is built here
 */
public record InstallRequest(
    CallContext context,
    String flake,
    HostName host,
    Reach reach,
    Set<InstallPhase> phases,
    Optional<Path> extraFiles,
    List<Owner> owners,
    List<DiskKey> diskKeys,
    BuildOn buildOn,
    Optional<String> kexec,
    Optional<Hardware> hardware,
    boolean copyHostKeys,
    Optional<Duration> stepLimit,
    StageLimits limits) {

  private static final Pattern REMOTE_PATH = Pattern.compile("/[A-Za-z0-9._/+@-]{1,500}");
  private static final Pattern OWNER =
      Pattern.compile("[A-Za-z0-9_.-]{1,64}(:[A-Za-z0-9_.-]{1,64})?");
  private static final Pattern KEXEC = Pattern.compile("(https?://|/)[!-~]{1,2000}");

  /** Where a system is built. */
  public enum BuildOn {
    /** Where {@code nixos-anywhere} finds best. */
    AUTO,
    /** Here. */
    LOCAL,
    /** On the target. */
    REMOTE
  }

  /** Who owns a path of the new system, {@code USER:GROUP}, best in numbers. */
  public record Owner(String path, String owner) {}

  /** A file of this machine that the installer finds at a path. */
  public record DiskKey(String remotePath, Path file) {}

  /**
   * What is found out about the hardware.
   *
   * @param backend {@code nixos-facter} or {@code nixos-generate-config}
   * @param file where it is written, relative to the flake
   */
  public record Hardware(String backend, Path file) {}

  /**
   * Checks what goes to the target's shell.
   *
   * @throws SystemException {@code REQUEST_INVALID}
   */
  public InstallRequest {
    phases = java.util.Collections.unmodifiableSet(new TreeSet<>(phases));
    owners = List.copyOf(owners);
    diskKeys = List.copyOf(diskKeys);
    if (phases.isEmpty()) {
      throw refused("No phase is to be done.");
    }
    for (var key : diskKeys) {
      // It reaches a shell of the installer without quotes.
      if (!REMOTE_PATH.matcher(key.remotePath()).matches()) {
        throw refused(
            "A disk encryption key cannot lie at that path: it has to be absolute, without blanks and quotes.");
      }
    }
    for (var owner : owners) {
      if (!REMOTE_PATH.matcher(owner.path()).matches() || !OWNER.matcher(owner.owner()).matches()) {
        throw refused("--chown takes an absolute path without blanks, and USER:GROUP.");
      }
    }
    if (kexec.isPresent() && !KEXEC.matcher(kexec.get()).matches()) {
      throw refused("The installer for kexec is named by an absolute path or a URL.");
    }
  }

  /**
   * Whether arda builds: else {@code nixos-anywhere} has to, because only it knows when or where.
   */
  boolean isPrebuilt() {
    return buildOn == BuildOn.LOCAL && hardware.isEmpty();
  }

  private static SystemException refused(String message) {
    return new SystemException(Reason.REQUEST_INVALID, message);
  }
}
