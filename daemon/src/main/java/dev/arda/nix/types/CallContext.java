package dev.arda.nix.types;

import java.nio.file.Path;
import java.util.HashMap;
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
 * @param otherVariables the caller's other variables; none unless the question is impure, whose
 *     evaluation alone may read them
 */
public record CallContext(
    Path cwd,
    Optional<Path> nixProgram,
    NixOptions options,
    Map<String, String> environment,
    Map<String, String> otherVariables) {

  /** Copies the maps. */
  public CallContext {
    environment = Map.copyOf(environment);
    otherVariables = options.impure() ? Map.copyOf(otherVariables) : Map.of();
    if (!cwd.isAbsolute()) {
      throw new IllegalArgumentException("cwd is not absolute: " + cwd);
    }
  }

  /** A shell of whose variables only those on the allow-list are known. */
  public CallContext(
      Path cwd, Optional<Path> nixProgram, NixOptions options, Map<String, String> environment) {
    this(cwd, nixProgram, options, environment, Map.of());
  }

  /** The same with other options. */
  public CallContext with(NixOptions other) {
    return new CallContext(cwd, nixProgram, other, environment, otherVariables);
  }

  /** The same in another directory. */
  public CallContext in(Path directory) {
    return new CallContext(directory, nixProgram, options, environment, otherVariables);
  }

  /**
   * The same with other variables on the allow-list.
   *
   * @param variables all of them
   */
  public CallContext with(Map<String, String> variables) {
    return new CallContext(cwd, nixProgram, options, variables, otherVariables);
  }

  /** All variables that an evaluation may read. */
  public Map<String, String> evaluationVariables() {
    var result = new HashMap<>(otherVariables);
    result.putAll(environment);
    return result;
  }
}
