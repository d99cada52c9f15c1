package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.ClosureTransfer;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StorePath;
import dev.arda.nix.types.SystemException;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Whether what is copied to a target has room in its store. That is known for sure only afterwards:
 * file systems that compress, or files that are the same, take less than what is counted here. So a
 * copy that seems too large is tried all the same, and one that fails is told with these figures.
 *
 * @param label the host and its target, for messages
 * @param free bytes that were free for its store when it was looked at; empty: not known
 * @param needed bytes that it lacks of what it is to have; empty: not known
 */
record StoreRoom(String label, OptionalLong free, OptionalLong needed) {

  /** What Nix says when it cannot write because there is no room, in bytes, files or a quota. */
  private static final Pattern FULL =
      Pattern.compile(
          "No space left on device|Disk quota exceeded|database or disk is full",
          Pattern.CASE_INSENSITIVE);

  private static final long MIB = 1024 * 1024;

  /** What is known before a system is copied; asks the target only if it could be too little. */
  static StoreRoom of(String label, TargetFacts facts, ClosureTransfer transfer, StorePath system) {
    var kib = facts.freeKib();
    var free = kib.isPresent() ? OptionalLong.of(kib.getAsLong() * 1024) : OptionalLong.empty();
    return new StoreRoom(
        label,
        free,
        free.isPresent() ? transfer.lacking(system, free.getAsLong()) : OptionalLong.empty());
  }

  /** Whether more is needed than is free. */
  boolean seemsTooSmall() {
    return free.isPresent() && needed.isPresent() && needed.getAsLong() > free.getAsLong();
  }

  /** What is needed, and what there is. */
  String told() {
    return needed.isPresent() && free.isPresent()
        ? "%s has %s left for its store, and lacks %s of the system"
            .formatted(label, size(free.getAsLong()), size(needed.getAsLong()))
        : free.isPresent()
            ? "%s had %s left for its store".formatted(label, size(free.getAsLong()))
            : label + " does not say how much was left";
  }

  /**
   * Why a copy failed.
   *
   * @return that the disk is full, if that is why; else what was given
   */
  NixException explained(NixException failure) {
    var words =
        failure.getMessage() + failure.nixError().map(nix -> "\n" + nix.logTail()).orElse("");
    if (!FULL.matcher(words).find()) {
      return failure;
    }
    return new SystemException(
        Reason.STORE_FAILED,
        "The disk of %s is full: %s. Nothing was activated: it runs and boots what it did. What was copied stays until garbage is collected there: nix-collect-garbage. (%s)"
            .formatted(label, told(), firstLine(failure.getMessage())),
        Details.NONE.with(failure));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static String size(long bytes) {
    return bytes < 10 * MIB
        ? "%d KiB".formatted((bytes + 1023) / 1024)
        : bytes < 10 * 1024 * MIB
            ? "%d MiB".formatted(bytes / MIB)
            : String.format(Locale.ROOT, "%.1f GiB", bytes / (1024.0 * MIB));
  }
}
