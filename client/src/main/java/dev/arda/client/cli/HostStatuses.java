package dev.arda.client.cli;

import dev.arda.client.cli.view.JsonPrinter;
import dev.arda.v1.GetHostStatusRequest;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.HostStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Asks hosts what they are and run, and prints it. */
final class HostStatuses {

  private final Session session;

  HostStatuses(Session session) {
    this.session = session;
  }

  /**
   * Asks.
   *
   * @param table what a person is told, in rows of equally many cells; {@code --json}: the answers
   *     themselves
   * @return the exit code: a failure if one could not be asked
   */
  int ask(GetHostStatusRequest request, Function<List<HostStatus>, List<List<String>>> table)
      throws InterruptedException {
    var statuses = new ArrayList<HostStatus>();
    return session.ask(client -> {
      session.console().spinner().show("asking the hosts");
      try (var stream =
          session.cancellable(client.ask(HostServiceGrpc.getGetHostStatusMethod(), request))) {
        for (var event = stream.next(); event.isPresent(); event = stream.next()) {
          if (event.get().hasProgress()) {
            session.show(event.get().getProgress());
          } else if (event.get().hasStatus()) {
            statuses.add(event.get().getStatus());
          }
        }
      }
      session.console().spinner().stop();
      statuses.sort(Comparator.comparing(HostStatus::getHost));
      if (session.options().json()) {
        statuses.forEach(status -> session.console().out().line(JsonPrinter.json(status)));
      } else {
        Columns.print(session, table.apply(statuses));
      }
      session.console().out().flush();
      if (!session.options().json()) {
        statuses.stream().filter(HostStatus::hasError).forEach(this::failure);
      }
      return statuses.stream().anyMatch(HostStatus::hasError) ? ExitCode.FAILED : ExitCode.OK;
    });
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
