package dev.arda.nix.system.deploy;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.SshConnection;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.rebuild.RebuildCommand;
import dev.arda.nix.system.rebuild.RebuildCommand.Source;
import dev.arda.nix.system.rebuild.RebuildKind;
import dev.arda.nix.system.rebuild.RebuildTool;
import dev.arda.nix.system.rebuild.RebuildTools;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.types.SystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Has {@code nixos-rebuild} or {@code darwin-rebuild} bring one host to its system, and finds out
 * what became of it: these programs set the profile before they activate, and take nothing back. So
 * the host is looked at again, whatever the program says. Used by one thread at a time.
 */
final class HostRebuild {

  /** For a host to answer again after its activation. */
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(30);

  /** For the program to end by itself when it is given up. */
  private static final Duration GRACE = Duration.ofMillis(1500);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final Host host;
  private final DeployRequest request;
  private final Kit kit;
  private final HostCourse course;
  private Optional<RebuildTool> tool = Optional.empty();
  private Optional<SshTarget> target = Optional.empty();
  private Optional<SshTarget> builder = Optional.empty();
  private Elevation elevation = Elevation.NONE;

  /**
   * What it works with.
   *
   * @param tools has the programs
   * @param runner runs them
   * @param flake reference, resolved
   */
  record Kit(RebuildTools tools, ProcessRunner runner, String flake) {}

  HostRebuild(Host host, DeployRequest request, Kit kit, HostCourse course) {
    this.host = host;
    this.request = request;
    this.kit = kit;
    this.course = course;
  }

  /**
   * Has the program, and checks that it can do what is wished.
   *
   * @throws NixException {@code HOST_UNFIT} if it cannot; as {@link RebuildTools#find}
   */
  void prepare(SshTarget where, Optional<SshTarget> elsewhere, Elevation privilege) {
    target = Optional.of(where).filter(place -> !place.isLocal());
    builder = elsewhere;
    elevation = privilege;
    switch (request.engine()) {
      case NATIVE -> throw new IllegalStateException("arda does it itself");
      case OWN_NIXOS_REBUILD -> requireHere("nixos-rebuild of a system itself");
      case DARWIN_REBUILD -> {
        requireHere("darwin-rebuild");
        require(
            Set.of(DeployMode.SWITCH, DeployMode.DRY_ACTIVATE).contains(request.mode()),
            "darwin-rebuild knows no mode " + request.mode().word());
        require(request.specialisation().isEmpty(), "darwin-rebuild knows no specialisations");
        require(builder.isEmpty(), "darwin-rebuild knows no build host; --build-host localhost");
        tool = Optional.of(kit.tools().find(request.context(), RebuildKind.DARWIN));
      }
      case NIXOS_REBUILD -> {
        var found = kit.tools().find(request.context(), RebuildKind.NIXOS);
        tool = Optional.of(found);
        require(
            elevation.prefix().isEmpty() || elevation.prefix().getFirst().equals("sudo"),
            "nixos-rebuild knows no doas");
        require(
            elevation.password().isEmpty() || found.sudoPassword().isPresent(),
            "this nixos-rebuild takes no password for sudo from arda");
        require(
            builder.isEmpty()
                || (builder.get().port().isEmpty()
                    && target.filter(place -> place.port().isPresent()).isEmpty()),
            "nixos-rebuild cannot be told the ports of two machines; write them into your"
                + " configuration of ssh");
      }
    }
  }

  private void requireHere(String what) {
    require(
        target.isEmpty(),
        what + " changes only the machine that it runs on: --target-host localhost");
  }

  private void require(boolean fit, String why) {
    if (!fit) {
      throw new SystemException(
          Reason.HOST_UNFIT,
          "%s cannot be deployed so: %s.".formatted(host.name(), why),
          Details.NONE.with("host", host.name()));
    }
  }

