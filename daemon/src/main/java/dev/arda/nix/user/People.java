package dev.arda.nix.user;

import com.fasterxml.jackson.databind.JsonNode;
import dev.arda.nix.core.Nix;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.AttributeNames.Place;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StorePath;
import dev.arda.nix.types.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What flakes say of people beside applying their environments: packages, dotfiles, login shells,
 * development shells. Thread-safe; every method blocks.
 *
 * @param tools what is asked and run with
 */
public record People(UserTools tools) {

  private static final Pattern PATH_LITERAL = Pattern.compile("[A-Za-z0-9._+/-]+");

  /** Who is asked for, by whom. */
  public record Person(CallContext context, String flake, String name) {}

  /**
   * The packages that a user's environment declares, in order.
   *
   * @throws NixException {@code USER_NOT_FOUND}, {@code USER_DESCRIPTION_INVALID}, or what the
   *     configuration fails with
   */
  public List<DeclaredPackage> packages(Person person) {
    return new HomeContents(tools.flakes(), configuration(person)).packages();
  }

  /**
   * The files of a user's environment.
   *
   * @throws NixException as {@link #packages}
   */
  public List<Dotfile> dotfiles(Person person) {
    var configuration = configuration(person);
    return new HomeContents(tools.flakes(), configuration).dotfiles(origins(person, configuration));
  }

  HomeConfiguration configuration(Person person) {
    try (var shell = tools.shell(person.context())) {
      var search =
          new HomeSearch(tools, person.context(), person.flake(), shell, ProgressListener.NONE);
      return search.find(person.name(), search.names());
    }
  }

  /** Where the flake has the dotfiles of an entry of {@code clan.core.users}. */
  private Map<String, String> origins(Person person, HomeConfiguration configuration) {
    if (!configuration.isDescribed()) {
      return Map.of();
    }
    var selector =
        Selector.path("clan", "core", "users", person.name()).plus(new Step.Maybe("dotfiles"));
    return HomeContents.origins(ask(person, selector).path("dotfiles"), state(person).storePath());
  }

  /**
   * How the files of a home differ from those of a generation, as {@code diff -u} tells it; at most
   * a million bytes.
   *
   * @param generation store path
   * @param paths only these, below the home directory; empty: all
   * @throws UserException {@code GENERATION_MISSING}, {@code USER_ACCOUNT_UNSUITABLE}
   */
  public String compare(Person person, String generation, List<String> paths) {
    if (StorePath.of(generation).isEmpty()) {
      throw new UserException(
          Reason.STORE_PATH_INVALID, "%s is no store path.".formatted(generation));
    }
    paths.forEach(People::below);
    try (var shell = tools.shell(person.context())) {
      var account =
          new Homes(tools).account(person.context(), person.flake(), person.name(), shell, "");
      return new Home(shell, account).compare(generation, paths);
    }
  }

  /**
   * Takes a file of a home into the flake, and has git know it.
   *
   * @param path below the home directory
   * @throws UserException {@code DOTFILE_REFUSED}, {@code FLAKE_READ_ONLY}, {@code COMMAND_FAILED}:
   *     nothing was changed
   */
  public Adopted adopt(Person person, String path) {
    below(path);
    var configuration = configuration(person);
    var origin = origins(person, configuration).getOrDefault(path, "");
    var state = state(person);
    var tree = WritableTree.of(state);
    var home =
        Path.of(new Homes(tools).state(person.context(), person.flake(), person.name()).home());
    var file = home.resolve(path);
    var part =
        Path.of(
            "users",
            HomeNames.parts(person.name()).person().replaceAll("[^A-Za-z0-9._+-]", "-"),
            "dotfiles",
            path);
    var destination = origin.isEmpty() ? tree.flake().resolve(part) : tree.root().resolve(origin);
    if (!origin.isEmpty() && isTemplate(destination)) {
      throw Adoption.refused(
          file, "%s, which it would replace, is a template; edit that".formatted(destination));
    }
    boolean tracked =
        new Adoption(new FlakeWriter(tools.runner(), person.context(), tree.flake()))
            .take(file, destination, !origin.isEmpty());
    return new Adopted(
        destination.toString(),
        tracked,
        origin.isEmpty() ? declaration(configuration, path, part.toString()) : "");
  }

  private static String declaration(HomeConfiguration configuration, String path, String part) {
    var literal =
        PATH_LITERAL.matcher(part).matches()
            ? "./" + part
            : "./. + " + GeneratedHomes.literal("/" + part);
    return (configuration.isDescribed()
            ? configuration.definition() + ".dotfiles.%s = %s;"
            : "home.file.%s.source = %s;")
        .formatted(GeneratedHomes.literal(path), literal);
  }

