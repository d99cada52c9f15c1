package dev.arda.nix.system.deploy;

import dev.arda.nix.store.build.BuildResult.TargetResult;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StorePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * One deployment: all targets are looked at side by side; systems are built, and each is copied to
 * its target as soon as it is there; when all are built, hosts activate in their order. Used by one
 * thread, which may be interrupted: what has not begun to be activated is given up then, and what
 * has is waited for.
 */
final class DeployRun {

  /** At most so many targets are looked at side by side. */
  private static final int LOOKS = 32;

  private final DeployRequest request;
  private final DeployListener listener;
  private final Means means;
  private final HostOrder order;

  /** In the order of deployment. */
  private final Map<String, HostDeployment> hosts = new LinkedHashMap<>();

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("arda-host-", 1).factory());
  private final Semaphore copies;

  /** For systems that are built on other machines. */
  private final Semaphore remoteBuilds;

  /** Those that are being copied, or were. */
  private final Map<HostDeployment, Future<?>> copying = new HashMap<>();

  private boolean givenUp;

  /** The thread that builds for all, while it does. */
  private volatile Optional<Thread> builder = Optional.empty();

  /**
   * A deployment.
   *
   * @param hosts in any order
   */
  DeployRun(
      DeployRequest request,
      DeployListener listener,
      Means means,
      HostOrder order,
      List<HostDeployment> hosts) {
    this.request = request;
    this.listener = listener;
    this.means = means;
    this.order = order;
    this.copies = new Semaphore(request.rollout().limits().copies());
    this.remoteBuilds = new Semaphore(request.rollout().limits().remoteBuilds());
    var byName = new HashMap<String, HostDeployment>();
    hosts.forEach(host -> byName.put(host.name(), host));
    order.names().stream()
        .filter(byName::containsKey)
        .map(byName::get)
        .forEach(host -> this.hosts.put(host.name(), host));
    for (var host : this.hosts.values()) {
      var _ = host.finished().thenRun(this::stopBuilding);
    }
  }

  /**
   * Gives one host up while the others go on. Thread-safe, and returns at once; does nothing for
   * one that is over, or is not there.
   */
  void giveUp(String name) {
    Optional.ofNullable(hosts.get(name)).ifPresent(HostDeployment::giveUp);
  }

  /** A build that is for none any more ends; as long as it is for one, it goes on as a whole. */
  private void stopBuilding() {
    if (hosts.values().stream().allMatch(HostDeployment::isGivenUp)) {
      builder.ifPresent(Thread::interrupt);
    }
  }

  /** Does it all. */
  DeployResult run() {
    try (threads) {
      if (request.touchesTargets()) {
        sideBySide(left(), LOOKS, HostDeployment::preflight);
      }
      builder = Optional.of(Thread.currentThread());
      try {
        build();
      } finally {
        builder = Optional.empty();
      }
      if (request.mode() != DeployMode.BUILD && !request.planOnly()) {
        rollOut();
      }
    } finally {
      hosts.values().forEach(HostDeployment::cancelled);
      hosts.values().forEach(HostDeployment::close);
    }
    hosts.values().stream()
        .filter(HostDeployment::isInPlaceHere)
        .flatMap(host -> StorePath.of(host.finished().join().system()).stream())
        .forEach(means.builds()::release);
    var results =
        hosts.values().stream()
            .map(host -> host.finished().join())
            .sorted(Comparator.comparing(HostResult::name))
            .toList();
    if (givenUp) {
      Thread.currentThread().interrupt();
    }
    // What must not be interrupted may have been the last of it.
    return new DeployResult(
        results, givenUp && !results.stream().allMatch(result -> result.ending().isGood()));
  }

  private List<HostDeployment> left() {
    return hosts.values().stream().filter(host -> !host.isOver()).toList();
  }

  // Building

  private void build() {
    var systems = new SystemBuilds(means.builds(), request, listener);
    var left = left();
    if (isGivenUp() || left.isEmpty()) {
      return;
    }
    try {
      if (request.planOnly()) {
        plan(systems);
        return;
      }
      var known = left.stream().filter(host -> host.known().isPresent()).toList();
      known.forEach(host -> built(host, host.known().orElseThrow(), true));
      var byTool = new ArrayList<HostDeployment>();
      var elsewhere = new ArrayList<HostDeployment>();
      var here = new ArrayList<HostDeployment>();
      for (var host : left) {
        if (host.known().isEmpty()) {
          (is(host, HostDeployment::isBuiltByTool)
                  ? byTool
                  : is(host, one -> one.builder().isPresent()) ? elsewhere : here)
              .add(host);
        }
      }
      // Its path is known so, and what cannot be evaluated fails before any program is started.
      systems.derivations(
          byTool, (host, found) -> built(host, SystemBuilds.path(found.outputs()), true));
      systems.derivations(elsewhere, this::buildElsewhere);
      systems.here(
          here.stream().filter(host -> !host.isOver()).toList(),
          (host, path) -> built(host, path, false));
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        giveUp();
      } else {
        left.stream().filter(host -> !copying.containsKey(host)).forEach(host -> host.notBuilt(e));
      }
    }
    // Nothing is activated before it is known that all can be.
    copying.values().forEach(this::await);
  }

  /**
   * Tells what would be built, and for which hosts. As in the real thing, those that are as wished
   * are over, and in no wave.
   */
  private void plan(SystemBuilds systems) {
    var toBuild = left().stream().filter(host -> host.known().isEmpty()).toList();
    systems.derivations(
        toBuild, (host, found) -> host.willHave(SystemBuilds.path(found.outputs())));
    systems.plan(toBuild.stream().filter(host -> !host.isOver()).toList());
    waves();
    left().forEach(host -> host.planned(host.known().orElse("")));
  }

  private static boolean is(HostDeployment host, Predicate<HostDeployment> what) {
    try {
      return what.test(host);
    } catch (NixException e) {
      host.notBuilt(e);
      return false;
    }
  }

  private void buildElsewhere(HostDeployment host, TargetResult found) {
    var builder = host.builder().orElseThrow();
    var path = SystemBuilds.path(found.outputs());
    copying.put(
        host,
        threads.submit(() -> {
          inPlace(remoteBuilds, host, () -> host.buildAt(builder, found.drvPath(), path));
          inPlace(copies, host, () -> arrive(host, path, host.isAt(builder)));
        }));
  }

  /** A system is there. Called by the thread that builds. */
  private void built(HostDeployment host, String path, boolean isThere) {
    copying.put(
        host, threads.submit(() -> inPlace(copies, host, () -> arrive(host, path, isThere))));
  }

  private void arrive(HostDeployment host, String path, boolean isThere) {
    if (request.mode() == DeployMode.BUILD && host.isBuiltByTool()) {
      host.buildByTool(path);
    } else if (request.mode() == DeployMode.BUILD) {
      host.planned(path);
    } else {
      host.copy(path, isThere);
    }
  }

  // Activating

  /** Those that are left, in waves, which they know then. */
  private List<List<HostDeployment>> waves() {
    var waves = Waves.of(left(), request.rollout());
    for (int i = 0; i < waves.size() && waves.size() > 1; i++) {
      int number = i + 1;
      waves.get(i).forEach(host -> host.isInWave(number));
    }
    return waves;
  }

  private void rollOut() {
    var rollout = request.rollout();
    var waves = waves();
    var failures =
        new AtomicInteger((int) hosts.values().stream().filter(HostDeployment::hasFailed).count());
    for (int i = 0; i < waves.size() && !isGivenUp(); i++) {
      var wave = waves.get(i);
      int before = failures.get();
      var progress = new WaveProgress(listener, i + 1, waves.size(), wave);
      wave(wave, failures, progress);
      progress.ended((int) wave.stream().filter(HostDeployment::hasFailed).count(), isGivenUp());
      boolean canary = i == 0 && rollout.canary() > 0;
      if (canary ? failures.get() > before : failures.get() > rollout.maxFailures()) {
        var why =
            canary
                ? "One that was to go first failed."
                : "Too many had failed when wave %d of %d was over.".formatted(i + 1, waves.size());
        waves.subList(i + 1, waves.size()).stream()
            .flatMap(List::stream)
            .forEach(host -> host.skipped(why));
        return;
      }
    }
  }

  /** Begins them one after the other, each when there is a place and those before it are done. */
  private void wave(List<HostDeployment> wave, AtomicInteger failures, WaveProgress progress) {
    var places = new Semaphore(request.rollout().limits().activations());
    var running = new ArrayList<Future<?>>();
    for (var host : wave) {
      if (isGivenUp()) {
        break;
      }
      var before = order.before(host.name()).stream().map(hosts::get).toList();
      before.forEach(other -> await(other.finished()));
      if (givenUp) {
        break;
      }
      var failed =
          before.stream()
              .filter(other -> other.isOver() && !other.finished().join().ending().isGood())
              .toList();
      if (!failed.isEmpty()) {
        host.skipped(
            "It waits for %s, which is not as wished.".formatted(failed.getFirst().name()));
        progress.hostIsOver();
        continue;
      }
      try {
        places.acquire();
      } catch (InterruptedException e) {
        giveUp();
        break;
      }
      running.add(
          threads.submit(() -> {
            try {
              turn(host, failures);
            } finally {
              places.release();
              progress.hostIsOver();
            }
          }));
    }
    running.forEach(this::await);
  }

  private void turn(HostDeployment host, AtomicInteger failures) {
    if (failures.get() > request.rollout().maxFailures()) {
      host.skipped("Too many others failed.");
    }
    host.activate();
    if (host.hasFailed()) {
      failures.incrementAndGet();
    }
  }

  // Threads

  private void sideBySide(
      List<HostDeployment> some, int parallel, java.util.function.Consumer<HostDeployment> work) {
    var places = new Semaphore(parallel);
    some.stream()
        .<Future<?>>map(
            host -> threads.submit(() -> inPlace(places, host, () -> work.accept(host))))
        .toList()
        .forEach(this::await);
  }

  private static void inPlace(Semaphore places, HostDeployment host, Runnable work) {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      host.cancelled();
      return;
    }
    try {
      work.run();
    } finally {
      places.release();
    }
  }

  /** Waits for something. When this thread is interrupted, all others are, and waited for. */
  private void await(Future<?> future) {
    while (true) {
      try {
        future.get();
        return;
      } catch (InterruptedException e) {
        giveUp();
        if (future instanceof CompletableFuture<?>) {
          return; // it is of somebody else who is waited for
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof NixException failure
            ? failure
            : new IllegalStateException(e.getCause());
      }
    }
  }

  private boolean isGivenUp() {
    if (Thread.interrupted()) {
      giveUp();
    }
    return givenUp;
  }

  private void giveUp() {
    givenUp = true;
    threads.shutdownNow();
  }
}
