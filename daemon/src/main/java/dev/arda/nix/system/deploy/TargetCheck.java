package dev.arda.nix.system.deploy;

import dev.arda.nix.system.Host;
import dev.arda.nix.system.deploy.TargetFacts.Generation;
import dev.arda.nix.system.deploy.TargetFacts.Privilege;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;

/** Whether a target is fit to be deployed to, found out before anything is built. */
final class TargetCheck {

  private TargetCheck() {}

  /**
   * Checks a target.
   *
   * @param label the host and its target, for messages
   * @throws SystemException {@code HOST_UNFIT}, saying why and what to do
   */
  static void check(Host host, String label, TargetFacts facts, long leastFreeKib) {
    if (!facts.isNixos()) {
      throw new SystemException(
          Reason.HOST_NOT_NIXOS,
          "%s runs no NixOS of its own (it is %s). arda host install %s installs it, and erases its disks."
              .formatted(label, facts.system(), host.name()),
          Details.NONE.with("host", host.name()));
    }
    if (!facts.runs(host.system())) {
      throw unfit(
          host,
          "%s is %s, but the configuration of %s is for %s."
              .formatted(label, facts.system(), host.name(), host.system()));
    }
    if (!facts.missing().isEmpty()) {
      throw unfit(
          host,
          "%s has no %s on its PATH.".formatted(label, String.join(" and no ", facts.missing())));
    }
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
    if (facts.freeKib().isPresent() && facts.freeKib().getAsLong() < leastFreeKib) {
      throw unfit(
          host,
          "%s has only %d MiB left for its store. Free some: nix-collect-garbage"
              .formatted(label, facts.freeKib().getAsLong() / 1024));
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
