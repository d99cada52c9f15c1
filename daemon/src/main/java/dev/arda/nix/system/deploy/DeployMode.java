package dev.arda.nix.system.deploy;

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

  /** As it is written, for example {@code dry-activate}. */
  public String word() {
    return word;
  }

  /** Whether the running system changes. */
  boolean activates() {
    return this == SWITCH || this == TEST;
  }
}
