package dev.arda.nix.flake;

import java.util.List;

/**
 * What Nix knows of a flake without evaluating its outputs.
 *
 * @param state which state it is in
 * @param description what the flake says of itself; empty if nothing
 * @param inputs the locked inputs in order of their paths
 * @param json what {@code nix flake metadata --json} printed
 */
public record FlakeMetadata(FlakeState state, String description, List<Input> inputs, String json) {

  /** Copies the list. */
  public FlakeMetadata {
    inputs = List.copyOf(inputs);
  }

  /**
   * One locked input.
   *
   * @param path for example {@code home-manager/nixpkgs}
   * @param url where it comes from
   * @param narHash content hash (SRI form); empty if it is not locked
   * @param lastModified seconds since 1970; 0 if unknown
   * @param follows path of the input that this one follows; empty if none
   */
  public record Input(String path, String url, String narHash, long lastModified, String follows) {}
}
