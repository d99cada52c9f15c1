package dev.arda.nix.types;

import java.util.List;
import java.util.Optional;

/**
 * Options for Nix, as a user gives them (the seed's {@code NixOptions}, section 15.2.7, and the
 * global flags of section 4.1).
 *
 * @param settings settings, as {@code --option NAME VALUE}, in order; later ones win
 * @param inputOverrides inputs to replace, as {@code --override-input INPUT REF}
 * @param impure evaluate with access to the environment and the file system
 * @param offline do not use the network
 * @param refresh ask remote sources again
 * @param showTrace ask for complete traces
 * @param system the system to evaluate for; empty: the one Nix reports
 * @param debug more detail in logs and errors
 * @param noWriteLockFile never write {@code flake.lock}
 */
public record NixOptions(
    List<Setting> settings,
    List<InputOverride> inputOverrides,
    boolean impure,
    boolean offline,
    boolean refresh,
    boolean showTrace,
    Optional<String> system,
    boolean debug,
    boolean noWriteLockFile) {

  /** Nothing set. */
  public static final NixOptions NONE =
      new NixOptions(
          List.of(), List.of(), false, false, false, false, Optional.empty(), false, false);

  /** Copies the lists. */
  public NixOptions {
    settings = List.copyOf(settings);
    inputOverrides = List.copyOf(inputOverrides);
  }

  /** The same with other settings. */
  public NixOptions withSettings(List<Setting> other) {
    return new NixOptions(
        other, inputOverrides, impure, offline, refresh, showTrace, system, debug, noWriteLockFile);
  }

  /** The same with other inputs to replace. */
  public NixOptions withInputOverrides(List<InputOverride> other) {
    return new NixOptions(
        settings, other, impure, offline, refresh, showTrace, system, debug, noWriteLockFile);
  }

  /** The same, asking for complete traces. */
  public NixOptions withTrace() {
    return new NixOptions(
        settings, inputOverrides, impure, offline, refresh, true, system, debug, noWriteLockFile);
  }

  /** The same, never writing {@code flake.lock}. */
  public NixOptions withoutLockFile() {
    return new NixOptions(
        settings, inputOverrides, impure, offline, refresh, showTrace, system, debug, true);
  }

  /**
   * One Nix setting.
   *
   * @param name for example {@code allow-import-from-derivation}
   * @param value as in {@code nix.conf}
   */
  public record Setting(String name, String value) {}

  /**
   * One replaced input.
   *
   * @param inputPath for example {@code home-manager/nixpkgs}
   * @param flakeRef what to use instead
   */
  public record InputOverride(String inputPath, String flakeRef) {}
}
