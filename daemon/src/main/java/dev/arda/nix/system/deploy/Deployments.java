package dev.arda.nix.system.deploy;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.Machine;
import dev.arda.nix.system.MachineUpdates;
import dev.arda.nix.system.rebuild.RebuildTools;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Deploys to hosts, one or many. All targets are looked at first, side by side; the systems of
 * those that are fit are evaluated and built together, and each is copied as soon as it is built;
 * then they are activated and confirmed, so many at a time and in such an order as was wished. A
 * host that fails fails alone.
 *
 * <p>Asked again after it was interrupted, it does what is left: a host that runs and boots its
 * system already is left as it is, after one look.
 *
 * @param means what it works with
 * @param tools has programs that do it where arda's own script is not wished to
 */
public record Deployments(Means means, RebuildTools tools) implements MachineUpdates {

  private static final Duration CONFIRMATION = Duration.ofSeconds(60);

  /**
   * Deploys. Blocks; interrupting the thread gives up what has not begun to be activated, and waits
   * for what has. The result says so then, and the thread is still interrupted.
   *
   * @return what came of each host, also if all failed or it was given up
   * @throws NixException if nothing was begun: the flake cannot be read, no host was chosen, hosts
   *     wait for each other
   */
  public DeployResult deploy(DeployRequest request, DeployListener listener) {
    var listing =
        evaluating(request)
            .select(
                request.context(),
                request.flake(),
                request.selections(),
                Hosts.View.FULL,
                ProgressListener.NONE);
    var hosts = listing.hosts();
    if (hosts.isEmpty()) {
      throw new SystemException(
          Reason.HOST_NOT_FOUND, "These selections choose no host; arda host list shows them all.");
    }
    if (hosts.size() > 1 && request.reach().targetHost().isPresent()) {
      throw new SystemException(
          Reason.REQUEST_INVALID,
          "A target can be named for one host, but %d were chosen.".formatted(hosts.size()));
    }
    check(request);
    var rebuild =
        request.engine() == Engine.NATIVE
            ? Optional.<HostRebuild.Kit>empty()
            : Optional.of(new HostRebuild.Kit(tools, means.runner(), listing.state().flakeRef()));
    var order = HostOrder.of(hosts, candidates(request, hosts), listing.state().flakeRef());
    var run =
        new DeployRun(
            request,
            listener,
            means,
            order,
            hosts.stream()
                .map(host -> new HostDeployment(host, request, means, listener, rebuild))
                .toList());
    listener.hosts(hosts.stream().map(Host::name).toList(), run::giveUp);
    return run.run();
  }

  /** What only arda's own script can do. */
  private static void check(DeployRequest request) {
    if (request.engine() != Engine.NATIVE
        && (request.rollback().isPresent() || !request.verification().checks().isEmpty())) {
      throw new SystemException(
          Reason.REQUEST_INVALID,
          "Only the engine native goes back to generations, and runs health checks.");
    }
    if (request.engine() == Engine.OWN_NIXOS_REBUILD && request.mode() != DeployMode.TEST) {
      throw new SystemException(
          Reason.REQUEST_INVALID,
          "The nixos-rebuild of a system itself activates it until the next boot, and does nothing else.");
    }
  }

  /**
   * Deploys to one machine, where its flake says that it is, and hears nothing of it.
   *
   * @throws NixException why it is not as wished
   */
  @Override
  public void update(Machine machine, String operation) {
    var request =
        new DeployRequest(
            machine.context(),
            machine.flake(),
            List.of("\"" + machine.name().text() + "\""),
            DeployMode.of(operation),
            Engine.NATIVE,
            false,
            OptionalInt.empty(),
            Optional.empty(),
            new DeployRequest.Reach(Optional.empty(), false, List.of(), false),
            Optional.empty(),
            new DeployRequest.Rollout(1, 0, 0),
            StageLimits.USUAL,
            new DeployRequest.Verification(
                CONFIRMATION, List.of(), DeployRequest.Verification.CHECK_LIMIT),
            false);
    var failure = deploy(request, new SilentListener()).hosts().getFirst().failure();
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** The hosts of flakes, in limited time. */
  private Hosts evaluating(DeployRequest request) {
    return means.hosts().within(request.stageLimits().evaluation());
  }

  /** Those that hosts can depend on. */
  private List<Host> candidates(DeployRequest request, List<Host> chosen) {
    return chosen.size() < 2 || chosen.stream().allMatch(host -> host.dependsOn().isEmpty())
        ? chosen
        : evaluating(request)
            .list(request.context(), request.flake(), Hosts.View.FULL, ProgressListener.NONE)
            .hosts();
  }
}
