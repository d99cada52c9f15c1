package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.Deadline;
import dev.arda.v1.BuildRequest;
import dev.arda.v1.BuildTarget;
import dev.arda.v1.Host;
import dev.arda.v1.HostView;
import dev.arda.v1.ListHostsRequest;
import java.util.List;

/** The hosts that patterns, tags and operators choose, in place of these. */
final class ChosenHosts {

  private ChosenHosts() {}

  /**
   * A build of the hosts themselves. A plain name is left as it is, and nobody is asked about it.
   *
   * @throws ArdaException if something chooses no host, or there is no answer by the deadline
   */
  static BuildRequest in(BuildRequest request, ArdaClient client, Deadline deadline)
      throws InterruptedException {
    var result = request.toBuilder().clearTargets();
    for (var target : request.getTargetsList()) {
      if (isPlain(target)) {
        result.addTargets(target);
      } else {
        names(request, target.getHost(), client, deadline)
            .forEach(name -> result.addTargets(BuildTarget.newBuilder().setHost(name)));
      }
    }
    return result.build();
  }

  private static boolean isPlain(BuildTarget target) {
    return !target.hasHost() || (isPlain(target.getHost()) && target.getHost().indexOf(' ') < 0);
  }

  /** Whether a word names a host, or a tag, as it is. */
  static boolean isPlain(String word) {
    return word.chars().noneMatch(c -> "*?&|,!()@\"".indexOf(c) >= 0);
  }

  private static List<String> names(
      BuildRequest request, String selection, ArdaClient client, Deadline deadline)
      throws InterruptedException {
    return client
        .hosts(
            ListHostsRequest.newBuilder()
                .setContext(request.getContext())
                .setFlake(request.getFlake())
                .addSelections(selection)
                .setView(HostView.HOST_VIEW_NAMES)
                .build(),
            deadline)
        .stream()
        .map(Host::getName)
        .toList();
  }
}
