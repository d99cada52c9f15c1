package dev.arda.nix.system.deploy;

import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.Arrays;

/** How far a host is brought. */
public enum DeployMode {
  /** Activated now, and booted from then on. */
  SWITCH("switch"),
  /** Only booted from then on. */
  BOOT("boot"),
  /** Activated now, until the next boot. */
  TEST("test"),
  /** Nothing changes; the host tells what activation would do. */
  DRY_ACTIVATE("dry-activate"),
  /** Nothing is sent to the host. */
  BUILD("build");

  private final String word;

  DeployMode(String word) {
    this.word = word;
  }

  /**
   * The mode of a word.
   *
   * @throws SystemException {@code REQUEST_INVALID}
   */
  static DeployMode of(String word) {
    return Arrays.stream(values())
        .filter(mode -> mode.word.equals(word))
        .findFirst()
        .orElseThrow(() ->
            new SystemException(
                Reason.REQUEST_INVALID, "There is no way %s to update a host.".formatted(word)));
  }

  /** As it is written, for example {@code dry-activate}. */
  public String word() {
    return word;
  }

  /** Whether the running system changes. */
  boolean activates() {
    return this == SWITCH || this == TEST;
  }
}
