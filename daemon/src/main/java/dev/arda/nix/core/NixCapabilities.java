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
 * @param flakeUpdateInputs whether {@code nix flake update} takes names of inputs, and the flake by
 *     {@code --flake}; else {@code nix flake lock --update-input} says the same
 * @param pathInfoFormat whether {@code nix path-info} is to be told the form of its JSON
 */
public record NixCapabilities(
    boolean configShow,
    boolean printOutPaths,
    boolean flakeMetadata,
    boolean flakeShowAllSystems,
    boolean flakeUpdateInputs,
    boolean pathInfoFormat) {}
