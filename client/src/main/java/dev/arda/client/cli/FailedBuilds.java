package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.v1.Operation;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells failures of an operation. Of a build that failed it also tells the derivation, the end of
 * its log and where the rest is; what several failed for is told once.
 */
final class FailedBuilds {

  private static final int LAST_LINES = 10;
  private static final String INDENT = "       ";

  private final Session session;
  private final String operation;
  private final Set<String> told = new HashSet<>();

  FailedBuilds(Session session, Operation operation) {
    this.session = session;
    // A build is of the whole deployment, not of one of its hosts.
    this.operation = OpsName.shortName(operation).replaceFirst("/.*", "");
  }

  /** Prints a failure, and what is known of the build that failed, if it was one. */
  void print(Failure failure) {
    var derivation = derivation(failure);
    print(failure, derivation.substring(derivation.lastIndexOf('/') + 1));
  }

  /**
   * The same.
   *
   * @param node of the build that failed; empty: none did
   */
  void print(Failure failure, String node) {
    session.errors().print(failure);
    if (node.isEmpty() || !told.add(node)) {
      return;
    }
    var text = new StringBuilder();
    line(text, Style.safe(derivation(failure)));
    var log = failure.nix().map(nix -> nix.getLogTail().stripTrailing()).orElse("");
    if (!log.isEmpty() && !session.options().nix().getDebug()) {
      var lines = log.lines().toList();
      int from = Math.max(0, lines.size() - LAST_LINES);
      line(text, from > 0 ? "the last %d lines of its log:".formatted(LAST_LINES) : "its log:");
      lines
          .subList(from, lines.size())
          .forEach(l -> line(text, session.console().style().faint("> ") + Style.safe(l)));
    }
    line(text, "whole log: arda ops logs %s --node %s".formatted(operation, Style.safe(node)));
    session.console().message(text.toString());
  }

  private static String derivation(Failure failure) {
    return failure.metadata().getOrDefault("failed_derivation", "");
  }

  private static void line(StringBuilder text, String line) {
    if (!line.isEmpty()) {
      text.append(text.isEmpty() ? "" : "\n").append(INDENT).append(line);
    }
  }
}
