package dev.arda.nix.system.install;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where an installation is. */
public enum InstallStage {
  /** Is the target reachable and fit? */
  PREFLIGHT(Duration.ZERO),
  /** Evaluation and build. */
  BUILD(Duration.ZERO),
  /** {@code nixos-anywhere} gets a key of its own in, and looks around. */
  CONNECT(Duration.ofMinutes(3)),
  /** An installer is started. */
  KEXEC(Duration.ofMinutes(20)),
  /** What hardware there is. */
  HARDWARE(Duration.ofMinutes(10)),
  /** The disks are erased and formatted. */
  DISKO(Duration.ofMinutes(60)),
  /** The system is copied and installed. */
  INSTALL(Duration.ofHours(4)),
  /** The machine starts anew. */
  REBOOT(Duration.ofMinutes(5));

  /** The beginnings of what {@code nixos-anywhere} prints between {@code ###}. */
  private static final List<Beginning> BEGINNINGS =
      List.of(
          new Beginning("Uploading install SSH keys", CONNECT),
          new Beginning("Gathering machine facts", CONNECT),
          new Beginning("Switching system into kexec", KEXEC),
          new Beginning("Generating ", HARDWARE),
          new Beginning("Building disko script", DISKO),
          new Beginning("Formatting hard drive", DISKO),
          new Beginning("Uploading the system closure", INSTALL),
          new Beginning("Building the system closure", INSTALL),
          new Beginning("Copying extra files", INSTALL),
          new Beginning("Installing NixOS", INSTALL),
          new Beginning("Waiting for the machine to become unreachable", REBOOT),
          new Beginning("Rebooting", REBOOT),
          new Beginning("Uploading ", DISKO));

  private record Beginning(String text, InstallStage stage) {}

  private final Duration limit;

  InstallStage(Duration limit) {
    this.limit = limit;
  }

  /** As it is written, for example {@code disko}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How long each step of it may take; zero: it has limits of its own. */
  Duration limit() {
    return limit;
  }

  /** Whether the disks may have been touched when it has begun. */
  boolean mayHaveErased() {
    return compareTo(DISKO) >= 0;
  }

  /**
   * The stage that a line of {@code nixos-anywhere} begins.
   *
   * @param line of standard output; one that begins something is {@code ### TEXT ###}
   * @param now the stage before: facts are gathered anew after {@code kexec}, which is no step back
   */
  static Optional<InstallStage> begunBy(String line, InstallStage now) {
    if (!line.startsWith("### ") || !line.endsWith(" ###")) {
      return Optional.empty();
    }
    var text = line.substring(4, line.length() - 4);
    return BEGINNINGS.stream()
        .filter(one -> text.startsWith(one.text()))
        .findFirst()
        .map(one -> one.stage().compareTo(now) < 0 ? now : one.stage());
  }
}
