package dev.arda.nix.system.deploy;

import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.system.deploy.DeployListener.Wave;
import java.util.List;

/** Tells how one wave of several goes; nothing if there is one only. Thread-safe. */
final class WaveProgress {

  private final DeployListener listener;
  private final int number;
  private final int count;
  private final List<String> hosts;

  /** How many hosts are over. Guarded by this. */
  private int over;

  /**
   * A wave that begins.
   *
   * @param number from 1
   * @param count how many waves there are
   */
  WaveProgress(DeployListener listener, int number, int count, List<HostDeployment> hosts) {
    this.listener = listener;
    this.number = number;
    this.count = count;
    this.hosts = hosts.stream().map(HostDeployment::name).toList();
    tell(StageState.RUNNING, "");
  }

  /** One of its hosts is over. */
  synchronized void hostIsOver() {
    over++;
    tell(StageState.RUNNING, "");
  }

  /** It is over. */
  synchronized void ended(int failures, boolean givenUp) {
    tell(
        givenUp ? StageState.CANCELLED : failures > 0 ? StageState.FAILED : StageState.SUCCEEDED,
        failures > 0
            ? "%d of %d hosts %s not as wished"
                .formatted(failures, hosts.size(), failures == 1 ? "is" : "are")
            : "");
  }

  private synchronized void tell(StageState state, String detail) {
    if (count > 1) {
      listener.wave(new Wave(number, count, hosts, over), state, detail);
    }
  }
}
