package dev.arda.nix.user;

import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.LimitedFlakes;
import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.remote.SshSettings;
import dev.arda.nix.store.Stores;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.TimeLimit;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

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
 * @param ssh reaches other machines
 * @param packages have programs that the caller lacks
 */
public record UserTools(
    Flakes flakes,
    Builds builds,
    Stores stores,
    ProcessRunner runner,
    NixFacts facts,
    String self,
    InstantSource clock,
    GeneratedHomes generated,
    Ssh ssh,
    dev.arda.nix.shell.Shell packages) {

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
      Path directory,
      Ssh ssh,
      dev.arda.nix.shell.Shell packages) {
    return new UserTools(
        flakes,
        builds,
        stores,
        runner,
        facts,
        self,
        clock,
        new GeneratedHomes(directory),
        ssh,
        packages);
  }

  /**
   * The same, with flakes that are evaluated in limited time.
   *
   * @param limit for each evaluation
   */
  UserTools within(TimeLimit limit) {
    return new UserTools(
        LimitedFlakes.of(flakes, limit),
        builds,
        stores,
        runner,
        facts,
        self,
        clock,
        generated,
        ssh,
        packages);
  }

  Shell shell(CallContext context) {
    return new LocalShell(runner, context);
  }

  /**
   * The way to a machine.
   *
   * @throws NixException if it cannot be reached
   */
  Shell shell(CallContext context, Optional<Place> place) {
    return place.isEmpty() || place.get().target().isLocal()
        ? shell(context)
        : ssh.connect(
            context,
            place.get().target(),
            SshSettings.of(context, place.get().acceptNewHostKey(), place.get().jumpHosts()));
  }

  /** The caller's {@code nix-env}; empty: the other machine has one of its own. */
  String nixEnv(CallContext context, Shell shell) {
    return shell instanceof LocalShell
        ? Nix.of(context, runner, facts).programs().nixEnv().toString()
        : "";
  }

  /** Where the caller's Nix is. */
  Path nixDirectory(CallContext context) {
    var nix = Nix.of(context, runner, facts).programs().nix();
    return Optional.ofNullable(nix.getParent()).orElse(Path.of("/"));
  }

  /**
   * An account of a machine. As root, everybody's; else one's own, which the scripts check.
   *
   * @param user login name; empty: whoever logs in there
   * @param home home directory; empty: that of the login name
   */
  Account account(String user, String home, Shell shell) {
    return shell instanceof LocalShell
        ? Account.local(user, home, self)
        : Account.remote(
            user, home, shell.run(RemoteScript.of("id -un", Scripts.SHORT)).outputText().strip());
  }
}
