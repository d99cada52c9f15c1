package dev.arda.nix.user;

/**
 * A package that a home configuration declares.
 *
 * @param name its name, without the version
 * @param version empty: it has none
 * @param source where it is defined, for example {@code pkgs/by-name/gi/git/package.nix:12}; empty:
 *     it does not say
 * @param storePath its store path, which may not have been built
 */
public record DeclaredPackage(String name, String version, String source, String storePath) {}
