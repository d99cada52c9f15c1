package dev.arda.nix.flake.watch;

/**
 * State of one watched part, for {@code arda daemon status}.
 *
 * @param source what is observed
 * @param mode how
 * @param version the version in its tokens
 */
public record WatchStatus(SourceSpec source, WatchMode mode, long version) {}
