package dev.arda.nix.system.install;

import java.util.Locale;

/** What {@code nixos-anywhere} can be told to do, in this order. */
public enum InstallPhase {
  /** An installer takes the place of the running kernel, unless one runs already. */
  KEXEC,
  /** The disks are erased and formatted. */
  DISKO,
  /** The system is copied onto them. */
  INSTALL,
  /** The machine starts anew. */
  REBOOT;

  /** As it is written, for example {@code kexec}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
