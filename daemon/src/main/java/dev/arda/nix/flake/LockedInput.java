package dev.arda.nix.flake;

/**
 * What an input was locked to.
 *
 * @param url where it comes from, as a flake reference
 * @param revision commit; empty if it has none
 * @param narHash content hash (SRI form); empty for an input that follows another
 * @param lastModified time of the last modification, in seconds since 1970; 0 if unknown
 * @param follows path of the input that this one follows; empty if none
 */
public record LockedInput(
    String url, String revision, String narHash, long lastModified, String follows) {}
