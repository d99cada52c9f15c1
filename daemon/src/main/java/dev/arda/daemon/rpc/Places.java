package dev.arda.daemon.rpc;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import dev.arda.nix.user.Place;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.CallContext;
import dev.arda.v1.HostReach;
import dev.arda.v1.ListUserGenerationsRequest;
import java.util.Optional;

/**
 * Where the machines are that requests about users name. Blocks while their hosts are evaluated.
 *
 * @param hosts say so
 */
record Places(Hosts hosts) {

  /** The machine of a request; empty: this one. */
  Optional<Place> of(ApplyUserRequest request, ProgressListener progress) {
    return new Places(hosts.within(TimeLimits.of(request).translate().evaluation()))
        .of(
            request.getContext(),
            request.getFlake(),
            request.getHost(),
            request.getReach(),
            progress);
  }

  /** The machine of a request; empty: this one. */
  Optional<Place> of(ListUserGenerationsRequest request) {
    return of(
        request.getContext(),
        request.getFlake(),
        request.getHost(),
        request.getReach(),
        ProgressListener.NONE);
  }

  private Optional<Place> of(
      CallContext context, String flake, String host, HostReach reach, ProgressListener progress) {
    if (host.isEmpty() && reach.getTargetHost().isEmpty()) {
      return Optional.empty();
    }
    var target =
        reach.getTargetHost().isEmpty()
            ? target(context, flake, host, progress)
            : reach.getTargetHost();
    return Optional.of(
        new Place(
            SshTarget.parse(target),
            reach.getAcceptNewHostKey(),
            reach.getJumpHostsList(),
            reach.getSubstitute(),
            host));
  }

  private String target(CallContext context, String flake, String name, ProgressListener progress) {
    Host host =
        hosts
            .list(ContextTranslator.translate(context), flake, Hosts.View.FULL, progress)
            .hosts()
            .stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(() -> {
              var shown = name.replaceAll("\\p{Cc}", "?");
              return new SystemException(
                  Reason.HOST_NOT_FOUND,
                  "The flake has no host %s; arda host list shows them all.".formatted(shown));
            });
    return host.targetHost().isEmpty() ? host.name() : host.targetHost();
  }
}
