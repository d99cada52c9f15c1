package dev.arda.nix.user;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.types.UserConfig;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.UserDefinition.Facts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The homes of this machine: which configuration is whose, what they hold, and applying
 * configurations to them. Thread-safe; every method blocks.
 */
public final class Homes {

  private final UserTools tools;

  /** Homes, by these tools. */
  public Homes(UserTools tools) {
    this.tools = tools;
  }

  /**
   * Brings homes to what a request says, one user after the other; one that fails leaves the others
   * alone. Once an activation has begun it is finished or put back, also when the thread is
   * interrupted.
   *
   * @return one for each user of the request, in its order
   * @throws NixException if nothing can be said of the users: the flake cannot be asked, or {@code
   *     CANCELLED}
   */
  public List<ApplyResult> apply(ApplyRequest request, ApplyListener listener) {
    var limited = tools.within(request.limits().evaluation());
    return new ApplyRun(limited, new Homes(limited), request, listener).run();
  }

  /**
   * Applies one environment in the usual way (the seed's {@code run_home_manager}, section 15.2.5):
   * by home-manager's contract for activations, with files in the way refused and the user's
   * secrets put in place. {@link #apply} is the same with all that can be wished for.
   *
   * @param targetHost the machine; empty: this one
   * @return what came of it, also if it failed
   * @throws NixException {@code REQUEST_INVALID}: there is no such operation; {@code
   *     USER_ACCOUNT_UNSUITABLE}: the home is to be elsewhere; if nothing can be said of the user
   */
  public ApplyResult runHomeManager(
      CallContext context, UserConfig config, Optional<Place> targetHost, ApplyListener listener) {
    var mode = mode(config.operation());
    config
        .homeDirectory()
        .ifPresent(home -> {
          try (var shell = tools.shell(context, targetHost)) {
            var search =
                new HomeSearch(
                    tools, context, config.flake().text(), shell, host(targetHost), listener);
            var said = search.find(config.user(), search.names()).facts().homeDirectory();
            if (said.filter(home.toString()::equals).isEmpty()) {
              throw Account.unsuitable(
                  config.user(),
                  "its environment is for the home directory %s, and not for %s"
                      .formatted(said.orElse("of the account"), home));
            }
          }
        });
    return apply(
            new ApplyRequest(
                context,
                config.flake().text(),
                List.of(config.user()),
                mode,
                Collision.Policy.REFUSE,
                Map.of(),
                "backup",
                "",
                Optional.empty(),
                targetHost,
                ApplyRequest.Engine.NATIVE,
                ApplyRequest.Secrets.USUAL,
                false,
                false,
                StageLimits.USUAL),
            listener)
        .getFirst();
  }

  private static ApplyRequest.Mode mode(String operation) {
    return switch (operation) {
      case "switch" -> ApplyRequest.Mode.SWITCH;
      case "build" -> ApplyRequest.Mode.BUILD;
      case "dry-run" -> ApplyRequest.Mode.DRY_RUN;
      default ->
          throw new UserException(
              Reason.REQUEST_INVALID,
              "An environment can be applied by switch, build and dry-run, and not by %s."
                  .formatted(operation.replaceAll("\\p{Cc}", "?")));
    };
  }

  /**
   * Checks whether names mean environments on a host, before anything is done there: by the name
   * that the flake has for it, as they will be looked up then. The machine is not asked.
   *
   * @param users as for {@link #apply}
   * @param host name of the host
   * @throws NixException {@code USER_NOT_FOUND}; if the flake cannot be asked
   */
  public void require(CallContext context, String flake, List<String> users, String host) {
    var names =
        new Users(tools.flakes())
            .names(new UserQuestion(context, flake, Set.of(), false, false), ProgressListener.NONE);
    for (var user : users) {
      if (!names.has(user, host)) {
        throw HomeSearch.missing(user, names, host);
      }
    }
  }

  /**
   * What a home holds.
   *
   * @param flake as for {@link #apply}; it need not be there
   * @param user a user of the flake, or a login name; empty: whoever asks
   * @throws UserException {@code USER_ACCOUNT_UNSUITABLE}
   */
  public HomeState state(CallContext context, String flake, String user) {
    return state(context, flake, user, Optional.empty());
  }

  /**
   * What a home holds, on this or another machine.
   *
   * @param place the machine; empty: this one
   * @throws NixException {@code USER_ACCOUNT_UNSUITABLE}, or if the machine cannot be reached
   */
  public HomeState state(CallContext context, String flake, String user, Optional<Place> place) {
    try (var shell = tools.shell(context, place)) {
      return new Home(shell, account(context, flake, user, shell, host(place))).probe();
    }
  }

  /** What the flake calls a machine; empty: nothing that is known. */
  static String host(Optional<Place> place) {
    return place.map(Place::host).orElse("");
  }

  /**
   * Whose home a name means where no configuration is needed: that of the user that the flake has
   * by this name, or else, also if the flake cannot be asked, that of the account. A home must be
   * found when its configuration is gone or broken.
   *
   * @param host what the flake calls the machine; empty: what it calls itself
   */
  Account account(CallContext context, String flake, String name, Shell shell, String host) {
    var person = HomeNames.parts(name).person();
    if (name.isEmpty()) {
      return tools.account("", "", shell);
    }
    Facts facts;
    try {
      var search = new HomeSearch(tools, context, flake, shell, host, ProgressListener.NONE);
      facts = search.find(name, search.names()).facts();
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      facts = Facts.NONE;
    }
    return tools.account(facts.username().orElse(person), facts.homeDirectory().orElse(""), shell);
  }

  /**
   * The home configuration of a user as a Nix expression: the seed's {@code
   * generate_home_manager_expression}. It can be evaluated purely, with what is in the store.
   *
   * @param name as for {@link #apply}
   * @param host name of the machine that it is for; empty: this one
   * @throws NixException {@code USER_NOT_FOUND}; {@code USER_DESCRIPTION_INVALID}
   */
  public String expression(CallContext context, String flake, String name, String host) {
    try (var shell = tools.shell(context)) {
      return new HomeSearch(tools, context, flake, shell, ProgressListener.NONE)
          .expression(name, host);
    }
  }
}
