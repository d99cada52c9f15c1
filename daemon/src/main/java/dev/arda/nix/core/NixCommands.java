package dev.arda.nix.core;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Builds the argument lists for Nix (the seed, sections 1.1 to 1.2 and 15.2.1). The names are the
 * seed's. What the user wishes ({@link NixOptions}) is put where the respective command takes it;
 * what the installed Nix calls differently is called that.
 *
 * <p>The lists start with the absolute path of the program and are run without a shell. Nothing may
 * be added behind them: with a test store they end in {@code --store PATH}. Values that come from a
 * user can never become flags: flags take them as their argument, and a flake reference that begins
 * with {@code -} is refused, here and by {@link #flakeRef}.
 *
 * <p>Immutable. The methods do not block, except the first that needs to know what this Nix can do
 * ({@link NixFacts#capabilities}).
 */
public final class NixCommands {

  private static final String FEATURES = "nix-command flakes";

  /**
   * A registry that is not there. Nix 2.8 takes an empty name for a URL; a file that is missing is
   * an empty registry for every version, and below {@code /dev/null} there can be none.
   */
  private static final String NO_REGISTRY = "/dev/null/none";

  private final NixPrograms programs;
  private final Supplier<NixCapabilities> capabilities;
  private final NixOptions options;
  private final NixVariables variables;
  private final Optional<Path> testStore;
  private final boolean internalJson;

  NixCommands(
      NixPrograms programs,
      Supplier<NixCapabilities> capabilities,
      NixOptions options,
      NixVariables variables,
      Optional<Path> testStore) {
    this(programs, capabilities, options, variables, testStore, false);
  }

  private NixCommands(
      NixPrograms programs,
      Supplier<NixCapabilities> capabilities,
      NixOptions options,
      NixVariables variables,
      Optional<Path> testStore,
      boolean internalJson) {
    this.programs = programs;
    this.capabilities = capabilities;
    this.options = checked(options);
    this.variables = variables;
    this.testStore = testStore;
    this.internalJson = internalJson;
  }

  /** How {@code nix-instantiate} evaluates. */
  public enum Evaluation {
    /** Without access to the environment and to files that are not locked. */
    PURE,
    /** Derivations are written to the store, not only computed. */
    READ_WRITE
  }

  NixPrograms programs() {
    return programs;
  }

  NixCapabilities capabilities() {
    return capabilities.get();
  }

  /** The same, but Nix prints what it does as {@link InternalJsonLog} to standard error. */
  public NixCommands withInternalJson() {
    return new NixCommands(programs, capabilities, options, variables, testStore, true);
  }

  /**
   * {@code nix} with what arda needs switched on. Adds none of the user's options.
   *
   * @param flags the sub-command and its arguments
   */
  public List<String> nixCommand(List<String> flags) {
    var result = program(programs.nix());
    result.addAll(flags);
    return ended(result);
  }

  /**
   * {@code nix eval --json}, with all options of the user. Inside a sandbox the input {@code
   * nixpkgs} is replaced if {@code ARDA_NIXPKGS} says by what, since nothing can be fetched there.
   *
   * @param flags what to evaluate
   */
  public List<String> nixEval(List<String> flags) {
    var result = new ArrayList<String>();
    result.add("eval");
    result.addAll(trace());
    result.add("--json");
    result.addAll(buildLogs());
    result.addAll(evaluationFlags());
    if (variables.inNixSandbox()) {
      variables
          .nixpkgs()
          .ifPresent(
              source -> result.addAll(List.of("--override-input", "nixpkgs", flakeRef(source))));
    }
    result.addAll(flags);
    return nixCommand(result);
  }

  /**
   * {@code nix build} that leaves no link. Its output is for {@link BuildOutputs}.
   *
   * @param flags what to build
   */
  public List<String> nixBuild(List<String> flags) {
    return build(List.of("--no-link"), flags);
  }

  /**
   * {@code nix build} that protects the result from garbage collection. Its output is for {@link
   * BuildOutputs}.
   *
   * @param flags what to build
   * @param gcroot absolute path of the link to create
   */
  public List<String> nixBuild(List<String> flags, Path gcroot) {
    return build(List.of("--out-link", absolute(gcroot)), flags);
  }

  private List<String> build(List<String> link, List<String> flags) {
    var result = new ArrayList<String>();
    result.add("build");
    result.add(capabilities.get().printOutPaths() ? "--print-out-paths" : "--json");
    result.addAll(buildLogs());
    result.addAll(trace());
    result.addAll(link);
    result.addAll(evaluationFlags());
    result.addAll(flags);
    return nixCommand(result);
  }

  /**
   * {@code nix flake show --json}, with all options of the user.
   *
   * @param flake a flake reference
   * @param allSystems also evaluate the outputs for other systems; a Nix that knows no such flag
   *     always does
   */
  public List<String> nixFlakeShow(String flake, boolean allSystems) {
    var result = new ArrayList<>(List.of("flake", "show", "--json"));
    if (allSystems && capabilities.get().flakeShowAllSystems()) {
      result.add("--all-systems");
    }
    result.addAll(trace());
    result.addAll(evaluationFlags());
    result.add(flakeRef(flake));
    return nixCommand(result);
  }

  /**
   * {@code nix flake metadata --json}, with all options of the user.
   *
   * @param flake a flake reference
   */
  public List<String> nixMetadata(String flake) {
    return metadata(List.of(), flake);
  }

  /**
   * The same without the global registry (the seed's prefetch, section 2.2): a name such as {@code
   * nixpkgs} is found only if the user or the system registered it.
   *
   * @param flake a flake reference
   */
  public List<String> flakeInfo(String flake) {
    return metadata(List.of("--option", "flake-registry", NO_REGISTRY), flake);
  }

  private List<String> metadata(List<String> registry, String flake) {
    var name = capabilities.get().flakeMetadata() ? "metadata" : "info";
    var result = new ArrayList<>(List.of("flake", name, "--json"));
    result.addAll(registry);
    result.addAll(trace());
    result.addAll(evaluationFlags());
    result.add(flakeRef(flake));
    return nixCommand(result);
  }

  /**
   * {@code nix flake prefetch --json}: fetches a source tree, without the global registry. Not all
   * versions print {@code original} and {@code locked} beside {@code storePath} and {@code hash}.
   *
   * @param flake a flake reference
   */
  public List<String> nixFlakePrefetch(String flake) {
    var result = new ArrayList<>(List.of("flake", "prefetch", "--json"));
    result.addAll(List.of("--option", "flake-registry", NO_REGISTRY));
    result.addAll(trace());
    result.addAll(settings());
    result.addAll(network());
    result.add(flakeRef(flake));
    return nixCommand(result);
  }

  /**
   * {@code nix config show --json}, with the user's settings and system; for {@link Nix#config}.
   */
  public List<String> nixConfig() {
    var result = new ArrayList<String>();
    if (capabilities.get().configShow()) {
      result.add("config");
      result.add("show");
    } else {
      result.add("show-config");
    }
    result.add("--json");
    result.addAll(settings());
    return nixCommand(result);
  }

  /**
   * {@code nix-instantiate --eval --strict --json -}: evaluates an expression that is written to
   * its standard input. It knows no flakes on its command line, so overrides of inputs and {@code
   * --no-write-lock-file} have no place here; {@code --offline} and {@code --refresh} become the
   * settings they stand for.
   *
   * @param modes how to evaluate
   */
  public List<String> nixInstantiateEval(Set<Evaluation> modes) {
    var result = program(programs.nixInstantiate());
    result.addAll(List.of("--eval", "--strict", "--json"));
    if (modes.contains(Evaluation.PURE)) {
      result.addAll(List.of("--option", "pure-eval", "true"));
    }
    if (modes.contains(Evaluation.READ_WRITE)) {
      result.add("--read-write-mode");
    }
    result.addAll(trace());
    result.addAll(networkSettings());
    result.addAll(settings());
    result.add("-");
    return ended(result);
  }

  /**
   * {@code nix repl} in pure evaluation with complete traces, for a program that writes to its
   * standard input. As for {@link #nixInstantiateEval}, what concerns flake references has no place
   * here. Nix 2.8 ignores that it is to be pure.
   */
  public List<String> nixRepl() {
    var result = program(programs.nix());
    result.addAll(List.of("repl", "--option", "pure-eval", "true", "--show-trace"));
    result.addAll(networkSettings());
    result.addAll(settings());
    return ended(result);
  }

  /**
   * {@code nix-store --realise}: builds or fetches store paths.
   *
   * @param paths derivations or store paths
   */
  public List<String> nixStoreRealise(Collection<String> paths) {
    return realise(paths, List.of());
  }

  /**
   * {@code nix-store --realise --add-root}: the same, protected from garbage collection.
   *
   * @param path a derivation or a store path
   * @param gcroot absolute path of the link to create
   */
  public List<String> nixStoreRealise(String path, Path gcroot) {
    return realise(List.of(path), List.of("--add-root", absolute(gcroot)));
  }

  /** How {@link #nixStoreBuild} builds. */
  public enum Building {
    /** The other derivations are built when one fails. */
    KEEP_GOING,
    /** Nothing is built: it is only announced what would be. */
    DRY_RUN
  }

  /**
   * {@code nix-store --realise} of many things at once, which all versions know, plan and report
   * alike ({@code nix build} of 2.8 announces nothing). Prints the links, one a line.
   *
   * @param paths derivations, with outputs behind {@code !} or all of them, and store paths
   * @param how nothing: ends when one fails
   * @param gcroot absolute path of the link to the first; those to others have {@code -2}, {@code
   *     -3}… behind it, those to outputs other than {@code out} their name behind that. Empty: none
   */
  public List<String> nixStoreBuild(
      Collection<String> paths, Set<Building> how, Optional<Path> gcroot) {
    var result = program(programs.nixStore());
    result.addAll(networkSettings());
    result.addAll(settings());
    result.add("--realise");
    if (how.contains(Building.KEEP_GOING)) {
      result.add("--keep-going");
    }
    if (how.contains(Building.DRY_RUN)) {
      result.add("--dry-run");
    }
    for (var path : paths) {
      result.add(absolute(Path.of(path)));
    }
    gcroot.ifPresent(link -> result.addAll(List.of("--add-root", absolute(link))));
    return ended(result);
  }

  private List<String> realise(Collection<String> paths, List<String> root) {
    var result = program(programs.nixStore());
    result.addAll(networkSettings());
    result.addAll(settings());
    result.add("--realise");
    for (var path : paths) {
      result.add(absolute(Path.of(path)));
    }
    result.addAll(root);
    return ended(result);
  }

  /**
   * The user's options that every {@code nix} command takes which evaluates a flake: settings,
   * system, purity, network, lock file and input overrides.
   */
  public List<String> evaluationFlags() {
    var result = new ArrayList<>(settings());
    if (options.impure()) {
      result.add("--impure");
    }
    result.addAll(network());
    if (options.noWriteLockFile()) {
      result.add("--no-write-lock-file");
    }
    for (var override : options.inputOverrides()) {
      result.addAll(List.of("--override-input", override.inputPath(), override.flakeRef()));
    }
    return List.copyOf(result);
  }

  /**
   * The user's settings, for every program of Nix. The system is one of them, and the last: both
   * {@code nix} and the older programs take it like this, all versions alike.
   */
  public List<String> settings() {
    var result = new ArrayList<String>();
    for (var setting : options.settings()) {
      result.addAll(List.of("--option", setting.name(), setting.value()));
    }
    options.system().ifPresent(system -> result.addAll(List.of("--option", "system", system)));
    return List.copyOf(result);
  }

  List<String> network() {
    var result = new ArrayList<String>();
    if (options.offline()) {
      result.add("--offline");
    }
    if (options.refresh()) {
      result.add("--refresh");
    }
    return result;
  }

  /**
   * What {@code --offline} and {@code --refresh} set, for programs that do not know them (compare
   * {@code nix --offline config show}). They come before the user's own settings, which win.
   */
  List<String> networkSettings() {
    var result = new ArrayList<String>();
    if (options.refresh()) {
      result.addAll(List.of("--option", "tarball-ttl", "0"));
      result.addAll(List.of("--option", "narinfo-cache-negative-ttl", "0"));
      result.addAll(List.of("--option", "narinfo-cache-positive-ttl", "0"));
    }
    if (options.offline()) {
      result.addAll(List.of("--option", "substitute", "false"));
      result.addAll(List.of("--option", "tarball-ttl", "4294967295"));
      result.addAll(List.of("--option", "download-attempts", "0"));
      result.addAll(List.of("--option", "connect-timeout", "1"));
    }
    return result;
  }

  List<String> trace() {
    return options.showTrace() || options.debug() ? List.of("--show-trace") : List.of();
  }

  /**
   * In the internal format the lines of builds are events, and the flag would change the format.
   */
  private List<String> buildLogs() {
    return internalJson ? List.of() : List.of("--print-build-logs");
  }

  List<String> program(Path path) {
    var result = new ArrayList<>(List.of(path.toString()));
    result.addAll(List.of("--extra-experimental-features", FEATURES));
    if (internalJson) {
      result.addAll(List.of("--log-format", "internal-json"));
    }
    return result;
  }

  List<String> ended(List<String> arguments) {
    testStore.ifPresent(store -> arguments.addAll(List.of("--store", store.toString())));
    return List.copyOf(arguments);
  }

  /**
   * The same text, if it can stand on a command line as a flake reference, with or without {@code
   * #attribute}.
   *
   * @throws FlakeException {@code FLAKE_REF_INVALID} if it is empty or could be taken for a flag
   */
  public static String flakeRef(String text) {
    if (text.isBlank()) {
      throw new FlakeException(Reason.FLAKE_REF_INVALID, "The flake reference is empty.");
    }
    if (text.startsWith("-")) {
      throw new FlakeException(
          Reason.FLAKE_REF_INVALID,
          "%s is not a flake reference: none begins with a hyphen. For a directory of that name write ./%s"
              .formatted(TerminalText.strip(text), TerminalText.strip(text)),
          NixException.Details.NONE.with("flake", text));
    }
    return text;
  }

  private static NixOptions checked(NixOptions options) {
    for (var setting : options.settings()) {
      if (!setting.name().matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
        throw invalid("option", "%s is not the name of a Nix setting.", setting.name());
      }
    }
    options
        .system()
        .filter(system -> !system.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*"))
        .ifPresent(system -> {
          throw invalid("system", "%s is not a system; one is for example x86_64-linux.", system);
        });
    for (var override : options.inputOverrides()) {
      if (!override.inputPath().matches("[A-Za-z0-9_][A-Za-z0-9_/.-]*")) {
        throw invalid("input", "%s is not the name of an input.", override.inputPath());
      }
      flakeRef(override.flakeRef());
    }
    return options;
  }

  private static CommandException invalid(String what, String message, String value) {
    var shown = value.isBlank() ? "An empty text" : TerminalText.strip(value);
    return new CommandException(
        Reason.REQUEST_INVALID,
        message.formatted(shown),
        NixException.Details.NONE.with(what, value));
  }

  static String absolute(Path path) {
    if (!path.isAbsolute()) {
      throw new CommandException(
          Reason.REQUEST_INVALID, "%s is not an absolute path.".formatted(path));
    }
    return path.toString();
  }
}
