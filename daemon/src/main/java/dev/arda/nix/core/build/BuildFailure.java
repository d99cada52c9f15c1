package dev.arda.nix.core.build;

import java.util.List;

/**
 * Why a derivation was not built.
 *
 * @param drvPath the derivation
 * @param reason Nix's words in one line, for example {@code builder failed with exit code 3}
 * @param dependency whether it was not begun because something that it needs failed
 * @param lastLines the last lines that its builder printed, at most 101, without control characters
 */
public record BuildFailure(
    String drvPath, String reason, boolean dependency, List<String> lastLines) {
  /** Copies the list. */
  public BuildFailure {
    lastLines = List.copyOf(lastLines);
  }
}
