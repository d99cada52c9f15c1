package dev.arda.nix.flake;

import java.util.Optional;

/**
 * One state of a flake: what a question was asked of.
 *
 * @param flakeRef the reference after defaults were applied and relative paths resolved
 * @param lockedUrl the locked URL as Nix reports it
 * @param narHash content hash of the source tree (SRI form)
 * @param storePath store path of the source tree
 * @param revision the commit, when the tree is clean
 * @param dirtyRevision the commit with the suffix {@code -dirty}, when the tree is not clean and
 *     Nix says so
 * @param lastModified seconds since 1970
 * @param subdirectory directory of the flake below the source tree; empty: its root
 */
public record FlakeState(
    String flakeRef,
    String lockedUrl,
    String narHash,
    String storePath,
    Optional<String> revision,
    Optional<String> dirtyRevision,
    long lastModified,
    String subdirectory) {}
