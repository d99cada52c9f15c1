package dev.arda.nix.store.build;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.core.build.BuildTotals;
import dev.arda.nix.core.build.Transfer;
import dev.arda.nix.store.build.BuildResult.Output;
import java.time.Duration;
import java.util.List;

/** Hands on what it hears of a build; what shall be heard otherwise is overridden. */
public abstract class ForwardingBuildListener implements BuildListener {

  private final BuildListener listener;

  /**
   * Hands on.
   *
   * @param listener to whom
   */
  protected ForwardingBuildListener(BuildListener listener) {
    this.listener = listener;
  }

  @Override
  public void target(int index, TargetState state, String drvPath, String failure) {
    listener.target(index, state, drvPath, failure);
  }

  @Override
  public void built(int index, List<Output> outputs) {
    listener.built(index, outputs);
  }

  @Override
  public Duration grace() {
    return listener.grace();
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
  public void warning(String text) {
    listener.warning(text);
  }
}
