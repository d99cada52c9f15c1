package dev.arda.nix.user;

import dev.arda.nix.store.build.BuildResult.Output;
import dev.arda.nix.store.build.ForwardingBuildListener;
import java.util.List;

/**
 * Hears the build of environments and tells it of users. One that is built is not done yet, so that
 * is kept back.
 */
final class UserBuildListener extends ForwardingBuildListener {

  private final List<Integer> users;

  /**
   * Hears.
   *
   * @param listener is told
   * @param users the user of each target
   */
  UserBuildListener(ApplyListener listener, List<Integer> users) {
    super(listener);
    this.users = List.copyOf(users);
  }

  @Override
  public void target(int index, TargetState state, String drvPath, String failure) {
    var shown =
        switch (state) {
          case CACHED, SUCCEEDED -> TargetState.BUILDING;
          case EVALUATING, BUILDING, FAILED, CANCELLED -> state;
        };
    super.target(users.get(index), shown, drvPath, failure);
  }

  @Override
  public void built(int index, List<Output> outputs) {}
}
