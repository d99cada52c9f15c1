package dev.arda.nix.system;

import dev.arda.nix.flake.Flake;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;

/**
 * One host of a flake, asked by one caller (the seed's {@code Machine}, sections 3.3 and 15.2.4).
 *
 * @param flakes answers the questions
 * @param context the caller
 * @param flake flake reference; empty: the caller's default
 * @param name the host
 */
public record Machine(Flakes flakes, CallContext context, String flake, HostName name) {

  /**
   * The value that a selector finds below {@code nixosConfigurations.<name>}, as JSON text; that is
   * what is deployed.
   *
   * @param selector for example {@code config.networking.hostName}
   * @throws NixException if it finds none
   */
  public String select(String selector) {
    return new Flake(flakes, context, flake).selectMachine(name.text(), selector);
  }

  /**
   * Brings it to its configuration, now and from the next boot on.
   *
   * @throws NixException as {@link MachineUpdates#update}
   */
  public void update(MachineUpdates updates) {
    update(updates, "switch");
  }

  /**
   * Brings it to its configuration.
   *
   * @param operation {@code switch}, {@code boot}, {@code test} or {@code dry-activate}
   * @throws NixException as {@link MachineUpdates#update}
   */
  public void update(MachineUpdates updates, String operation) {
    updates.update(this, operation);
  }
}
