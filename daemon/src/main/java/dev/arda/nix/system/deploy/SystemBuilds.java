package dev.arda.nix.system.deploy;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.store.build.BuildRequest;
import dev.arda.nix.store.build.BuildResult.Output;
import dev.arda.nix.store.build.BuildResult.TargetResult;
import dev.arda.nix.store.build.BuildTarget;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.store.build.ForwardingBuildListener;
import dev.arda.nix.types.NixException;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Evaluates and builds the systems of hosts.
 *
 * @param builds builds
 * @param request for whom
 * @param listener hears how it goes
 */
record SystemBuilds(Builds builds, DeployRequest request, DeployListener listener) {

  /**
   * Builds the systems of some hosts here, together. A host whose system cannot be built is over.
   * Blocks; interrupting the thread ends it.
   *
   * @param built is told each system as soon as it is there, while others are still being built
   * @throws NixException if it was given up, or nothing can be said of any
   */
  void here(List<HostDeployment> hosts, BiConsumer<HostDeployment, String> built) {
    if (hosts.isEmpty()) {
      return;
    }
    var result =
        builds.build(
            wish(hosts),
            new Early(
                listener.build(names(hosts)),
                (index, outputs) -> built.accept(hosts.get(index), path(outputs))));
    for (int i = 0; i < hosts.size(); i++) {
      var failure = result.targets().get(i).failure();
      if (failure.isPresent()) {
        hosts.get(i).notBuilt(failure.get());
      }
    }
  }

  /**
   * Tells what would be built for some hosts, whose derivations were found.
   *
   * @throws NixException as {@link #here}
   */
  void plan(List<HostDeployment> hosts) {
    if (!hosts.isEmpty()) {
      var told = new Evaluated(listener.build(names(hosts)));
      each(hosts, builds.plan(wish(hosts), told).targets(), (_, _) -> {});
    }
  }

  /**
   * Finds the derivations of the systems of some hosts.
   *
   * @param found is told the derivation of each, with the path that the system will have
   * @throws NixException as {@link #here}
   */
  void derivations(List<HostDeployment> hosts, BiConsumer<HostDeployment, TargetResult> found) {
    if (!hosts.isEmpty()) {
      each(hosts, builds.derivations(wish(hosts), listener.build(names(hosts))).targets(), found);
    }
  }

  private static void each(
      List<HostDeployment> hosts,
      List<TargetResult> results,
      BiConsumer<HostDeployment, TargetResult> good) {
    for (int i = 0; i < hosts.size(); i++) {
      var failure = results.get(i).failure();
      if (failure.isPresent()) {
        hosts.get(i).notBuilt(failure.get());
      } else {
        good.accept(hosts.get(i), results.get(i));
      }
    }
  }

  /** The store path of a system. */
  static String path(List<Output> outputs) {
    return outputs.isEmpty() ? "" : outputs.getFirst().path();
  }

  private static List<String> names(List<HostDeployment> hosts) {
    return hosts.stream().map(HostDeployment::name).toList();
  }

  private BuildRequest wish(List<HostDeployment> hosts) {
    return new BuildRequest(
        request.context(),
        request.flake(),
        names(hosts).stream().<BuildTarget>map(BuildTarget.Host::new).toList(),
        request.stageLimits());
  }

  /** Tells nothing of the evaluation, which was told when the derivations were found. */
  private static final class Evaluated extends ForwardingBuildListener {

    Evaluated(BuildListener listener) {
      super(listener);
    }

    @Override
    public void target(int index, TargetState state, String drvPath, String failure) {}

    @Override
    public void progress(NixProgress progress) {}
  }

  /** Acts on what is built as well. */
  private static final class Early extends ForwardingBuildListener {

    private final BiConsumer<Integer, List<Output>> action;

    Early(BuildListener listener, BiConsumer<Integer, List<Output>> action) {
      super(listener);
      this.action = action;
    }

    @Override
    public void built(int index, List<Output> outputs) {
      super.built(index, outputs);
      action.accept(index, outputs);
    }
  }
}
