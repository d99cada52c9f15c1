package dev.arda.nix.user;

import dev.arda.nix.remote.RemoteRealisation;
import dev.arda.nix.remote.SshConnection;
import dev.arda.nix.store.build.BuildResult.Output;
import dev.arda.nix.store.build.BuildResult.TargetResult;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.types.StorePath;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.ApplyListener.Step;
import dev.arda.nix.user.ApplyListener.StepState;

/**
 * Has the machine build an environment that is to have it.
 *
 * @param tools copy derivations
 * @param context the caller
 * @param machine the way there
 * @param limits for the build, and for the copy of what is built
 * @param user whose environment it is, as the listener is told
 * @param listener hears how it goes
 */
record ThereBuild(
    UserTools tools,
    CallContext context,
    SshConnection machine,
    StageLimits limits,
    int user,
    ApplyListener listener) {

  /**
   * Builds. Blocks; interrupting the thread gives it up.
   *
   * @param name of the user
   * @param derivation what is built
   * @return store path of the environment, which the machine has now
   * @throws NixException {@code BUILD_FAILED}; if the derivation cannot be copied
   */
  String run(String name, TargetResult derivation) {
    var path =
        derivation.outputs().stream()
            .map(Output::path)
            .findFirst()
            .filter(text -> StorePath.of(text).isPresent())
            .orElseThrow(() ->
                new UserException(
                    Reason.BUILD_FAILED,
                    "What the environment of %s will be called is known only when it is built, so it has to be built here."
                        .formatted(name.replaceAll("\\p{Cc}", "?")),
                    Details.NONE.with("derivation", derivation.drvPath())));
    listener.step(user, Step.BUILD, StepState.RUNNING, "");
    try {
      new RemoteRealisation(tools.stores(), context, machine, limits)
          .build(
              "the environment of " + name.replaceAll("\\p{Cc}", "?"),
              "home-" + name.replaceAll("[^A-Za-z0-9._+-]", "-"),
              StorePath.of(derivation.drvPath()).orElseThrow(),
              new RemoteRealisation.Listener() {
                @Override
                public void does(String what) {
                  listener.building(user, what);
                }

                @Override
                public void line(String line) {
                  listener.building(user, line);
                }
              });
      listener.step(user, Step.BUILD, StepState.SUCCEEDED, "");
      return path;
    } catch (NixException e) {
      listener.step(user, Step.BUILD, StepState.FAILED, e.getMessage());
      throw e;
    }
  }
}
