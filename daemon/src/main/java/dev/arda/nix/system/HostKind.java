package dev.arda.nix.system;

/** What kind of system a host runs. */
public enum HostKind {
  /** NixOS: it is in {@code nixosConfigurations}. */
  NIXOS,
  /** macOS with nix-darwin: it is in {@code darwinConfigurations}. */
  DARWIN,
  /** Not known: it is named, but there is no configuration that could be built. */
  UNKNOWN
}
