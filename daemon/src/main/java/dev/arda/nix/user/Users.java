package dev.arda.nix.user;

import com.fasterxml.jackson.databind.JsonNode;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.AttributeNames;
import dev.arda.nix.flake.AttributeNames.Place;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.user.UserDefinition.Contents;
import dev.arda.nix.user.UserDefinition.Facts;
import dev.arda.nix.user.UserDefinition.Kind;
import dev.arda.nix.user.UserListing.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds the users of flakes. Names are asked for first, without evaluating what they name, and then
 * each definition by itself: one that is broken is listed with its failure and hides no other.
 * Thread-safe.
 */
public final class Users {

  private static final Selector HOMES = Selector.path("homeConfigurations");
  private static final Selector CLAN = Selector.path("clan", "core", "users");
  private static final Selector HOSTS = Selector.path("nixosConfigurations");

  private final Flakes flakes;

  /** Users of these flakes. */
  public Users(Flakes flakes) {
    this.flakes = flakes;
  }

  /**
   * The users that a question is about. Blocks.
   *
   * @throws NixException if the flake as a whole cannot be asked
   */
  public UserListing list(UserQuestion question, ProgressListener progress) {
    return new Search(question, progress).run();
  }

  /**
   * Names of what can be applied, in bytewise order.
   *
   * @param homes home configurations
   * @param described entries of {@code clan.core.users}
   */
  record Names(List<String> homes, List<String> described) {

    /** Whether a name means one of them on a machine of this name, whatever its domain. */
    boolean has(String name, String host) {
      var start = name + "@" + HomeNames.shortName(host) + ".";
      return described.contains(name)
          || homes.stream().anyMatch(one -> one.startsWith(start))
          || HomeNames.find(name, homes, Optional::empty, host).isPresent();
    }
  }

  /**
   * Names of what can be applied.
   *
   * @throws NixException if one of the places cannot be evaluated
   */
  Names names(UserQuestion question, ProgressListener progress) {
    var places =
        flakes.names(question.context(), question.flake(), List.of(HOMES, CLAN), progress).places();
    return new Names(names(places.getFirst()), names(places.getLast()));
  }

  /**
   * The names at a place; none if nothing is there.
   *
   * @throws NixException if it cannot be evaluated
   */
  static List<String> names(Place place) {
    return switch (place) {
      case Place.Attributes(List<String> names) -> names;
      case Place.Nothing() -> List.of();
      case Place.Failed(NixException failure) -> throw failure;
    };
  }

  /**
   * What {@code homeConfigurations.NAME}, which is there, says.
   *
   * @throws NixException if it cannot be evaluated
   */
  Facts facts(CallContext context, String flake, String name, ProgressListener progress) {
    try {
      return facts(
          Selected.ask(flakes, context, flake, List.of(about(home(name))), progress).value(0));
    } catch (NixException e) {
      if (e.reason() != Reason.ATTRIBUTE_MISSING) {
        throw e;
      }
      return Facts.NONE; // it may be a mere activation package
    }
  }

  /** What to ask a definition for what it says. */
  private static String about(UserDefinition definition) {
    var path = Selector.path(definition.path().toArray(String[]::new));
    return switch (definition.kind()) {
      case HOME_CONFIGURATION ->
          path.plus(new Step.Name("config"))
              .plus(new Step.Name("home"))
              .plus(optional("username", "homeDirectory", "stateVersion"))
              .toString();
      case CLAN, HOST_ACCOUNT, HOST_HOME ->
          path.plus(optional("username", "homeDirectory", "shell", "stateVersion")).toString();
    };
  }

  /** One answer in the making. */
  private final class Search {
    private final UserQuestion question;
    private final ProgressListener progress;
    private final List<Problem> problems = new ArrayList<>();

    Search(UserQuestion question, ProgressListener progress) {
      this.question = question;
      this.progress = progress;
    }

    UserListing run() {
      var places = question.hosts() ? List.of(HOMES, CLAN, HOSTS) : List.of(HOMES, CLAN);
      AttributeNames found = flakes.names(question.context(), question.flake(), places, progress);
      var definitions = new ArrayList<UserDefinition>();
      names(found, 0, HOMES).forEach(name -> definitions.add(home(name)));
      names(found, 1, CLAN)
          .forEach(name -> definitions.add(definition(Kind.CLAN, CLAN, name, Optional.empty())));
      definitions.removeIf(one -> !question.isAbout(one));
      if (question.details()) {
        describe(definitions);
      }
      if (question.hosts()) {
        onHosts(names(found, 2, HOSTS)).filter(question::isAbout).forEach(definitions::add);
      }
      return new UserListing(found.state(), merge(definitions), problems);
    }

    private List<String> names(AttributeNames found, int index, Selector where) {
      return switch (found.places().get(index)) {
        case Place.Attributes(List<String> names) -> names;
        case Place.Nothing() -> List.of();
        case Place.Failed(NixException failure) -> {
          problems.add(new Problem(where.toString(), heard(failure)));
          yield List.of();
        }
      };
    }

