package dev.arda.nix.remote;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.types.CallContext;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * A way to one machine. Where another connection to it is open, this one is a channel of that; if
 * that breaks, a new one is made for each script.
 */
public final class SshConnection implements Shell {

  /** The exit code with which {@code ssh} says that it failed itself. */
  private static final int SSH_FAILED = 255;

  /** For a connection to be made, beside the time that a script may take. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private final ProcessRunner runner;
  private final CallContext context;
  private final SshCommands commands;
  private final Runnable release;

  SshConnection(ProcessRunner runner, CallContext context, SshCommands commands, Runnable release) {
    this.runner = runner;
    this.context = context;
    this.commands = commands;
    this.release = release;
  }

  @Override
  public CommandResult run(RemoteScript script, OutputListener listener) {
    var result =
        runner.run(
            Command.of(commands.run(script.line()), context.environment(), context.cwd())
                .input(script.input())
                .timeLimit(script.limit().plus(commands.settings().connectTimeout()).plus(SLACK))
                .build(),
            listener);
    if (result.exitCode() == SSH_FAILED) {
      throw SshErrors.of(
          commands, result.errorTail(), () -> SshWay.find(runner, context, commands));
    }
    return result;
  }

  /** Where it leads. */
  public SshTarget target() {
    return commands.target();
  }

  /**
   * The store of the machine, as Nix is told of it. Nix finds its port, and the connection to
   * share, in {@link #nixEnvironment}.
   */
  public String storeUrl() {
    var target = commands.target();
    return "ssh-ng://"
        + target.user().map(user -> user + "@").orElse("")
        + (target.host().contains(":") ? "[" + target.host() + "]" : target.host());
  }

  /** The caller's variables, with what a Nix needs that goes to the machine. */
  public Map<String, String> nixEnvironment() {
    var result = new TreeMap<>(context.environment());
    result.put("NIX_SSHOPTS", commands.forNix());
    return result;
  }

  /** A caller whose Nix finds the machine. */
  public CallContext toContext(CallContext caller) {
    return caller.with(nixEnvironment());
  }

  @Override
  public String name() {
    return commands.target().toString();
  }

  @Override
  public void close() {
    release.run();
  }
}
