package dev.arda.nix.system.rebuild;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One program, and what it can do.
 *
 * @param kind which
 * @param path absolute path of it
 * @param options it knows, for example {@code --store-path}; empty: it does not tell, and is taken
 *     for one of those that know what the seed uses
 * @param forRoot whether it has to be run by root to activate anything
 */
public record RebuildTool(RebuildKind kind, Path path, Set<String> options, boolean forRoot) {

  /** Copies the set. */
  public RebuildTool {
    options = Set.copyOf(options);
  }

  /** Whether it knows an option. */
  boolean knows(String option) {
    return options.contains(option);
  }

  /** Whether it activates a system that somebody else has built. */
  public boolean takesStorePaths() {
    return knows("--store-path");
  }

  /**
   * The option with which it changes the system of a target by {@code sudo}. One that tells nothing
   * of itself gets the older: newer ones understand it.
   */
  String sudo() {
    return knows("--sudo") ? "--sudo" : "--use-remote-sudo";
  }

  /** The option with which it reads a password for that, from standard input if need be. */
  public Optional<String> sudoPassword() {
    return Optional.of("--ask-sudo-password").filter(this::knows);
  }

  /**
   * The option that keeps it from building another version of itself first: that one may know other
   * options.
   */
  Optional<String> asItIs() {
    return Stream.of("--no-reexec", "--fast").filter(this::knows).findFirst();
  }
}