    /** Asks every definition what it says. */
    private void describe(List<UserDefinition> definitions) {
      var selectors = definitions.stream().map(Users::about).toList();
      var answers = ask(selectors);
      for (int i = 0; i < definitions.size(); i++) {
        var definition = definitions.get(i);
        try {
          definitions.set(i, definition.with(facts(answers.value(i))));
        } catch (NixException e) {
          definitions.set(i, definition.with(heard(e)));
        }
      }
      var entries =
          definitions.stream()
              .filter(one -> one.kind() == Kind.CLAN && one.failure().isEmpty())
              .toList();
      if (!entries.isEmpty()) {
        definitions.removeAll(entries);
        definitions.addAll(new ClanContents(flakes, question).describe(entries, progress));
      }
    }

    /** Accounts and homes of hosts, in one round of questions for both. */
    private Stream<UserDefinition> onHosts(List<String> hosts) {
      var selectors = new ArrayList<String>();
      var homes = new ArrayList<Selector>();
      for (var host : hosts) {
        selectors.add(
            accounts(host).plus(new Step.All()).plus(optional("isNormalUser", "home")).toString());
        homes.add(homes(host));
      }
      var answers = ask(selectors);
      var found = flakes.names(question.context(), question.flake(), homes, progress).places();
      var result = new ArrayList<UserDefinition>();
      for (int i = 0; i < hosts.size(); i++) {
        var host = hosts.get(i);
        try {
          for (var account : answers.value(i).properties()) {
            if (account.getValue().path("isNormalUser").asBoolean()) {
              result.add(
                  definition(Kind.HOST_ACCOUNT, accounts(host), account.getKey(), Optional.of(host))
                      .with(
                          new Facts(
                              Optional.of(account.getKey()),
                              text(account.getValue(), "home"),
                              Optional.empty(),
                              Optional.empty())));
            }
          }
        } catch (NixException e) {
          if (!isMissing(e)) {
            problems.add(new Problem(accounts(host).toString(), heard(e)));
          }
          continue;
        }
        switch (found.get(i)) {
          case Place.Attributes(List<String> names) ->
              names.forEach(name ->
                  result.add(definition(Kind.HOST_HOME, homes(host), name, Optional.of(host))));
          case Place.Nothing() -> {}
          case Place.Failed(NixException failure) ->
              problems.add(new Problem(homes(host).toString(), heard(failure)));
        }
      }
      return result.stream();
    }

    private Selected ask(List<String> selectors) {
      return Selected.ask(flakes, question.context(), question.flake(), selectors, progress);
    }
  }

  /** What gives the question up gives up all of it. */
  private static NixException heard(NixException failure) {
    if (failure.reason() == Reason.CANCELLED) {
      throw failure;
    }
    return failure;
  }

  /** A host that is no NixOS system, or one without accounts, such as a mere look-alike. */
  private static boolean isMissing(NixException failure) {
    return failure.reason() == Reason.ATTRIBUTE_MISSING || failure.reason() == Reason.WRONG_TYPE;
  }

  private static Selector accounts(String host) {
    return Selector.path("nixosConfigurations", host, "config", "users", "users");
  }

  private static Selector homes(String host) {
    return Selector.path("nixosConfigurations", host, "config", "home-manager", "users");
  }

  private static Step optional(String... names) {
    return new Step.Names(Stream.of(names).map(name -> new Step.Entry(name, true)).toList());
  }

  private static UserDefinition home(String name) {
    var parts = HomeNames.parts(name);
    return new UserDefinition(
        Kind.HOME_CONFIGURATION,
        List.of("homeConfigurations", name),
        parts.person(),
        parts.host(),
        Facts.NONE,
        Contents.NONE,
        Optional.empty());
  }

  private static UserDefinition definition(
      Kind kind, Selector parent, String name, Optional<String> host) {
    var path = new ArrayList<String>();
    for (var step : parent.steps()) {
      if (step instanceof Step.Name(String part)) {
        path.add(part);
      }
    }
    path.add(name);
    return new UserDefinition(kind, path, name, host, Facts.NONE, Contents.NONE, Optional.empty());
  }

  private static Facts facts(JsonNode said) {
    return new Facts(
        text(said, "username"),
        text(said, "homeDirectory"),
        text(said, "shell"),
        text(said, "stateVersion"));
  }

  private static Optional<String> text(JsonNode said, String name) {
    var value = said.path(name);
    return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
  }

  private static List<KnownUser> merge(List<UserDefinition> definitions) {
    var byPerson = new TreeMap<String, List<UserDefinition>>();
    definitions.stream()
        .sorted(Comparator.comparing(UserDefinition::kind).thenComparing(UserDefinition::selector))
        .forEach(one -> byPerson.computeIfAbsent(one.person(), _ -> new ArrayList<>()).add(one));
    return byPerson.entrySet().stream()
        .map(entry -> new KnownUser(entry.getKey(), entry.getValue()))
        .toList();
  }
}
