package dev.arda.nix.flake;

import dev.arda.nix.types.NixErrorDetail;
import java.util.List;
import java.util.Optional;

/**
 * What came of checking a flake.
 *
 * @param flakeRef the flake
 * @param outputs what was looked at, in order: outputs as a whole and, as far as this Nix tells
 *     them, their parts
 * @param warnings what Nix warned of, each a line
 */
public record FlakeCheck(String flakeRef, List<Output> outputs, List<String> warnings) {

  /** Copies the lists. */
  public FlakeCheck {
    outputs = List.copyOf(outputs);
    warnings = List.copyOf(warnings);
  }

  /**
   * One thing that was looked at.
   *
   * @param name for example {@code packages}, or {@code packages.x86_64-linux.hello}
   * @param kind what it was looked at as, in Nix's words: {@code flake output}, {@code derivation},
   *     {@code NixOS configuration}…; {@code build} for the build of a check
   * @param failure what is wrong with it
   */
  public record Output(String name, String kind, Optional<NixErrorDetail> failure) {}

  /** Whether nothing is wrong. */
  public boolean passed() {
    return outputs.stream().allMatch(output -> output.failure().isEmpty());
  }
}
