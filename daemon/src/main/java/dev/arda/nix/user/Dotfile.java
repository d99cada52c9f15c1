package dev.arda.nix.user;

/**
 * A file of a home configuration.
 *
 * @param path below the home directory
 * @param origin path of the file below the root of the flake's tree, which may be a template;
 *     empty: it is made otherwise
 * @param source what the configuration takes it from: a store path, or a path in one
 */
public record Dotfile(String path, String origin, String source) {}