  /**
   * Whether the program evaluates and builds; else it is handed what is built.
   *
   * @param elsewhere whether that is to be done on another machine
   */
  boolean builds(boolean elsewhere) {
    return switch (request.engine()) {
      case NATIVE, OWN_NIXOS_REBUILD -> false;
      case DARWIN_REBUILD -> true;
      case NIXOS_REBUILD ->
          request.mode() == DeployMode.BUILD
              || elsewhere
              || tool.filter(RebuildTool::takesStorePaths).isEmpty();
    };
  }

  /**
   * Builds its system, and changes nothing.
   *
   * @param where where; empty: here
   * @throws NixException {@code BUILD_FAILED}; as {@link RebuildTools#find}
   */
  void build(Optional<SshTarget> where) {
    var kind = request.engine().tool().orElseThrow();
    tool = Optional.of(kit.tools().find(request.context(), kind));
    builder = where;
    try (var place = new BuildPlace()) {
      var result =
          request
              .stageLimits()
              .build()
              .during(
                  "The build of the system of " + host.name(),
                  "",
                  () ->
                      run(
                          "build",
                          command("build"),
                          request.context().environment(),
                          place.path()));
      if (!result.succeeded()) {
        throw new SystemException(
            Reason.BUILD_FAILED,
            "%s cannot build the system of %s (exit code %d)%s."
                .formatted(kind.program(), host.name(), result.exitCode(), words(result)),
            Details.NONE.with("host", host.name()));
      }
      place.result().ifPresent(course::wants);
    }
  }

  /**
   * Has it activated, and says how that ended. Interrupting the thread ends the program, as its
   * limit does, which takes nothing back; the host is looked at then, too.
   *
   * @param root directory that stands for {@code /} on the target
   * @param wanted store path that is to run
   */
  void activate(Shell shell, TargetAccess access, String root, String wanted) {
    if (!host.healthChecks().isEmpty() && request.mode().activates()) {
      course.warning("its health checks are not run: only the engine native does that");
    }
    var before = course.facts().orElseThrow();
    if (request.mode() == DeployMode.DRY_ACTIVATE) {
      var tried = act(shell, access);
      end(RebuildEndings.tried(host.name(), program(), tried), Optional.of(before));
      return;
    }
    var exit = Optional.<RebuildEndings.Exit>empty();
    var late = Optional.<NixException>empty();
    try {
      exit = Optional.of(act(shell, access));
    } catch (NixException e) {
      switch (e.reason()) {
        case COMMAND_TIMEOUT -> late = Optional.of(e);
        case CANCELLED -> {}
        default -> throw e;
      }
    }
    var after = Uninterrupted.run(() -> look(access, root));
    var seen = new RebuildEndings.Seen(before, after, course.system(), wanted);
    if (exit.isPresent()) {
      end(RebuildEndings.of(host.name(), program(), request.mode(), seen, exit.get()), after);
      return;
    }
    var stopped =
        RebuildEndings.stopped(host.name(), program(), request.engine(), request.mode(), seen);
    if (stopped.ending() == Ending.CANCELLED && late.isPresent()) {
      throw late.get();
    }
    if (stopped.ending() == Ending.CANCELLED) {
      course.cancelled(Stage.ACTIVATE, stopped.failure().orElseThrow());
    } else {
      end(stopped, after);
    }
  }

  private void end(Endings ending, Optional<TargetFacts> now) {
    if (ending.failure().isEmpty()) {
      course.done("");
    }
    course.over(
        ending.ending(),
        ending.failure().map(failure -> failure),
        ending.newlyFailed(),
        now.flatMap(TargetFacts::current).orElse(""),
        now.map(TargetFacts::generation).orElse(OptionalInt.empty()));
  }

  private String program() {
    return request.engine().tool().orElse(RebuildKind.NIXOS).program();
  }

  private RebuildEndings.Exit act(Shell shell, TargetAccess access) {
    return request.engine() == Engine.OWN_NIXOS_REBUILD
        ? morph()
        : exit(run(action(), command(action()), variables(shell, access), directory()));
  }

