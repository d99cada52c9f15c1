package dev.arda.nix.user;

import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.store.Stores;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.types.CallContext;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What environments are applied with.
 *
 * @param flakes say what they are
 * @param builds build them
 * @param stores compare them
 * @param runner runs scripts
 * @param facts of Nix programs
 * @param self login name of whoever runs arda
 * @param clock names records
 * @param generated makes configurations of descriptions
 */
public record UserTools(
    Flakes flakes,
    Builds builds,
    Stores stores,
    ProcessRunner runner,
    NixFacts facts,
    String self,
    InstantSource clock,
    GeneratedHomes generated) {

  /**
   * The same.
   *
   * @param directory for what is generated; created when needed
   */
  public static UserTools of(
      Flakes flakes,
      Builds builds,
      Stores stores,
      ProcessRunner runner,
      NixFacts facts,
      String self,
      InstantSource clock,
      Path directory) {
    return new UserTools(
        flakes, builds, stores, runner, facts, self, clock, new GeneratedHomes(directory));
  }

  Shell shell(CallContext context) {
    return new LocalShell(runner, context);
  }

  String nixEnv(CallContext context) {
    return Nix.of(context, runner, facts).programs().nixEnv().toString();
  }
}
