package dev.arda.nix.core;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The Nix that one caller means, with the caller's directory, variables and options: the way for
 * the rest of arda to run it. Cheap to create, one for each request. Thread-safe.
 */
public final class Nix {

  private static final Duration CONFIG_LIMIT = Duration.ofSeconds(30);
  private static final Pattern CREDENTIAL_SETTINGS =
      Pattern.compile("(extra-)?(access-tokens|.*(password|secret|credential).*)");
  private static final Pattern ASSIGNMENT = Pattern.compile("(?m)^\\s*([a-z0-9-]+)\\s*=\\s*(.*)$");

  /**
   * Variables that cannot change what a pure evaluation gives, so that shells which differ in them
   * share evaluators and answers. Those for arda itself, the language and the time zone Nix does
   * not look at. {@code PATH}, credentials, proxies and certificates decide whether something can
   * be fetched, never what: in a pure evaluation everything that is fetched is named by its hash or
   * revision, and a failure to fetch is not kept. Where Nix itself lies is part of the key in its
   * own right, and so are the settings.
   */
  private static final Pattern IRRELEVANT =
      Pattern.compile(
          "(ARDA|CLAN|LC)_.*|LANG|LANGUAGE|LOCALE_ARCHIVE|TZ"
              + "|XDG_(RUNTIME|SESSION|SEAT|VTNR|CURRENT|MENU).*|LOGNAME|TMPDIR"
              + "|PATH|SSH_AUTH_SOCK|LOCK_NIX|GIT_OPTIONAL_LOCKS"
              + "|(?i:https?|ftp|all|no)_(?i:proxy)"
              + "|CURL_CA_BUNDLE|GIT_SSL_CAINFO|SSL_CERT_(FILE|DIR)");

  private final CallContext context;
  private final ProcessRunner runner;
  private final NixFacts facts;
  private final Map<String, String> environment;
  private final NixPrograms programs;
  private final NixVariables variables;
  private final NixCommands commands;

  private Nix(CallContext context, ProcessRunner runner, NixFacts facts) {
    this.context = context;
    this.runner = runner;
    this.facts = facts;
    this.environment = environment(context);
    this.programs = NixPrograms.locate(context);
    this.variables = NixVariables.of(environment);
    this.commands =
        new NixCommands(
            programs,
            this::capabilities,
            context.options(),
            variables,
            TestStore.prepare(variables, context.cwd()));
  }

  /**
   * The Nix of a caller. Runs no process; creates the test store where one is in use.
   *
   * @throws CommandException {@code NIX_NOT_FOUND} if there is none; {@code REQUEST_INVALID} if an
   *     option cannot be one
   * @throws dev.arda.nix.types.FlakeException {@code FLAKE_REF_INVALID} if an input is overridden
   *     with something that cannot be a flake reference
   */
  public static Nix of(CallContext context, ProcessRunner runner, NixFacts facts) {
    return new Nix(context, runner, facts);
  }

  /**
   * The caller's variables that may reach Nix. A git that Nix runs takes no lock that it can do
   * without: else looking at a working tree would write to its index, which is being watched.
   */
  private static Map<String, String> environment(CallContext context) {
    var result = new TreeMap<>(context.otherVariables());
    result.putAll(CallerEnvironment.allowed(context.environment()));
    result.put("GIT_OPTIONAL_LOCKS", "0");
    return Map.copyOf(result);
  }

  /** Whose Nix this is. */
  public CallContext context() {
    return context;
  }

  /** Where its programs are. */
  public NixPrograms programs() {
    return programs;
  }

  /** The caller's variables for arda. */
  public NixVariables variables() {
    return variables;
  }

  /** Builds command lines for it. */
  public NixCommands commands() {
    return commands;
  }

  /**
   * All variables its processes get: the caller's, reduced to the allow-list unless the question is
   * impure, and one for git.
   */
  public Map<String, String> environment() {
    return environment;
  }

  /** What it calls itself; see {@link NixFacts#version}. */
  public NixVersion version() {
    return facts.version(programs);
  }

  /** What it can do; see {@link NixFacts#capabilities}. */
  public NixCapabilities capabilities() {
    return facts.capabilities(programs);
  }

  /**
   * Its settings, with the caller's options applied (the seed's {@code nix_config}, section 1.2).
   * Remembered until the program, the options, a relevant variable or a configuration file changes.
   * Blocks.
   *
   * @throws CommandException {@code NIX_UNUSABLE} if it cannot say, for example because a
   *     configuration file has an error
   */
  public NixConfig config() {
    var arguments = commands.nixConfig();
    var key =
        new NixFacts.ConfigKey(
            programs.identity(), arguments, NixConfigFiles.fingerprint(environment));
    return facts.config(
        key,
        () -> {
          var result = runner.run(command(arguments).timeLimit(CONFIG_LIMIT).build());
          if (!result.succeeded()) {
            throw new CommandException(
                Reason.NIX_UNUSABLE,
                "Nix does not say its settings: " + TerminalText.strip(result.errorTail()).strip());
          }
          return NixConfig.parse(result.output());
        });
  }

  /** The file that is run as {@code nix}; equal until it is replaced, for example by an upgrade. */
  public Object programIdentity() {
    return programs.identity();
  }

  /**
   * A fingerprint of what decides, beside the expression and the program, what a process of it that
   * evaluates purely answers: the settings in the configuration files and variables, and variables
   * that decide what it can fetch.
   */
  public String surroundings() {
    var relevant = new TreeMap<String, String>();
    environment.forEach((name, value) -> {
      if (!IRRELEVANT.matcher(name).matches()) {
        relevant.put(name, value);
      }
    });
    return NixConfigFiles.fingerprint(environment) + relevant;
  }

  /**
   * A command in the caller's directory with the caller's variables. Credentials among the options
   * and in {@code NIX_CONFIG} are its secrets.
   *
   * @param arguments from {@link #commands}
   */
  public Command.Builder command(List<String> arguments) {
    return command(arguments, environment, context.cwd());
  }

  /**
   * The same elsewhere.
   *
   * @param ownVariables all variables of the command
   * @param directory the absolute directory it runs in
   */
  public Command.Builder command(
      List<String> arguments, Map<String, String> ownVariables, Path directory) {
    return Command.of(arguments, ownVariables, directory).secrets(credentials());
  }

  private List<String> credentials() {
    var result = new ArrayList<String>();
    for (var setting : context.options().settings()) {
      addCredentials(setting.name(), setting.value(), result);
    }
    var assignments = ASSIGNMENT.matcher(environment.getOrDefault("NIX_CONFIG", ""));
    while (assignments.find()) {
      addCredentials(assignments.group(1), assignments.group(2), result);
    }
    return result;
  }

  /** A value is {@code host=token host=token}. */
  private static void addCredentials(String name, String value, List<String> result) {
    if (CREDENTIAL_SETTINGS.matcher(name).matches()) {
      for (var word : value.strip().split("\\s+", -1)) {
        result.add(word.substring(word.indexOf('=') + 1));
      }
    }
  }

  /** Runs a command line from {@link #commands} to its end; see {@link ProcessRunner#run}. */
  public CommandResult run(List<String> arguments, OutputListener listener) {
    return runner.run(command(arguments).build(), listener);
  }

  /** Runs a command line from {@link #commands} to its end; see {@link ProcessRunner#run}. */
  public CommandResult run(List<String> arguments) {
    return run(arguments, OutputListener.NONE);
  }
}
