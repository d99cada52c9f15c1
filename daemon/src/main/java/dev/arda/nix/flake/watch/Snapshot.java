package dev.arda.nix.flake.watch;

import java.util.HexFormat;

/**
 * What a scan saw.
 *
 * @param digest SHA-256, hexadecimal, over every relevant entry: path, device, inode, mode, size,
 *     times, link text
 * @param settled no entry is so young that a later change could leave the same time stamps
 * @param entries how many entries
 * @param startNanos when it began, on the monotonic clock
 * @param endNanos when it ended
 */
record Snapshot(String digest, boolean settled, long entries, long startNanos, long endNanos) {
  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
