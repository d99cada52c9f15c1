package dev.arda.nix.user;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.ApplyListener.StepState;
import dev.arda.nix.user.ApplyRequest.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/**
 * Brings one home to what a flake says by the command {@code home-manager}, which builds, looks
 * what is in the way, sets the profile and activates, in its own way: it puts nothing back. What it
 * prints is told. Used by one thread.
 */
final class HomeManagerRun {

  private static final String PROGRAM = "home-manager";

  /** How much of what it printed an error repeats. */
  private static final int LAST_LINES = 5;

  private final UserTools tools;
  private final ApplyRequest request;
  private final int user;
  private final ApplyResult.Builder result;
  private final ApplyListener listener;
  private final List<String> lastLines = new ArrayList<>();

  HomeManagerRun(
      UserTools tools,
      ApplyRequest request,
      int user,
      ApplyResult.Builder result,
      ApplyListener listener) {
    this.tools = tools;
    this.request = request;
    this.user = user;
    this.result = result;
    this.listener = listener;
  }

  /**
   * Does it.
   *
   * @throws NixException {@code USER_ACTIVATION_FAILED}, {@code USER_ACCOUNT_UNSUITABLE}; {@code
   *     PACKAGE_MISSING} and the like where there is no home-manager
   */
  void run(HomeConfiguration configuration) {
    if (configuration.isDescribed()) {
      throw HomeManagerCommands.refused(
          "applies homeConfigurations only, and %s is none".formatted(configuration.definition()));
    }
    var context = request.context();
    var facts = configuration.facts();
    var shell = new LocalShell(tools.runner(), context);
    var account =
        tools.account(facts.username().orElse(""), facts.homeDirectory().orElse(""), shell);
    if (!account.prefix().isEmpty()) {
      throw Account.unsuitable(account.user(), "home-manager applies one's own environment only");
    }
    var home = new Home(shell, account);
    var before = home.probe();
    result.user = before.user();
    result.home = before.home();
    result.before = number(before);
    var flake =
        tools.flakes().metadata(context, request.flake(), ProgressListener.NONE).state().flakeRef();
    var command =
        HomeManagerCommands.of(
            program().toString(), request, flake, configuration.path().getLast());
    listener.step(user, ApplyListener.Step.ACTIVATE, StepState.RUNNING, "");
    try {
      run(command, before);
      listener.step(user, ApplyListener.Step.ACTIVATE, StepState.SUCCEEDED, "");
    } catch (NixException e) {
      listener.step(user, ApplyListener.Step.ACTIVATE, StepState.FAILED, e.getMessage());
      throw e;
    } finally {
      if (request.mode() == Mode.SWITCH) {
        told(home.probe());
      }
    }
    result.activated = request.mode() == Mode.SWITCH;
  }

  private static OptionalLong number(HomeState state) {
    return state.current().map(one -> OptionalLong.of(one.number())).orElse(OptionalLong.empty());
  }

  private void told(HomeState after) {
    result.generation = number(after);
    result.reused = result.generation.isPresent() && result.generation.equals(result.before);
    after.current().ifPresent(one -> result.storePath = one.storePath());
  }

  private Path program() {
    return tools.packages().ensureShellTool(request.context(), PROGRAM);
  }

  /** In an empty directory: a build leaves the link {@code result}. */
  private void run(List<String> words, HomeState state) {
    Path directory;
    try {
      directory = Files.createTempDirectory("arda-home-manager-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var link = directory.resolve("result");
    try {
      var ended = run(Command.of(words, environment(state), directory).build());
      if (!ended.succeeded()) {
        throw failed(ended, state);
      }
      if (Files.isSymbolicLink(link)) {
        result.storePath = Files.readSymbolicLink(link).toString();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      try {
        Files.deleteIfExists(link);
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        listener.note(user, "%s stays: %s".formatted(directory, e.getMessage()));
      }
    }
  }

  /** What is being switched is not left half done because somebody does not want to wait. */
  private CommandResult run(Command command) {
    if (request.mode() != Mode.SWITCH) {
      return tools.runner().run(command, new Hearing());
    }
    var task = new FutureTask<>(() -> tools.runner().run(command, new Hearing()));
    Thread.ofVirtual().name("arda-home-manager").start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof NixException known) {
            throw known;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The variables that home-manager and what it activates rely on. */
  private Map<String, String> environment(HomeState state) {
    CallContext context = request.context();
    var result = new HashMap<>(context.evaluationVariables());
    result.put("USER", state.user());
    result.put("LOGNAME", state.user());
    result.put("HOME", state.home());
    var nix = tools.nixDirectory(context);
    result.merge("PATH", nix.toString(), (path, own) -> own + ":" + path);
    Optional.ofNullable(result.get("XDG_RUNTIME_DIR"))
        .map(directory -> Path.of(directory, "bus"))
        .filter(Files::exists)
        .ifPresent(bus -> result.put("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + bus));
    return result;
  }

  private UserException failed(CommandResult ended, HomeState before) {
    return new UserException(
        Reason.USER_ACTIVATION_FAILED,
        "home-manager ended with exit code %d. It puts nothing back: arda user generations tells which generation is current%s.%s"
            .formatted(
                ended.exitCode(),
                before.current().map(one -> " (it was " + one.number() + ")").orElse(""),
                lastLines.stream().map(line -> "\n  " + line).collect(Collectors.joining())),
        Details.NONE
            .with("user", before.user())
            .with("exit_code", Integer.toString(ended.exitCode()))
            .with("restored", "false"));
  }

  /** Both of its outputs, in the order in which they come. */
  private final class Hearing implements OutputListener {
    @Override
    public void standardOutput(String line) {
      told(line);
    }

    @Override
    public void standardError(String line) {
      told(line);
    }

    private synchronized void told(String line) {
      listener.printed(user, line);
      lastLines.add(TerminalText.strip(line));
      if (lastLines.size() > LAST_LINES) {
        lastLines.removeFirst();
      }
    }
  }
}
