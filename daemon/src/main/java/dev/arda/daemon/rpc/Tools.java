package dev.arda.daemon.rpc;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.flake.FlakeChecks;
import dev.arda.nix.flake.FlakeLocks;
import dev.arda.nix.flake.NixCalls;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.shell.Shell;
import dev.arda.nix.store.Stores;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What services do beside evaluating flakes.
 *
 * @param stores for {@link StoreRpc}
 * @param shell for {@link ShellRpc}
 * @param locks for {@link FlakeRpc}
 * @param checks for {@link FlakeRpc}
 * @param ssh for {@link HostRpc}
 * @param runner runs programs
 * @param facts remembers what Nix programs can do
 * @param state directory for what is kept across starts
 */
public record Tools(
    Stores stores,
    Shell shell,
    FlakeLocks locks,
    FlakeChecks checks,
    Ssh ssh,
    ProcessRunner runner,
    NixFacts facts,
    Path state) {

  /**
   * All of it, by the Nix programs of this machine.
   *
   * @param runner runs them
   * @param facts remembers what they can do
   * @param state directory for garbage collector roots
   * @param runtime private directory for sockets
   * @param clock says when roots expire
   */
  public static Tools create(
      ProcessRunner runner, NixFacts facts, Path state, Path runtime, Clock clock) {
    var calls = new NixCalls(runner, facts);
    return new Tools(
        Stores.create(runner, facts, state.resolve("gcroots"), clock),
        new Shell(runner, facts, state.resolve("shell"), clock),
        new FlakeLocks(calls),
        new FlakeChecks(calls),
        new Ssh(runner, runtime.resolve("ssh")),
        runner,
        facts,
        state);
  }
}
