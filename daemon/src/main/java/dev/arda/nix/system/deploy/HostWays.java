package dev.arda.nix.system.deploy;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.remote.SshSettings;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.List;

/**
 * The hosts of a flake, and the ways to them.
 *
 * @param means knows hosts and connects
 * @param context who goes there
 * @param flake flake reference; empty: the caller's default
 * @param reach how
 */
public record HostWays(Means means, CallContext context, String flake, Reach reach) {

  /**
   * Hosts that are chosen.
   *
   * @param selections empty: all that have a configuration
   * @throws NixException if no host is chosen, or the flake cannot be read; {@code REQUEST_INVALID}
   *     if a target is named for more than one
   */
  List<Host> chosen(List<String> selections, ProgressListener progress) {
    var hosts = means.hosts().select(context, flake, selections, Hosts.View.FULL, progress).hosts();
    var chosen = selections.isEmpty() ? hosts.stream().filter(Host::configured).toList() : hosts;
    if (chosen.isEmpty()) {
      throw new SystemException(
          Reason.HOST_NOT_FOUND, "No host is chosen; arda host list shows those there are.");
    }
    if (chosen.size() > 1 && reach.targetHost().isPresent()) {
      throw new SystemException(
          Reason.REQUEST_INVALID,
          "A target can be named for one host, but %d were chosen: %s."
              .formatted(chosen.size(), Host.listed(chosen)));
    }
    return chosen;
  }

  /**
   * The one host that is chosen.
   *
   * @throws NixException as {@link #chosen}; {@code REQUEST_INVALID} if it is more than one
   */
  public Host one(String selection, ProgressListener progress) {
    var chosen = chosen(List.of(selection), progress);
    if (chosen.size() > 1) {
      throw new SystemException(
          Reason.REQUEST_INVALID,
          "One host is wanted; %d were chosen: %s.".formatted(chosen.size(), Host.listed(chosen)));
    }
    return chosen.getFirst();
  }

  /** Where a host is, as it was said; not checked. */
  String address(Host host) {
    return reach
        .targetHost()
        .orElseGet(() -> host.targetHost().isEmpty() ? host.name() : host.targetHost());
  }

  /**
   * The way to a host.
   *
   * @throws SystemException {@code HOST_TARGET_INVALID}
   */
  TargetAccess to(Host host) {
    return new TargetAccess(means, context, reach, SshTarget.parse(address(host)));
  }

  /** The directory that stands for {@code /} on a host. */
  String root(Host host) {
    return TargetRoot.of(context, host.name());
  }

  /** How ssh goes there. */
  SshSettings settings() {
    return reach.settings(context);
  }
}
