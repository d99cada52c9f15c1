package dev.arda.nix.user;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.UserDefinition.Facts;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The homes of this machine: which configuration is whose, what they hold, and applying
 * configurations to them. Thread-safe; every method blocks.
 */
public final class Homes {

  private final UserTools tools;
  private final Users users;

  /** Homes, by these tools. */
  public Homes(UserTools tools) {
    this.tools = tools;
    this.users = new Users(tools.flakes());
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
    return new ApplyRun(tools, this, request, listener).run();
  }

  /**
   * What a home holds.
   *
   * @param flake as for {@link #apply}; it need not be there
   * @param user a user of the flake, or a login name; empty: whoever asks
   * @throws UserException {@code USER_ACCOUNT_UNSUITABLE}
   */
  public HomeState state(CallContext context, String flake, String user) {
    try (var shell = tools.shell(context)) {
      return new Home(shell, account(context, flake, user, shell)).probe();
    }
  }

  /**
   * Whose home a name means where no configuration is needed: that of the user that the flake has
   * by this name, or else, also if the flake cannot be asked, that of the account. A home must be
   * found when its configuration is gone or broken.
   */
  Account account(CallContext context, String flake, String name, Shell shell) {
    var person = HomeNames.parts(name).person();
    if (name.isEmpty()) {
      return Account.local("", "", tools.self());
    }
    Facts facts;
    try {
      var known = names(context, flake, ProgressListener.NONE);
      facts = configuration(context, flake, name, known, shell, ProgressListener.NONE).facts();
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      facts = Facts.NONE;
    }
    return Account.local(
        facts.username().orElse(person), facts.homeDirectory().orElse(""), tools.self());
  }

  /**
   * A home configuration that a name means.
   *
   * @param name its name in the flake
   * @param facts what it says
   */
  record Configuration(String name, Facts facts) {}

  /**
   * The home configuration that a name means on this machine.
   *
   * @param known names of all home configurations
   * @throws NixException {@code USER_NOT_FOUND}; or what the configuration failed with
   */
  Configuration configuration(
      CallContext context,
      String flake,
      String name,
      List<String> known,
      Shell shell,
      ProgressListener progress) {
    var found =
        HomeNames.find(
                name,
                known,
                () -> hostName(shell, "hostname -f"),
                hostName(shell, "uname -n").orElse(""))
            .orElseThrow(() -> missing(name, known));
    var question = new UserQuestion(context, flake, Set.of(found), true, false);
    for (var user : users.list(question, progress).users()) {
      for (var definition : user.definitions()) {
        if (definition.kind() == UserDefinition.Kind.HOME_CONFIGURATION
            && definition.name().equals(found)) {
          if (definition.failure().isPresent() && !saysNothing(definition.failure().get())) {
            throw definition.failure().get();
          }
          return new Configuration(found, definition.facts());
        }
      }
    }
    throw missing(name, known);
  }

  /** A configuration may be a mere activation package. */
  private static boolean saysNothing(NixException failure) {
    return failure.reason() == Reason.ATTRIBUTE_MISSING;
  }

  List<String> names(CallContext context, String flake, ProgressListener progress) {
    return users.homes(new UserQuestion(context, flake, Set.of(), false, false), progress);
  }

  private static Optional<String> hostName(Shell shell, String command) {
    var result = shell.run(RemoteScript.of(command + " 2>/dev/null", Scripts.SHORT));
    var name = result.outputText().strip();
    return result.succeeded() && !name.isEmpty() ? Optional.of(name) : Optional.empty();
  }

  private static UserException missing(String name, List<String> known) {
    var shown = name.replaceAll("\\p{Cc}", "?");
    return new UserException(
        Reason.USER_NOT_FOUND,
        known.isEmpty()
            ? "The flake has no homeConfigurations, so there is no environment of %s."
                .formatted(shown)
            : "The flake has no home configuration for %s on this machine; it has %s."
                .formatted(
                    shown,
                    String.join(", ", known.stream().limit(20).toList())
                        .replaceAll("\\p{Cc}", "?")),
        Details.NONE.with("user", shown));
  }
}
