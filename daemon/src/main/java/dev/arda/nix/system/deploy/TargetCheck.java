package dev.arda.nix.system.deploy;

import dev.arda.nix.system.Host;
import dev.arda.nix.system.HostKind;
import dev.arda.nix.system.deploy.TargetFacts.Generation;
import dev.arda.nix.system.deploy.TargetFacts.Privilege;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;

/** Whether a target is fit to be deployed to, found out before anything is built. */
final class TargetCheck {

  private TargetCheck() {}

  /**
   * Checks whether there is anything to deploy to a host, and whether an engine can.
   *
   * @throws SystemException {@code HOST_UNFIT}
   */
  static void checkHost(Host host, Engine engine) {
    switch (host.kind()) {
      case NIXOS -> {
        if (engine == Engine.DARWIN_REBUILD) {
          throw unfit(
              host,
              "%s is no Mac; it cannot be deployed by darwin-rebuild.".formatted(host.name()));
        }
      }
      case DARWIN -> {
        if (engine != Engine.DARWIN_REBUILD) {
          throw unfit(
              host,
              "%s is a Mac: deploy it there, with --engine darwin-rebuild and --target-host localhost. arda build --host %s builds its system."
                  .formatted(host.name(), host.name()));
        }
      }
      case UNKNOWN ->
          throw unfit(
              host,
              "%s has no configuration that could be built: there is no nixosConfigurations.%s."
                  .formatted(host.name(), host.name()));
    }
  }

  /**
   * Checks a target.
   *
   * @param label the host and its target, for messages
   * @throws SystemException {@code HOST_UNFIT}, saying why and what to do
   */
  static void check(Host host, String label, TargetFacts facts, long leastFreeKib) {
    boolean isMac = host.kind() == HostKind.DARWIN;
    if (!isMac) {
      checkNixos(host, label, facts);
    } else if (!facts.system().endsWith("-darwin")) {
      throw unfit(host, "%s is no Mac (it is %s).".formatted(label, facts.system()));
    }
    if (!facts.runs(host.system())) {
      throw unfit(
          host,
          "%s is %s, but the configuration of %s is for %s."
              .formatted(label, facts.system(), host.name(), host.system()));
    }
    if (!facts.missing().isEmpty() && !isMac) {
      throw unfit(
          host,
          "%s has no %s on its PATH.".formatted(label, String.join(" and no ", facts.missing())));
    }
    checkPrivilege(host, label, facts);
    if (facts.freeKib().isPresent() && facts.freeKib().getAsLong() < leastFreeKib) {
      throw unfit(
          host,
          "%s has only %d MiB left for its store. Free some: nix-collect-garbage"
              .formatted(label, facts.freeKib().getAsLong() / 1024));
    }
  }

  /**
   * Checks whether a target runs NixOS.
   *
   * @throws SystemException {@code HOST_NOT_NIXOS}
   */
  static void checkNixos(Host host, String label, TargetFacts facts) {
    if (!facts.isNixos()) {
      throw new SystemException(
          Reason.HOST_NOT_NIXOS,
          "%s runs no NixOS of its own (it is %s). arda host install %s installs it, and erases its disks."
              .formatted(label, facts.system(), host.name()),
          Details.NONE.with("host", host.name()));
    }
  }

  /**
   * Checks whether the user who logs in may change the system, at least with a password.
   *
   * @throws SystemException {@code HOST_UNFIT}
   */
  static void checkPrivilege(Host host, String label, TargetFacts facts) {
    if (facts.privilege() == Privilege.REFUSED) {
      throw unfit(
          host,
          "%s, who logs in on %s, may not change the system: it is not root, and has neither sudo nor doas."
              .formatted(facts.user(), label));
    }
    if (facts.privilege() == Privilege.DOAS_PASSWORD) {
      throw unfit(
          host,
          "doas on %s asks %s for a password, which it takes only from a terminal. Allow it without one (permit nopass), or use sudo."
              .formatted(label, facts.user()));
    }
  }

  /**
   * Checks whether nobody changes the system of a target at this moment, be it from another machine
   * or for a daemon that is gone.
   *
   * @throws SystemException {@code HOST_BUSY}
   */
  static void checkIsFree(Host host, String label, TargetFacts facts) {
    if (facts.isBusy()) {
      throw LockOnTarget.held(host, label);
    }
  }

  /**
   * The generation to go back to.
   *
   * @param wanted its number; 0: the one before the present one
   * @throws SystemException {@code HOST_UNFIT} if it is not there
   */
  static Generation rollback(String host, TargetFacts facts, int wanted) {
    var generations = facts.generations();
    var present = facts.generation().orElse(Integer.MAX_VALUE);
    return generations.stream()
        .filter(one -> wanted == 0 ? one.number() < present : one.number() == wanted)
        .reduce((_, last) -> last)
        .orElseThrow(() ->
            new SystemException(
                Reason.HOST_UNFIT,
                wanted == 0
                    ? "%s has no generation before its present one.".formatted(host)
                    : "%s has no generation %d; arda host generations %s lists them."
                        .formatted(host, wanted, host),
                Details.NONE.with("host", host)));
  }

  private static SystemException unfit(Host host, String message) {
    return new SystemException(Reason.HOST_UNFIT, message, Details.NONE.with("host", host.name()));
  }
}
