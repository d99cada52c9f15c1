package dev.arda.nix.flake.eval;

import dev.arda.nix.types.NixErrorDetail;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells failures whose cause may go away, though the flake stays the same, from those that are
 * facts about it. An evaluator remembers both (Nix 2.34 keeps the failure itself, all keep what led
 * there), so after one of the former it serves no more.
 */
final class StickyFailures {

  private static final Pattern PASSING =
      Pattern.compile(
          // Builds, in the words of all versions.
          "(?i)builder for|builder failed|cannot build|build of|dependenc(y|ies) (of|failed)"
              + "|while realising|hash mismatch|required system or feature"
              // Fetching.
              + "|while fetching|unable to download|could ?n.t resolve|cannot fetch|failed to fetch"
              + "|substitut|program 'git'|git object|git revision|curl|http error|timed out|connect"
              // Files and the store.
              + "|getting status of|opening (file|directory|lock)|reading (file|directory|from)"
              + "|no such file|path '[^']*' (does not exist|is not valid)|is not valid|permission denied"
              + "|no space|disk|sqlite|database|end.of.file|input/output|broken pipe|interrupted"
              + "|not allowed to refer|cannot allocate|out of memory|bad_alloc|too many open"
              // How deep is too deep depends on what was evaluated before.
              + "|stack overflow|max-call-depth");

  private StickyFailures() {}

  /**
   * Whether another evaluator may come to another result.
   *
   * @param active whether Nix built, fetched or copied something before it failed
   */
  static boolean mayPass(NixErrorDetail detail, boolean active) {
    return active
        || Stream.concat(
                Stream.of(detail.message()),
                detail.trace().stream().map(NixErrorDetail.Frame::message))
            .anyMatch(text -> PASSING.matcher(text).find());
  }
}
