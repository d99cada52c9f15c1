package dev.arda.client.cli;

import dev.arda.client.cli.view.JsonPrinter;
import dev.arda.v1.GetHostStatusRequest;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.HostStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Asks hosts what they are and run, and prints it; as JSON, each answer as it comes. */
final class HostStatuses {

  /** What a person is told. */
  interface Table {
    /** These are asked. Told once, before any answer. */
    void asked(List<String> hosts);

    /** An answer, as it comes; nothing else writes on the terminal meanwhile. */
    void answer(HostStatus status);

    /** All answers, in the order of the names. */
    void end(List<HostStatus> statuses);
  }

  private final Session session;

  HostStatuses(Session session) {
    this.session = session;
  }

  /**
   * Asks.
   *
   * @param table is told, unless JSON is wished
   * @return the exit code: a failure if one could not be asked
   */
  int ask(GetHostStatusRequest request, Table table) throws InterruptedException {
    var statuses = new ArrayList<HostStatus>();
    var left = new TreeSet<String>();
    boolean json = session.options().json();
    return session.ask(client -> {
      session.console().spinner().show("asking the hosts");
      try (var stream =
          session.cancellable(client.ask(HostServiceGrpc.getGetHostStatusMethod(), request))) {
        for (var event = stream.next(); event.isPresent(); event = stream.next()) {
          if (event.get().hasProgress()) {
            session.show(event.get().getProgress());
          } else if (event.get().hasAsked()) {
            left.addAll(event.get().getAsked().getHostsList());
            if (!json) {
              table.asked(event.get().getAsked().getHostsList());
            }
          } else if (event.get().hasStatus()) {
            var status = event.get().getStatus();
            statuses.add(status);
            left.remove(status.getHost());
            session.console().spinner().stop();
            if (json) {
              session.console().out().line(JsonPrinter.json(status));
            } else {
              table.answer(status);
            }
            session.console().out().flush();
            waitsFor(left);
          }
        }
      }
      session.console().spinner().stop();
      statuses.sort(Comparator.comparing(HostStatus::getHost));
      if (!json) {
        table.end(statuses);
        session.console().out().flush();
        statuses.stream().filter(HostStatus::hasError).forEach(this::failure);
      }
      return statuses.stream().anyMatch(HostStatus::hasError) ? ExitCode.FAILED : ExitCode.OK;
    });
  }

  private void waitsFor(Set<String> left) {
    if (!left.isEmpty()) {
      session
          .console()
          .spinner()
          .show(
              "waiting for %s%s"
                  .formatted(
                      Style.safe(left.iterator().next()),
                      left.size() > 1 ? " and %d more".formatted(left.size() - 1) : ""));
    }
  }

  private void failure(HostStatus status) {
    session
        .console()
        .message(
            session.console().style().error("error:")
                + " %s: %s"
                    .formatted(
                        Style.safe(status.getHost()), Style.safe(status.getError().getMessage())));
  }
}
