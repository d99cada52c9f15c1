package dev.arda.nix.user;

import dev.arda.nix.flake.Flake;
import dev.arda.nix.types.NixException;
import java.util.List;

/**
 * A user's environment, asked by one caller (the seed's {@code User}, section 15.2.5).
 *
 * @param flake the flake that describes it
 * @param name name of the home configuration, for example {@code alice} or {@code alice@web01}
 */
public record User(Flake flake, String name) {

  /**
   * A value of the environment, as JSON text: the selector starts at {@code
   * homeConfigurations.NAME}.
   *
   * @throws NixException if the selector finds none
   */
  public String select(String selector) {
    return flake.selectUser(name, selector);
  }

  /**
   * The packages that the environment declares, as store paths in order of declaration.
   *
   * @throws NixException if they cannot be evaluated
   */
  public List<String> listPackages() {
    return Selected.parse(select("config.home.packages.*.outPath"))
        .valueStream()
        .map(node -> node.asText())
        .toList();
  }
}
