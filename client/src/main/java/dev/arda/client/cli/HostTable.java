package dev.arda.client.cli;

import dev.arda.client.cli.view.JsonPrinter;
import dev.arda.v1.Host;
import java.util.ArrayList;
import java.util.List;

/** Hosts as lines for a person, or for a program. */
final class HostTable {

  private final Session session;
  private final boolean namesOnly;

  /**
   * A table.
   *
   * @param namesOnly whether names are all that is known
   */
  HostTable(Session session, boolean namesOnly) {
    this.session = session;
    this.namesOnly = namesOnly;
  }

  /** Prints the hosts; says so if there are none. */
  void print(List<Host> hosts) {
    var out = session.console().out();
    if (session.options().json()) {
      hosts.forEach(host -> out.line(JsonPrinter.json(namesOnly ? host : located(host))));
      return;
    }
    if (namesOnly) {
      hosts.forEach(host -> out.line(name(host.getName())));
      return;
    }
    if (hosts.isEmpty()) {
      session.console().message("no hosts");
      return;
    }
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("NAME", "SYSTEM", "TARGET", "TAGS", "DESCRIPTION"));
    hosts.forEach(host -> rows.add(row(host)));
    int columns =
        session.console().outIsTerminal()
            ? new TerminalWidth(session.environment()).columns()
            : Integer.MAX_VALUE;
    out.text(new TextTable(columns).of(rows));
    out.flush();
    for (var host : hosts) {
      if (host.hasError()) {
        warn("%s: %s".formatted(name(host.getName()), firstLine(host.getError().getMessage())));
      }
    }
  }

  /** Says something that is not in the table. */
  void warn(String text) {
    session.console().message(session.console().style().warning("warning:") + " " + oneLine(text));
  }

  private static List<String> row(Host host) {
    return List.of(
        name(host.getName()),
        host.getConfigured() ? known(host.getSystem()) : "(no system)",
        located(host).getTargetHost().equals(host.getName())
            ? name(host.getName())
            : known(host.getTargetHost()),
        known(String.join(" ", host.getTagsList())),
        oneLine(host.getDescription()));
  }

  /** The host with where it is: where nothing is said, it is reached by its name. */
  private static Host located(Host host) {
    return host.getTargetHost().isEmpty()
        ? host.toBuilder().setTargetHost(host.getName()).build()
        : host;
  }

  /**
   * The name of a host as it is shown: one with control characters as a JSON string, since it would
   * look like another, and so an empty one, which would look like none.
   */
  static String name(String name) {
    return Style.safe(
        name.isEmpty() || name.chars().anyMatch(Character::isISOControl)
            ? JsonText.quote(name)
            : name);
  }

  private static String known(String text) {
    return text.isEmpty() ? "-" : oneLine(text);
  }

  private static String firstLine(String text) {
    return oneLine(text.lines().findFirst().orElse(""));
  }

  private static String oneLine(String text) {
    return Style.safe(text.replace('\n', ' ').replace('\t', ' '));
  }
}
