package dev.arda.nix.types;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The shell a question comes from. One daemon serves shells that differ, so nothing of the daemon's
 * own directory or environment may reach an answer; it is all here.
 *
 * @param cwd absolute directory that relative flake references are resolved against
 * @param nixProgram absolute path of {@code nix}; empty: the first on the {@code PATH} of {@code
 *     environment}
 * @param options options for Nix
 * @param environment the caller's variables, already reduced to those on the allow-list
 */
public record CallContext(
    Path cwd, Optional<Path> nixProgram, NixOptions options, Map<String, String> environment) {

  /** Copies the map. */
  public CallContext {
    environment = Map.copyOf(environment);
    if (!cwd.isAbsolute()) {
      throw new IllegalArgumentException("cwd is not absolute: " + cwd);
    }
  }
}