  private static boolean isTemplate(Path file) {
    try {
      return Pattern.compile(
              "\\{\\{ *(hostName|username|homeDirectory|stateVersion|shell|system) *\\}\\}")
          .matcher(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
          .find();
    } catch (java.io.IOException e) {
      return false;
    }
  }

  /**
   * The login shell of a user, from the configuration of a host (the seed's {@code
   * get_user_shell_path}, section 15.2.6).
   *
   * @param host name of a host of the flake; empty: the one that is called as this machine, and if
   *     there is none what this machine itself says
   * @return absolute path of the shell, and what says so
   * @throws NixException {@code HOST_NOT_FOUND}; {@code USER_NOT_FOUND}
   */
  public LoginShell shell(Person person, String host) {
    var hosts = names(person, Selector.path("nixosConfigurations"));
    var here = thisMachine(person);
    var wanted = host.isEmpty() ? here : host;
    if (!hosts.contains(wanted)) {
      if (!host.isEmpty()) {
        throw new UserException(
            Reason.HOST_NOT_FOUND,
            "The flake has no nixosConfigurations.%s.".formatted(host.replaceAll("\\p{Cc}", "?")),
            Details.NONE.with("host", host.replaceAll("\\p{Cc}", "?")));
      }
      return ofThisMachine(person);
    }
    var config = Selector.path("nixosConfigurations", wanted, "config", "users");
    var own = config.plus(new Step.Name("users")).plus(new Step.Name(person.name()));
    var ownShell = shellPath(person, own.plus(new Step.Maybe("shell")), "shell");
    if (ownShell.isPresent()) {
      return new LoginShell(ownShell.get(), own + ".shell");
    }
    var common = config.plus(new Step.Maybe("defaultUserShell"));
    return shellPath(person, common, "defaultUserShell")
        .map(path -> new LoginShell(path, config + ".defaultUserShell"))
        .orElseThrow(() -> notFound(person, own + " names no shell"));
  }

  /** As NixOS writes into {@code /etc/passwd}. */
  private Optional<String> shellPath(Person person, Selector selector, String name) {
    var value = HomeContents.text(ask(person, selector), name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      var below =
          HomeContents.text(
              ask(person, selector.plus(new Step.Maybe("shellPath"))).path(name), "shellPath");
      if (!below.isEmpty()) {
        return Optional.of("/run/current-system/sw" + below);
      }
    } catch (NixException e) {
      if (e.reason() != Reason.WRONG_TYPE) {
        throw e;
      }
    }
    return Optional.of(value);
  }

  private LoginShell ofThisMachine(Person person) {
    try (var shell = tools.shell(person.context())) {
      var result =
          shell.run(
              RemoteScript.of(
                  "getent passwd -- \"$1\" | cut -d: -f7", Scripts.SHORT, person.name()));
      var path = result.outputText().strip();
      if (path.isEmpty()) {
        throw notFound(
            person, "neither a host of the flake called as this machine nor the machine has it");
      }
      return new LoginShell(path, "this machine");
    }
  }

  private String thisMachine(Person person) {
    try (var shell = tools.shell(person.context())) {
      return new MachineName(shell).shortName();
    }
  }

  /**
   * A login shell.
   *
   * @param path absolute path
   * @param source a selector, or {@code this machine}
   */
  public record LoginShell(String path, String source) {}

  /**
   * The command that enters a development shell of an entry of {@code clan.core.users}.
   *
   * @param shell its name
   * @param command what to run in it, in words; none: an interactive shell
   * @return the command, in words
   * @throws NixException {@code USER_NOT_FOUND}, {@code ATTRIBUTE_MISSING}, {@code WRONG_TYPE}
   */
  public List<String> developmentShell(Person person, String shell, List<String> command) {
    var users = Selector.path("clan", "core", "users");
    if (!names(person, users).contains(person.name())) {
      throw notFound(person, "clan.core.users has no entry of that name");
    }
    var shells = users.plus(new Step.Name(person.name())).plus(new Step.Name("devShells"));
    var known = names(person, shells);
    if (!known.contains(shell)) {
      throw new UserException(
          Reason.ATTRIBUTE_MISSING,
          "%s has no %s; it has %s."
              .formatted(
                  shells,
                  shell.replaceAll("\\p{Cc}", "?"),
                  known.isEmpty() ? "none" : String.join(", ", known)),
          Details.NONE.with("attribute", shell.replaceAll("\\p{Cc}", "?")));
    }
    var one = shells.plus(new Step.Name(shell));
    var nix = Nix.of(person.context(), tools.runner(), tools.facts());
    return isDerivation(person, one)
        ? DevelopmentShells.ofFlake(nix, GeneratedHomes.url(state(person)), one.toString(), command)
        : DevelopmentShells.ofPath(nix, ask(person, one).asText(), one.toString(), command);
  }

  private boolean isDerivation(Person person, Selector selector) {
    try {
      return HomeContents.text(ask(person, selector.plus(HomeContents.optional("type"))), "type")
          .equals("derivation");
    } catch (NixException e) {
      if (e.reason() != Reason.WRONG_TYPE) {
        throw e;
      }
      return false;
    }
  }

  private Set<String> names(Person person, Selector place) {
    return switch (tools
        .flakes()
        .names(person.context(), person.flake(), List.of(place), ProgressListener.NONE)
        .places()
        .getFirst()) {
      case Place.Attributes(List<String> names) -> Set.copyOf(names);
      case Place.Nothing() -> Set.of();
      case Place.Failed(NixException failure) -> throw failure;
    };
  }

  private JsonNode ask(Person person, Selector selector) {
    return Selected.ask(
            tools.flakes(),
            person.context(),
            person.flake(),
            List.of(selector.toString()),
            ProgressListener.NONE)
        .value(0);
  }

  private FlakeState state(Person person) {
    return tools.flakes().metadata(person.context(), person.flake(), ProgressListener.NONE).state();
  }

  private static void below(String path) {
    var normal = path.isEmpty() ? Path.of("..") : Path.of(path).normalize();
    if (normal.isAbsolute()
        || normal.startsWith("..")
        || !normal.toString().equals(path)
        || path.chars().anyMatch(Character::isISOControl)) {
      throw new UserException(
          Reason.REQUEST_INVALID,
          "%s is no path below a home directory.".formatted(path.replaceAll("\\p{Cc}", "?")));
    }
  }

  private static UserException notFound(Person person, String why) {
    var shown = person.name().replaceAll("\\p{Cc}", "?");
    return new UserException(
        Reason.USER_NOT_FOUND,
        "There is no user %s: %s.".formatted(shown, why),
        Details.NONE.with("user", shown));
  }
}
