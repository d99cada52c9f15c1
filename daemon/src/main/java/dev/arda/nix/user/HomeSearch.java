package dev.arda.nix.user;

import com.fasterxml.jackson.databind.JsonNode;
import dev.arda.nix.core.Nix;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.GeneratedHomes.Machine;
import dev.arda.nix.user.UserDefinition.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which home configuration a name means on a machine: one of {@code homeConfigurations}, in
 * home-manager's order, or else the entry of {@code clan.core.users}. Used by one thread.
 */
final class HomeSearch {

  private final UserTools tools;
  private final Users users;
  private final CallContext context;
  private final String flake;
  private final Shell shell;
  private final String host;
  private final ProgressListener progress;

  /** Name of the machine, once it was asked. */
  private Optional<String> machineName = Optional.empty();

  /**
   * A search.
   *
   * @param flake the user's flake; empty: the caller's default
   * @param shell the machine
   */
  HomeSearch(
      UserTools tools, CallContext context, String flake, Shell shell, ProgressListener progress) {
    this(tools, context, flake, shell, "", progress);
  }

  /**
   * A search.
   *
   * @param flake the user's flake; empty: the caller's default
   * @param shell the machine
   * @param host what the flake calls the machine; empty: what it calls itself
   */
  HomeSearch(
      UserTools tools,
      CallContext context,
      String flake,
      Shell shell,
      String host,
      ProgressListener progress) {
    this.tools = tools;
    this.users = new Users(tools.flakes());
    this.context = context;
    this.flake = flake;
    this.shell = shell;
    this.host = host;
    this.progress = progress;
  }

  /** What a name means. */
  private sealed interface Meaning {
    /** {@code homeConfigurations.NAME}. */
    record Written(String name) implements Meaning {}

    /** {@code clan.core.users.NAME}. */
    record Described(String name) implements Meaning {}
  }

  /**
   * The names that there are, asked once.
   *
   * @throws NixException if the flake cannot be asked
   */
  Users.Names names() {
    return users.names(new UserQuestion(context, flake, Set.of(), false, false), progress);
  }

  /**
   * The configuration that a name means.
   *
   * @throws NixException {@code USER_NOT_FOUND}; {@code USER_DESCRIPTION_INVALID}; or what the
   *     configuration failed with
   */
  HomeConfiguration find(String name, Users.Names names) {
    return switch (meaning(name, names)) {
      case Meaning.Written(String found) -> written(found);
      case Meaning.Described(String found) -> described(found);
    };
  }

  /**
   * The configuration that a name means, as a Nix expression.
   *
   * @param host name of the machine that it is for; empty: this one
   * @throws NixException as {@link #find}
   */
  String expression(String name, String host) {
    return switch (meaning(name, names())) {
      case Meaning.Written(String found) ->
          "(builtins.getFlake %s).homeConfigurations.%s\n"
              .formatted(
                  GeneratedHomes.literal(GeneratedHomes.url(state())),
                  GeneratedHomes.literal(found));
      case Meaning.Described(String found) -> {
        described(found);
        var here = machine();
        yield GeneratedHomes.expression(
            state(), found, host.isEmpty() ? here : new Machine(host, here.system()));
      }
    };
  }

  private Meaning meaning(String name, Users.Names names) {
    var found =
        host.isEmpty()
            ? HomeNames.find(name, names.homes(), () -> hostName("hostname -f"), ownName())
            : onHost(name, names.homes());
    if (found.isPresent()) {
      return new Meaning.Written(found.get());
    }
    if (names.described().contains(name)) {
      return new Meaning.Described(name);
    }
    throw missing(name, names, shell instanceof LocalShell ? "this machine" : hostName());
  }

  /** What a name means on a host of the flake: the same, whatever the machine calls itself. */
  private Optional<String> onHost(String name, List<String> homes) {
    var exact = name + "@" + host;
    var found =
        homes.contains(exact)
            ? Optional.of(exact)
            : HomeNames.find(name, homes, () -> fullName(name, homes), host);
    var other = HomeNames.find(name, homes, Optional::empty, ownName());
    if (!other.equals(found)
        && other.filter(one -> HomeNames.parts(one).host().isPresent()).isPresent()) {
      throw new UserException(
          Reason.USER_NOT_FOUND,
          "%s calls itself %s, and the flake has %s for that name, but %s for %s. Name the one that is meant in full."
              .formatted(host, ownName(), other.get(), found.orElse("nothing"), host)
              .replaceAll("\\p{Cc}", "?"),
          Details.NONE.with("user", name.replaceAll("\\p{Cc}", "?")));
    }
    return found;
  }

  /** The one full name that the flake has for the host; which of several, the machine says. */
  private Optional<String> fullName(String name, List<String> homes) {
    var start = name + "@" + HomeNames.shortName(host) + ".";
    var full = homes.stream().filter(one -> one.startsWith(start)).toList();
    return full.size() == 1 ? HomeNames.parts(full.getFirst()).host() : hostName("hostname -f");
  }

