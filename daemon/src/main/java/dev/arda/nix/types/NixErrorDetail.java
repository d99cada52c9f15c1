package dev.arda.nix.types;

import java.util.List;
import java.util.Optional;

/**
 * What Nix said when it failed, without control characters.
 *
 * @param message its last words, without the leading {@code error:}
 * @param position where it happened, if Nix said so
 * @param trace the frames, outermost first
 * @param logTail the end of what Nix printed to standard error; at most 64 KiB
 */
public record NixErrorDetail(
    String message, Optional<SourcePosition> position, List<Frame> trace, String logTail) {

  /** Copies the list. */
  public NixErrorDetail {
    trace = List.copyOf(trace);
  }

  /**
   * One frame of a trace.
   *
   * @param message for example {@code while evaluating the attribute 'config'}
   * @param position where, if Nix said so
   */
  public record Frame(String message, Optional<SourcePosition> position) {}
}
