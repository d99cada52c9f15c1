package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.RemoteRealisation;
import dev.arda.nix.remote.SshConnection;
import dev.arda.nix.store.Stores;
import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.StageLimits;

/**
 * Builds a system on another machine.
 *
 * @param stores copies
 * @param context the caller
 * @param limits for the build, and each copy to that machine and from it
 * @param listener hears what is done
 */
record RemoteBuild(
    Stores stores, CallContext context, StageLimits limits, DeployListener listener) {

  /**
   * Builds. Blocks; interrupting the thread gives it up.
   *
   * @param host whose system it is
   * @param builder the machine that builds
   * @param drvPath the derivation, which is in the caller's store
   * @param path store path of the system
   * @param fetch whether it is brought to the caller's store
   * @return what was done, in a few words
   * @throws NixException if it cannot be built there
   */
  String run(String host, TargetAccess builder, String drvPath, String path, boolean fetch) {
    try (var shell = builder.shared()) {
      if (!(shell instanceof SshConnection connection)) {
        throw new IllegalStateException("this machine builds without copies");
      }
      var build = new RemoteRealisation(stores, context, connection, limits);
      var told = new Told(host);
      var what = "the system of " + host;
      build.build(what, host, HostDeployment.path(drvPath), told);
      if (fetch) {
        build.fetch(what, HostDeployment.path(path), told);
      }
      return "on " + builder.target();
    }
  }

  /** Tells of the stage of a host. */
  private final class Told implements RemoteRealisation.Listener {
    private final String host;

    Told(String host) {
      this.host = host;
    }

    @Override
    public void does(String what) {
      listener.stage(host, Stage.BUILD, StageState.RUNNING, what);
    }

    @Override
    public void line(String line) {
      listener.line(host, Stage.BUILD, line);
    }
  }
}
