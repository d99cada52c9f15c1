package dev.arda.nix.flake.watch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a scan saw.
 *
 * @param digest SHA-256, hexadecimal, over every relevant entry: path, device, inode, mode, size,
 *     times, link text
 * @param settled no entry is so young that a later change could leave the same time stamps
 * @param entries how many entries
 * @param linked a file that has another name, through which it could be written unseen; empty: none
 *     has
 * @param startNanos when it began, on the monotonic clock
 * @param endNanos when it ended
 */
record Snapshot(
    String digest,
    boolean settled,
    long entries,
    Optional<Path> linked,
    long startNanos,
    long endNanos) {

  /** How long it took. */
  Duration took() {
    return Duration.ofNanos(endNanos - startNanos);
  }

  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
