package dev.arda.nix.system.deploy;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.store.build.BuildRequest;
import dev.arda.nix.store.build.BuildTarget;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Deploys to hosts, one or many. All targets are looked at first, side by side; the systems of
 * those that are fit are evaluated and built together; then each is copied, activated and
 * confirmed, so many at a time and in such an order as was wished. A host that fails fails alone.
 *
 * <p>Asked again after it was interrupted, it does what is left: a host that runs and boots its
 * system already is left as it is, after one look.
 *
 * @param means what it works with
 */
public record Deployments(Means means) {

  /** At most so many targets are looked at side by side. */
  private static final int LOOKS = 32;

  /**
   * Deploys. Blocks; interrupting the thread gives up what has not begun to be activated, waits for
   * what has, and throws.
   *
   * @return what came of each host, also if all failed
   * @throws NixException if nothing was begun: the flake cannot be read, no host was chosen; {@code
   *     CANCELLED} if it was given up
   */
  public DeployResult deploy(DeployRequest request, DeployListener listener) {
    var hosts = hosts(request);
    listener.hosts(hosts.stream().map(Host::name).toList());
    var results = new ArrayList<HostResult>();
    var left = new ArrayList<HostDeployment>();
    hosts.forEach(host -> left.add(new HostDeployment(host, request, means, listener)));
    var all = List.copyOf(left);
    try {
      if (request.touchesTargets()) {
        each(left, LOOKS, host -> host.preflight(), results);
      }
      var systems = systems(request, listener, left, results);
      if (request.mode() == DeployMode.BUILD || request.planOnly()) {
        left.forEach(host -> results.add(host.planned(systems.getOrDefault(host.name(), ""))));
      } else {
        rollOut(request, left, systems, results);
      }
    } finally {
      all.forEach(HostDeployment::close);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CommandException(Reason.CANCELLED, "The deployment was given up.");
    }
    results.sort(Comparator.comparing(HostResult::name));
    return new DeployResult(results);
  }

  private List<Host> hosts(DeployRequest request) {
    var hosts =
        means
            .hosts()
            .select(
                request.context(),
                request.flake(),
                request.selections(),
                Hosts.View.FULL,
                ProgressListener.NONE)
            .hosts();
    if (hosts.isEmpty()) {
      throw new SystemException(
          Reason.HOST_NOT_FOUND, "These selections choose no host; arda host list shows them all.");
    }
    if (hosts.size() > 1 && request.reach().targetHost().isPresent()) {
      throw new SystemException(
          Reason.REQUEST_INVALID,
          "A target can be named for one host, but %d were chosen.".formatted(hosts.size()));
    }
    return hosts;
  }

  /** The systems of the hosts that are left; one that cannot be had is not left any more. */
  private Map<String, String> systems(
      DeployRequest request,
      DeployListener listener,
      List<HostDeployment> left,
      List<HostResult> results) {
    var systems = new LinkedHashMap<String, String>();
    var toBuild = new ArrayList<HostDeployment>();
    for (var host : left) {
      host.known()
          .ifPresentOrElse(system -> systems.put(host.name(), system), () -> toBuild.add(host));
    }
    if (toBuild.isEmpty()) {
      return systems;
    }
    var names = toBuild.stream().map(HostDeployment::name).toList();
    var wish =
        new BuildRequest(
            request.context(),
            request.flake(),
            names.stream().<BuildTarget>map(BuildTarget.Host::new).toList(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var heard = listener.build(names);
    var built =
        request.planOnly() ? means.builds().plan(wish, heard) : means.builds().build(wish, heard);
    for (int i = 0; i < toBuild.size(); i++) {
      var host = toBuild.get(i);
      var target = built.targets().get(i);
      if (target.failure().isPresent()) {
        results.add(host.notBuilt(target.failure().get()));
        left.remove(host);
      } else {
        systems.put(
            host.name(), target.outputs().isEmpty() ? "" : target.outputs().getFirst().path());
      }
    }
    return systems;
  }

  private void rollOut(
      DeployRequest request,
      List<HostDeployment> left,
      Map<String, String> systems,
      List<HostResult> results) {
    var order = request.rollout();
    var failures =
        new AtomicInteger((int) results.stream().filter(one -> !one.ending().isGood()).count());
    int first = order.canary() > 0 ? Math.min(order.canary(), left.size()) : left.size();
    var canaries = new ArrayList<>(left.subList(0, first));
    var others = new ArrayList<>(left.subList(first, left.size()));
    int before = failures.get();
    wave(order, canaries, systems, failures, results);
    if (order.canary() > 0 && failures.get() > before) {
      others.forEach(host -> results.add(host.skipped("One that was to go first failed.")));
    } else {
      wave(order, others, systems, failures, results);
    }
  }

  private static void wave(
      DeployRequest.Rollout order,
      List<HostDeployment> wave,
      Map<String, String> systems,
      AtomicInteger failures,
      List<HostResult> results) {
    each(
        wave,
        order.parallel(),
        host -> {
          if (failures.get() > order.maxFailures()) {
            return Optional.of(host.skipped("Too many others failed."));
          }
          var result = host.deploy(systems.getOrDefault(host.name(), ""));
          if (!result.ending().isGood()) {
            failures.incrementAndGet();
          }
          return Optional.of(result);
        },
        results);
  }

  /**
   * Does something for each host, side by side. Those that are over are moved to the results. When
   * the thread is interrupted, it interrupts the others and waits for them.
   */
  private static void each(
      List<HostDeployment> hosts,
      int parallel,
      Function<HostDeployment, Optional<HostResult>> work,
      List<HostResult> results) {
    var places = new Semaphore(parallel);
    var futures = new LinkedHashMap<HostDeployment, Future<Optional<HostResult>>>();
    boolean interrupted = Thread.interrupted();
    try (var executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("arda-host-", 1).factory())) {
      for (var host : hosts) {
        futures.put(host, executor.submit(() -> placed(places, host, work)));
      }
      for (var entry : futures.entrySet()) {
        Optional<Optional<HostResult>> result = Optional.empty();
        while (result.isEmpty()) {
          try {
            if (interrupted) {
              executor.shutdownNow();
            }
            result = Optional.of(entry.getValue().get());
          } catch (InterruptedException e) {
            interrupted = true;
          } catch (ExecutionException e) {
            throw e.getCause() instanceof NixException failure
                ? failure
                : new IllegalStateException(e.getCause());
          }
        }
        result
            .get()
            .ifPresent(over -> {
              results.add(over);
              hosts.remove(entry.getKey());
            });
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<HostResult> placed(
      Semaphore places, HostDeployment host, Function<HostDeployment, Optional<HostResult>> work) {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(host.skipped("It was given up before its turn came."));
    }
    try {
      return work.apply(host);
    } finally {
      places.release();
    }
  }
}
