package dev.arda.nix.core;

/**
 * What one installed Nix can do. Found out by asking the program for the commands and flags it
 * knows, not by its version: distributions patch it, and Lix and Determinate Nix number
 * differently.
 *
 * @param configShow whether it is {@code nix config show}; else {@code nix show-config}
 * @param printOutPaths whether {@code nix build} knows {@code --print-out-paths}; else {@code
 *     --json} says the same
 * @param flakeMetadata whether it is {@code nix flake metadata}; else {@code nix flake info}
 * @param flakeShowAllSystems whether {@code nix flake show} knows {@code --all-systems}; else it
 *     shows all of them anyway
 */
public record NixCapabilities(
    boolean configShow,
    boolean printOutPaths,
    boolean flakeMetadata,
    boolean flakeShowAllSystems) {}
