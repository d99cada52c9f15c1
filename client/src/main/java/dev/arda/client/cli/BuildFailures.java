package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.v1.BuildTargetOutcome;
import dev.arda.v1.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells which targets failed and why: Nix's words, the derivation that failed, the end of its log
 * and where the rest is. What several targets failed for is told once.
 */
final class BuildFailures {

  private static final int LAST_LINES = 10;
  private static final String INDENT = "       ";

  private final Session session;
  private final String operation;
  private final Set<String> told = new HashSet<>();

  BuildFailures(Session session, Operation operation) {
    this.session = session;
    this.operation = operation.getName().substring(operation.getName().lastIndexOf('/') + 1);
  }

  /** Prints all that failed of these, and how many of them did. */
  void print(List<BuildTargetOutcome> targets) {
    var failed = targets.stream().filter(BuildTargetOutcome::hasError).toList();
    failed.forEach(this::print);
    if (targets.size() > 1) {
      session
          .console()
          .message(
              style().error("error:")
                  + " %d of %d targets failed".formatted(failed.size(), targets.size()));
    }
  }

  private void print(BuildTargetOutcome target) {
    var failure = labelled(target, Failure.of(target.getError()));
    session.errors().print(failure);
    if (target.getFailedNodeId().isEmpty() || !told.add(target.getFailedNodeId())) {
      return;
    }
    var text = new StringBuilder();
    line(text, Style.safe(failure.metadata().getOrDefault("failed_derivation", "")));
    var log = failure.nix().map(nix -> nix.getLogTail().stripTrailing()).orElse("");
    if (!log.isEmpty() && !session.options().nix().getDebug()) {
      var lines = log.lines().toList();
      int from = Math.max(0, lines.size() - LAST_LINES);
      line(text, from > 0 ? "the last %d lines of its log:".formatted(LAST_LINES) : "its log:");
      lines
          .subList(from, lines.size())
          .forEach(l -> line(text, style().faint("> ") + Style.safe(l)));
    }
    line(
        text,
        "whole log: arda ops logs %s --node %s"
            .formatted(operation, Style.safe(target.getFailedNodeId())));
    session.console().message(text.toString());
  }

  /** The failure with the name of its target, if it does not say that itself. */
  private static Failure labelled(BuildTargetOutcome target, Failure failure) {
    return failure.message().contains(target.getLabel())
        ? failure
        : new Failure(
            failure.code(),
            failure.reason(),
            target.getLabel() + ": " + failure.message(),
            failure.metadata(),
            failure.nix(),
            failure.selector());
  }

  private void line(StringBuilder text, String line) {
    if (!line.isEmpty()) {
      text.append(text.isEmpty() ? "" : "\n").append(INDENT).append(line);
    }
  }

  private Style style() {
    return session.console().style();
  }
}
