package dev.arda.nix.system.deploy;

import dev.arda.nix.system.deploy.DeployRequest.Rollout;
import java.util.ArrayList;
import java.util.List;

/** How hosts are divided into waves, which are activated one after the other. */
final class Waves {

  private Waves() {}

  /**
   * The waves, none of them empty: those that go first, and the others. Percentages are of all
   * hosts, those that go first included.
   *
   * @param hosts in the order in which they are begun
   */
  static <T> List<List<T>> of(List<T> hosts, Rollout rollout) {
    var result = new ArrayList<List<T>>();
    int begin = Math.min(rollout.canary(), hosts.size());
    if (begin > 0) {
      result.add(hosts.subList(0, begin));
    }
    var sizes = rollout.waves();
    for (int i = 0; begin < hosts.size(); i++) {
      int size =
          sizes.isEmpty()
              ? hosts.size()
              : sizes.get(Math.min(i, sizes.size() - 1)).of(hosts.size());
      int end = Math.min(hosts.size(), begin + size);
      result.add(hosts.subList(begin, end));
      begin = end;
    }
    return List.copyOf(result);
  }
}
