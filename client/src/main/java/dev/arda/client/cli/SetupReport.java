package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.Operation;
import dev.arda.v1.SetupHostRequest;
import dev.arda.v1.SetupOutcome;
import dev.arda.v1.UserOutcome;
import java.util.ArrayList;
import java.util.List;

/** What came of setting a machine up, for a person: one table for the host and its users. */
final class SetupReport {

  private final Session session;
  private final SetupHostRequest request;

  SetupReport(Session session, SetupHostRequest request) {
    this.session = session;
    this.request = request;
  }

  /** Whether it was the host that is not as wished. */
  static boolean hostFailed(SetupOutcome setup) {
    return setup.getDeploy().getHostsList().stream().anyMatch(HostDeployOutcome::hasError);
  }

  /** Prints what changed and what failed, and a line for the host and each user. */
  void print(Operation end) {
    var setup = end.getResult().getSetup();
    new HostDeployReport(session, request.getDeploy(), end).details(setup.getDeploy());
    boolean told = hostFailed(setup);
    var outcomes = new UserOutcomes(session);
    var failures = new FailedBuilds(session, end);
    for (var user : setup.getApplyUser().getUsersList()) {
      outcomes.changes(user);
      if (user.hasError()) {
        failures.print(Failure.of(user.getError()));
        told = true;
      }
    }
    if (!told && end.getResult().hasError()) {
      failures.print(Failure.of(end.getResult().getError()));
    }
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("NAME", "RESULT", "GENERATION", "STORE PATH"));
    for (var host : setup.getDeploy().getHostsList()) {
      rows.add(
          List.of(
              Style.safe(host.getHost()),
              HostDeployReport.word(host),
              HostDeployReport.generation(host),
              path(host.getSystem())));
    }
    for (var user : setup.getApplyUser().getUsersList()) {
      rows.add(
          List.of(
              Style.safe(user.getName()),
              word(user),
              user.getGeneration() == 0 ? "-" : Long.toString(user.getGeneration()),
              path(user.getStorePath())));
    }
    if (!setup.hasApplyUser()) {
      var word = setup.getUsersBegun() ? "not known" : "not begun";
      request
          .getApply()
          .getUsersList()
          .forEach(user -> rows.add(List.of(Style.safe(user), word, "-", "-")));
    }
    Columns.print(session, rows);
    session.console().out().flush();
  }

  private static String path(String path) {
    return path.isEmpty() ? "-" : Style.safe(path);
  }

  private static String word(UserOutcome user) {
    if (user.hasError()) {
      return user.getEnding().getRestored() ? "failed, put back" : "failed";
    }
    if (user.getAccountMissing()) {
      return "no account yet";
    }
    if (user.getActivated()) {
      return user.getReused() ? "unchanged" : "done";
    }
    return user.getFilesCount() == 0 && user.getReused()
        ? "unchanged"
        : user.getCollisionsCount() > 0 ? "files in the way" : "planned";
  }
}
