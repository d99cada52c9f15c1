package dev.arda.nix.system.rebuild;

/** Which program. */
public enum RebuildKind {
  /** That of NixOS. */
  NIXOS("nixos-rebuild"),
  /** That of nix-darwin. */
  DARWIN("darwin-rebuild");

  private final String program;

  RebuildKind(String program) {
    this.program = program;
  }

  /** Its name. */
  public String program() {
    return program;
  }
}
