package dev.arda.nix.flake.watch;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A state of a source, as far as one process needs to know. Equal tokens of the same watch: no
 * relevant write finished between the barriers that returned them. Tokens mean nothing outside the
 * process and are never stored.
 *
 * @param stamps one per watched part, in a fixed order; none when nothing can change
 */
public record Token(List<Stamp> stamps) {

  /** Copies the list. */
  public Token {
    stamps = List.copyOf(stamps);
  }

  /**
   * State of one part.
   *
   * @param source number of the part, never reused in this process
   * @param version grows with every change that may matter
   */
  public record Stamp(long source, long version) {}

  @Override
  public String toString() {
    return stamps.stream()
        .map(stamp -> stamp.source() + ":" + stamp.version())
        .collect(Collectors.joining(",", "Token[", "]"));
  }
}
