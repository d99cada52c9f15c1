package dev.arda.nix.user;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.core.build.BuildTotals;
import dev.arda.nix.core.build.Transfer;
import dev.arda.nix.store.build.BuildListener;
import java.time.Duration;
import java.util.List;

/**
 * Hears the build of environments and tells it of users. One that is built is not done yet, so that
 * is kept back.
 *
 * @param listener is told
 * @param users the user of each target
 */
record UserBuildListener(ApplyListener listener, List<Integer> users) implements BuildListener {

  @Override
  public void target(int index, TargetState state, String drvPath, String failure) {
    switch (state) {
      case CACHED, SUCCEEDED ->
          listener.target(users.get(index), TargetState.BUILDING, drvPath, failure);
      case EVALUATING, BUILDING, FAILED, CANCELLED ->
          listener.target(users.get(index), state, drvPath, failure);
    }
  }

  @Override
  public void progress(NixProgress progress) {
    listener.progress(progress);
  }

  @Override
  public void build(BuildStep step) {
    listener.build(step);
  }

  @Override
  public void transfer(Transfer transfer) {
    listener.transfer(transfer);
  }

  @Override
  public void totals(BuildTotals totals) {
    listener.totals(totals);
  }

  @Override
  public void line(String drvPath, String line) {
    listener.line(drvPath, line);
  }

  @Override
  public Duration grace() {
    return listener.grace();
  }

  @Override
  public void warning(String text) {
    listener.warning(text);
  }
}
