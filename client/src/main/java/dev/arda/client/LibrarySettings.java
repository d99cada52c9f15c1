package dev.arda.client;

/** System properties that libraries, and Java's own, read once when they are first used. */
public final class LibrarySettings {

  private LibrarySettings() {}

  /**
   * Sets them for a process of which its user sees nothing but its results: nothing is logged, and
   * nothing is looked for that is known. To be called before anything else.
   */
  public static void apply() {
    // What a user must know arrives as the status of a call.
    System.setProperty("java.util.logging.config.file", "/dev/null");
    // Java would look for another one in all jars, and take this.
    if (System.getProperty("os.name", "").equals("Linux")) {
      System.setProperty(
          "java.nio.channels.spi.SelectorProvider", "sun.nio.ch.EPollSelectorProvider");
    }
  }
}
