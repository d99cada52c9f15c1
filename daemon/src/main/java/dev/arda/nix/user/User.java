package dev.arda.nix.user;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserConfig;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.People.Person;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A user's environment, asked and applied by one caller on this machine (the seed's {@code User},
 * section 15.2.5). Every method blocks.
 *
 * @param tools what is asked and applied with
 * @param person whose it is: a name as {@link Homes#apply} takes
 */
public record User(UserTools tools, Person person) {

  /**
   * A value of the environment, as JSON text. The selector starts at {@code
   * homeConfigurations.NAME}, or at what arda makes of {@code clan.core.users.NAME}.
   *
   * @throws NixException if the selector finds none
   */
  public String select(String selector) {
    var configuration = new People(tools).configuration(person);
    var steps = new ArrayList<>(configuration.selector().steps());
    steps.addAll(SelectorParser.parse(selector).selector().steps());
    return Selected.ask(
            tools.flakes(),
            configuration.context(),
            configuration.flake(),
            List.of(new Selector(steps).toString()),
            ProgressListener.NONE)
        .value(0)
        .toString();
  }

  /**
   * Activates the environment; files in the way are refused.
   *
   * @throws NixException as {@link Homes#runHomeManager}
   */
  public ApplyResult applyConfig(ApplyListener listener) {
    return applyConfig("switch", listener);
  }

  /**
   * Applies the environment; files in the way are refused.
   *
   * @param operation as in {@link UserConfig}
   * @return what came of it, also if it failed
   * @throws NixException as {@link Homes#runHomeManager}
   */
  public ApplyResult applyConfig(String operation, ApplyListener listener) {
    return new Homes(tools)
        .runHomeManager(
            person.context(),
            new UserConfig(FlakeRef.of(person.flake()), person.name(), operation, Optional.empty()),
            Optional.empty(),
            listener);
  }

  /**
   * The packages that the environment declares, in order.
   *
   * @throws NixException if they cannot be evaluated
   */
  public List<DeclaredPackage> listPackages() {
    return new People(tools).packages(person);
  }

  /**
   * Where the file of the flake is that a file of the home is made of, which may be a template: a
   * path below the root of the flake's tree.
   *
   * @param path below the home directory
   * @throws UserException {@code ATTRIBUTE_MISSING} if the flake has none
   */
  public Path getDotfile(String path) {
    return new People(tools)
        .dotfiles(person).stream()
            .filter(file -> file.path().equals(path) && !file.origin().isEmpty())
            .findFirst()
            .map(file -> Path.of(file.origin()))
            .orElseThrow(() ->
                new UserException(
                    Reason.ATTRIBUTE_MISSING,
                    "The flake has no file of which %s of %s is made."
                        .formatted(
                            path.replaceAll("\\p{Cc}", "?"),
                            person.name().replaceAll("\\p{Cc}", "?"))));
  }
}