  /** First what would be done, then it is done. */
  private RebuildEndings.Exit morph() {
    var path = RebuildTools.ownOf(Path.of(course.system()));
    require(
        path.isPresent(),
        "%s has no sw/bin/nixos-rebuild; its configuration leaves it out"
            .formatted(course.system()));
    var own = new RebuildTool(RebuildKind.NIXOS, path.get(), Set.of(), false);
    var result = RebuildEndings.Exit.GOOD;
    for (var action : List.of("dry-activate", "test")) {
      var words = new ArrayList<>(elevation.prefix());
      words.addAll(
          new RebuildCommand(
                  own,
                  action,
                  source(),
                  Optional.empty(),
                  Optional.empty(),
                  false,
                  false,
                  Optional.empty(),
                  false)
              .arguments());
      result = exit(run(action, words, request.context().environment(), directory()));
      if (action.equals("dry-activate") && result.code() != 0) {
        return result;
      }
    }
    return result;
  }

  private Path directory() {
    return request.context().cwd();
  }

  private String action() {
    return request.engine() == Engine.DARWIN_REBUILD && request.mode() == DeployMode.DRY_ACTIVATE
        ? "check"
        : request.mode().word();
  }

  private Source source() {
    return new Source.OfFlake(kit.flake(), new HostName(host.name()), request.context().options());
  }

  private List<String> command(String action) {
    return new RebuildCommand(
            tool.orElseThrow(),
            action,
            builds(builder.isPresent()) ? source() : new Source.Built(course.system()),
            target,
            builder,
            !elevation.prefix().isEmpty(),
            elevation.password().isPresent(),
            request.specialisation(),
            request.reach().substitute())
        .arguments();
  }

  /**
   * The caller's variables, with the way to the target. A connection that is shared leads to one
   * machine, whatever the name that ssh is given, so that it is none of theirs who go to two.
   */
  private Map<String, String> variables(Shell shell, TargetAccess access) {
    return shell instanceof SshConnection shared
        ? builder.isPresent() && access.fresh() instanceof SshConnection alone
            ? alone.nixEnvironment()
            : shared.nixEnvironment()
        : request.context().environment();
  }

  private CommandResult run(
      String action, List<String> words, Map<String, String> variables, Path directory) {
    course.does(program() + " " + action);
    var command =
        Command.of(words, RebuildCommand.environment(request.context(), variables), directory)
            .timeLimit(limit())
            .grace(GRACE);
    elevation
        .password()
        .ifPresent(secret -> command.input(secret.text() + "\n").secrets(List.of(secret.text())));
    return kit.runner()
        .run(
            command.build(),
            new OutputListener() {
              @Override
              public void standardOutput(String line) {
                course.line(line);
              }

              @Override
              public void standardError(String line) {
                course.line(line);
              }
            });
  }

  /** For all that the program does: it may evaluate, build and copy. */
  private Duration limit() {
    var limits = request.stageLimits();
    return limits
        .evaluation()
        .time()
        .plus(limits.build().time())
        .plus((limits.copy().isNone() ? StageLimits.USUAL : limits).copy().time());
  }

  private static RebuildEndings.Exit exit(CommandResult result) {
    return new RebuildEndings.Exit(result.exitCode(), words(result));
  }

  private static String words(CommandResult result) {
    return result
        .errorTail()
        .lines()
        .map(line -> TerminalText.strip(line).strip())
        .filter(line -> !line.isEmpty())
        .reduce((_, last) -> last)
        .map(line -> ": " + line.replaceFirst("[.\\s]+$", ""))
        .orElse("");
  }

  /** Asks over fresh connections until one answers, or it takes too long. */
  private Optional<TargetFacts> look(TargetAccess access, String root) {
    long end = System.nanoTime() + LOOK_LIMIT.toNanos();
    while (true) {
      try (var shell = access.fresh()) {
        return Optional.of(TargetAccess.look(shell, root));
      } catch (NixException e) {
        if (System.nanoTime() - end > 0) {
          course.warning(e.getMessage());
          return Optional.empty();
        }
      }
      pause();
    }
  }

  private static void pause() {
    try {
      var _ = new CountDownLatch(1).await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts what has begun to activate.
      Thread.currentThread().interrupt();
    }
  }
}