  private HomeConfiguration written(String found) {
    var path = List.of("homeConfigurations", found);
    return new HomeConfiguration(
        context,
        flake,
        path,
        Selector.path(path.toArray(String[]::new)).toString(),
        users.facts(context, flake, found, progress));
  }

  private HomeConfiguration described(String name) {
    var generated = tools.generated().flake(state(), machine());
    var asking = GeneratedHomes.context(context);
    var place = GeneratedHomes.path(name);
    var answers =
        Selected.ask(
            tools.flakes(),
            asking,
            generated,
            List.of(below(place, "problems"), below(place, "facts")),
            progress);
    var problems = answers.value(0);
    if (!problems.isEmpty()) {
      throw invalid(name, problems);
    }
    var facts = answers.value(1);
    var path = new ArrayList<>(place);
    path.add("configuration");
    return new HomeConfiguration(
        asking,
        generated,
        path,
        Selector.path("clan", "core", "users", name).toString(),
        new Facts(
            Optional.of(facts.path("username").asText()),
            Optional.of(facts.path("homeDirectory").asText()),
            Optional.empty(),
            Optional.empty()));
  }

  /**
   * Which secrets a user has: what {@code clan.core.users.NAME.secrets} says.
   *
   * @param name as for {@link #find}; that of a host is left out
   * @return empty: the flake describes no such person
   * @throws NixException {@code USER_DESCRIPTION_INVALID}
   */
  Optional<SecretDeclarations> secrets(String name, Users.Names names) {
    var person = HomeNames.parts(name).person();
    if (!names.described().contains(person)) {
      return Optional.empty();
    }
    var state = state();
    var said =
        Selected.ask(
                tools.flakes(),
                GeneratedHomes.context(context),
                tools.generated().flake(state, machine()),
                List.of(below(GeneratedHomes.path(person), "secrets")),
                progress)
            .value(0);
    return Optional.of(SecretDeclarations.read(person, said, state.storePath()));
  }

  private static String below(List<String> place, String part) {
    var all = new ArrayList<>(place);
    all.add(part);
    return Selector.path(all.toArray(String[]::new)).toString();
  }

  private FlakeState state() {
    return tools.flakes().metadata(context, flake, progress).state();
  }

  private Machine machine() {
    return new Machine(
        HomeNames.shortName(hostName()), context.options().system().orElseGet(this::system));
  }

  private String system() {
    if (shell instanceof LocalShell) {
      return Nix.of(context, tools.runner(), tools.facts()).config().system();
    }
    var words =
        shell.run(RemoteScript.of("uname -sm", Scripts.SHORT)).outputText().strip().split(" ", 2);
    var processor = words.length > 1 ? words[1].replace("arm64", "aarch64") : "";
    return processor + "-" + words[0].toLowerCase(java.util.Locale.ROOT);
  }

  /** Name of the machine: the flake's, or else its own. */
  String hostName() {
    return host.isEmpty() ? ownName() : host;
  }

  private String ownName() {
    if (machineName.isEmpty()) {
      machineName = Optional.of(hostName("uname -n").orElse(""));
    }
    return machineName.get();
  }

  private Optional<String> hostName(String command) {
    var result = shell.run(RemoteScript.of(command + " 2>/dev/null", Scripts.SHORT));
    var name = result.outputText().strip();
    return result.succeeded() && !name.isEmpty() ? Optional.of(name) : Optional.empty();
  }

  private static UserException invalid(String name, JsonNode problems) {
    var lines = new ArrayList<String>();
    for (var problem : problems) {
      var place = problem.path("place");
      lines.add(
          "\n  "
              + (place.isObject()
                  ? "%s:%d:%d: "
                      .formatted(
                          place.path("file").asText().replaceFirst("^.*/[0-9a-z]{32}-[^/]*/", ""),
                          place.path("line").asInt(),
                          place.path("column").asInt())
                  : "")
              + problem.path("message").asText());
    }
    return new UserException(
        Reason.USER_DESCRIPTION_INVALID,
        "%s cannot be made a home configuration:%s"
            .formatted(
                Selector.path("clan", "core", "users", name).toString().replaceAll("\\p{Cc}", "?"),
                String.join("", lines)),
        Details.NONE
            .with("user", name.replaceAll("\\p{Cc}", "?"))
            .with("problems", Integer.toString(lines.size())));
  }

  /**
   * There is no such user.
   *
   * @param machine for a person, where it was looked for
   */
  static UserException missing(String name, Users.Names names, String machine) {
    var shown = name.replaceAll("\\p{Cc}", "?");
    var known = new ArrayList<>(names.homes());
    names.described().stream().filter(one -> !known.contains(one)).forEach(known::add);
    return new UserException(
        Reason.USER_NOT_FOUND,
        known.isEmpty()
            ? "The flake has no homeConfigurations and no clan.core.users, so there is no environment of %s."
                .formatted(shown)
            : "The flake has no home configuration for %s on %s; it has %s."
                .formatted(
                    shown,
                    machine.replaceAll("\\p{Cc}", "?"),
                    String.join(", ", known.stream().limit(20).toList())
                        .replaceAll("\\p{Cc}", "?")),
        Details.NONE.with("user", shown));
  }
}
