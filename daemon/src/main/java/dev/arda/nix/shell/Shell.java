package dev.arda.nix.shell;

import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixErrors;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.ProgramPath;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.ProgressTracker;
import dev.arda.nix.shell.ShellEnvironment.Provision;
import dev.arda.nix.shell.ShellEnvironment.Source;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Has programs from packages. Safe for use by many threads; blocks while it builds, and is ended by
 * interrupting the thread.
 */
public final class Shell {

  private static final Duration GRACE = Duration.ofSeconds(1);

  /** For a package to be fetched, or built. */
  private static final Duration LIMIT = Duration.ofHours(4);

  /** What Nix says when a package set lacks a package. */
  private static final Pattern MISSING =
      Pattern.compile(
          "does not provide attribute|attribute '[^']+' (in selection path .*)?(missing|not found)");

  private final ProcessRunner runner;
  private final NixFacts facts;
  private final ShellLinks links;

  /**
   * Has programs by the Nix of this machine.
   *
   * @param links directory for the links to packages; created when needed
   * @param clock says when they are old
   */
  public Shell(ProcessRunner runner, NixFacts facts, Path links, Clock clock) {
    this.runner = runner;
    this.facts = facts;
    this.links = new ShellLinks(links, clock);
  }

  /**
   * Has packages. A package that was had before costs no process.
   *
   * @param packages names of attributes in the package set
   * @param progress hears what Nix is doing, if it has to do anything
   * @throws CommandException {@code PACKAGE_NOT_ALLOWED}, naming all that may not be had, before
   *     any is; {@code PACKAGE_MISSING} if there is no such package
   * @throws StoreException {@code BUILD_FAILED}; {@code COMMAND_TIMEOUT} after four hours
   */
  public ShellEnvironment provide(
      CallContext context, List<String> packages, ProgressListener progress) {
    var list = Packages.of(context);
    list.ensureAllowed(packages);
    var nix = Nix.of(context, runner, facts);
    var inSandbox = nix.variables().inNixSandbox();
    var result = new ArrayList<Provision>();
    var missing = inSandbox ? List.<String>of() : list.withoutProvided(packages);
    var set = missing.isEmpty() ? new PackageSet("", "", true) : PackageSet.of(nix);
    var built = false;
    for (var name : packages.stream().distinct().toList()) {
      if (!missing.contains(name)) {
        result.add(new Provision(name, Source.SURROUNDINGS, List.of()));
        continue;
      }
      var known =
          context.options().refresh() ? Optional.<List<Path>>empty() : links.find(set, name);
      if (known.isPresent()) {
        result.add(new Provision(name, Source.LINK, known.get()));
      } else {
        result.add(new Provision(name, Source.BUILT, build(nix, set, name, progress)));
        built = true;
      }
    }
    if (built) {
      links.removeUnused();
    }
    return new ShellEnvironment(result);
  }

  private List<Path> build(Nix nix, PackageSet set, String name, ProgressListener progress) {
    progress.progress(new NixProgress(NixProgress.Phase.EVALUATING, "finding " + name, 0, 0));
    var installable = set.reference() + "#" + name;
    var command =
        nix.command(
                nix.commands()
                    .withInternalJson()
                    .nixBuild(List.of(installable), links.place(set, name)))
            .timeLimit(LIMIT)
            .grace(GRACE);
    try (var tracker = ProgressTracker.telling(progress)) {
      if (!runner.run(command.build(), tracker).succeeded()) {
        throw failure(set, name, NixErrors.read(tracker.said()));
      }
    }
    links.resolved(set, name);
    return links
        .find(set, name)
        .orElseThrow(() ->
            new StoreException(
                Reason.BUILD_FAILED,
                "Nix built %s, but left no link to it.".formatted(installable),
                Details.NONE.with("package", name)));
  }

  private static RuntimeException failure(PackageSet set, String name, NixErrorDetail detail) {
    var details = Details.NONE.with("package", name).with(detail);
    return MISSING.matcher(detail.message()).find()
        ? new CommandException(
            Reason.PACKAGE_MISSING,
            "There is no package %s in %s.".formatted(name, set.reference()),
            details)
        : new StoreException(
            Reason.BUILD_FAILED,
            "Cannot have %s from %s: %s".formatted(name, set.reference(), detail.message()),
            details);
  }

  /**
   * A command line that runs a command with the programs of packages on its {@code PATH} (the
   * seed's {@code nix_shell}): {@code env PATH=… COMMAND…}, or the command as it is if nothing has
   * to be added, as always inside a Nix sandbox.
   *
   * @param command the program and its arguments
   * @throws dev.arda.nix.types.NixException as {@link #provide}
   */
  public List<String> nixShell(CallContext context, List<String> packages, List<String> command) {
    var environment = provide(context, packages, ProgressListener.NONE);
    if (environment.binDirectories().isEmpty()) {
      return List.copyOf(command);
    }
    var result = new ArrayList<>(List.of("env"));
    result.add("PATH=" + environment.path(context.environment().getOrDefault("PATH", "")));
    result.addAll(command);
    return List.copyOf(result);
  }

  /**
   * The absolute path of a program (the seed's {@code ensure_shell_tool}): from the caller's {@code
   * PATH} if it is there, else from the package that has it.
   *
   * @param program for example {@code git} or {@code ssh}
   * @throws CommandException {@code PACKAGE_NOT_ALLOWED}; {@code PACKAGE_MISSING} if the package
   *     has no such program
   * @throws StoreException {@code BUILD_FAILED}
   */
  public Path ensureShellTool(CallContext context, String program) {
    var found = ProgramPath.find(program, context.environment(), context.cwd());
    if (found.isPresent()) {
      return found.get();
    }
    var name = Packages.packageOf(program);
    var environment = provide(context, List.of(name), ProgressListener.NONE);
    for (var directory : environment.binDirectories()) {
      var inPackage = ProgramPath.find(directory + "/" + program, context.environment(), directory);
      if (inPackage.isPresent()) {
        return inPackage.get();
      }
    }
    throw new CommandException(
        Reason.PACKAGE_MISSING,
        "%s is not on the PATH, and the package %s has no such program."
            .formatted(Packages.shown(program), name),
        Details.NONE.with("package", name).with("program", Packages.shown(program)));
  }
}
