package dev.arda.nix.system.deploy;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.core.build.BuildTotals;
import dev.arda.nix.core.build.Transfer;
import dev.arda.nix.remote.Secret;
import dev.arda.nix.store.build.BuildListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Hears nothing, and knows no password. */
class SilentListener implements DeployListener {

  @Override
  public void hosts(List<String> names, Consumer<String> giveUp) {}

  @Override
  public void stage(String host, Stage stage, StageState state, String detail) {}

  @Override
  public void wave(Wave wave, StageState state, String detail) {}

  @Override
  public void finished(DeployResult.HostResult result) {}

  @Override
  public void line(String host, Stage stage, String line) {}

  @Override
  public boolean canAsk() {
    return false;
  }

  @Override
  public Optional<Secret> askPassword(String host, Stage stage, String question) {
    return Optional.empty();
  }

  @Override
  public void warning(String host, String text) {}

  @Override
  public BuildListener build(List<String> hosts) {
    return new BuildListener() {
      @Override
      public void target(int index, TargetState state, String drvPath, String failure) {}

      @Override
      public void build(BuildStep step) {}

      @Override
      public void transfer(Transfer transfer) {}

      @Override
      public void totals(BuildTotals totals) {}

      @Override
      public void progress(NixProgress progress) {}

      @Override
      public Duration grace() {
        return Duration.ofSeconds(1);
      }
    };
  }
}
