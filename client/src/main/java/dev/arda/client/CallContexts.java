package dev.arda.client;

import dev.arda.v1.CallContext;
import dev.arda.v1.NixOptions;
import java.nio.file.Path;

/** Says what the daemon must know about the shell that a question comes from. */
public final class CallContexts {

  private final Environment environment;

  /** For one shell. */
  public CallContexts(Environment environment) {
    this.environment = environment;
  }

  /**
   * The context of a question: the working directory, the {@code nix} that the shell would run, and
   * the variables that may matter. Where there is no {@code nix} the field stays empty and the
   * daemon says so.
   *
   * @param options options from the command line
   */
  public CallContext context(NixOptions options) {
    return CallContext.newBuilder()
        .setCwd(environment.cwd().toString())
        .setNixProgram(environment.program("nix").map(Path::toString).orElse(""))
        .setOptions(options)
        .putAllEnv(CallerEnvironment.allowed(environment.variables()))
        .build();
  }
}
