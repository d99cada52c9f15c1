package dev.arda.nix.system.deploy;

import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.StoreCommands.Copying;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.SshConnection;
import dev.arda.nix.store.StoreUrl;
import dev.arda.nix.store.Stores;
import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Builds a system on another machine: takes the derivation there, has it realised, and fetches what
 * was built.
 *
 * @param stores copies
 * @param context the caller
 * @param listener hears what is done
 */
record RemoteBuild(Stores stores, CallContext context, DeployListener listener) {

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
      var there = connection.toContext(context);
      var store = new StoreUrl(connection.storeUrl());
      say(host, "taking the derivations to " + builder.target());
      stores
          .copies()
          .copyTo(
              there,
              List.of(HostDeployment.path(drvPath)),
              store,
              new Copying(false, false, true),
              OutputListener.NONE);
      say(host, "building on " + builder.target());
      realise(host, builder, connection, drvPath);
      if (fetch) {
        say(host, "fetching from " + builder.target());
        stores
            .copies()
            .copyFrom(
                there,
                List.of(HostDeployment.path(path)),
                store,
                new Copying(false, false, true),
                OutputListener.NONE);
      }
      return "on " + builder.target();
    }
  }

  private void say(String host, String what) {
    listener.stage(host, Stage.BUILD, StageState.RUNNING, what);
  }

  private void realise(
      String host, TargetAccess builder, SshConnection connection, String drvPath) {
    var last = new AtomicReference<>("");
    var result =
        connection.run(
            Scripts.build(drvPath, host),
            new OutputListener() {
              @Override
              public void standardError(String line) {
                listener.line(host, Stage.BUILD, line);
                var words = TerminalText.strip(line).strip();
                if (words.startsWith("error:") || last.get().isEmpty()) {
                  last.set(words);
                }
              }
            });
    if (!result.succeeded()) {
      throw new SystemException(
          Reason.BUILD_FAILED,
          "The system of %s cannot be built on %s: %s"
              .formatted(
                  host,
                  builder.target(),
                  last.get().isEmpty() ? "exit code " + result.exitCode() : last.get()),
          Details.NONE.with("derivation", drvPath).with("build_host", builder.target().toString()));
    }
  }
}
