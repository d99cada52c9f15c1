package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.v1.ApplyMode;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.BuildTargetOutcome;
import dev.arda.v1.FileChange;
import dev.arda.v1.FileCollision;
import dev.arda.v1.Operation;
import dev.arda.v1.UserOutcome;

/** Tells a person what came of applying environments. */
final class UserOutcomes {

  /** How many files are named. */
  private static final int NAMED = 40;

  private final Session session;
  private final Style style;

  UserOutcomes(Session session) {
    this.session = session;
    this.style = session.console().style();
  }

  /** Prints all outcomes; tells whether it said what failed. */
  boolean print(ApplyUserRequest request, Operation end) {
    var users = end.getResult().getApplyUser().getUsersList();
    var failures = new FailedBuilds(session, end);
    boolean told = false;
    for (var user : users) {
      print(request, user);
      if (user.hasError()) {
        failures.print(Failure.of(user.getError()));
        told = true;
      }
    }
    return told;
  }

  private void print(ApplyUserRequest request, UserOutcome user) {
    var out = session.console().out();
    if (!user.getStorePath().isEmpty()) {
      out.line(user.getStorePath());
      out.flush();
    }
    changes(user);
    if (!user.hasError()) {
      ending(request, user);
    }
  }

  /** Prints what changed of one user, or would change, and what is in the way. */
  void changes(UserOutcome user) {
    if (!user.getPackagesList().isEmpty()) {
      new DiffTable(session.console())
          .print(
              BuildTargetOutcome.newBuilder()
                  .setLabel(user.getName())
                  .addAllChanges(user.getPackagesList())
                  .setClosureBytesChange(user.getClosureBytesChange())
                  .build(),
              "generation " + user.getGenerationBefore());
    }
    user.getFilesList().stream().limit(NAMED).forEach(file -> say(line(file)));
    if (user.getFilesCount() > NAMED) {
      say("  … and %d more files".formatted(user.getFilesCount() - NAMED));
    }
    if (user.getAccountMissing()) {
      say(
          "  %s has no account or no home directory there yet; it has to come with the deployment"
              .formatted(Style.safe(user.getUsername())));
    }
    user.getCollisionsList().stream().limit(NAMED).forEach(one -> say(line(one)));
    user.getBackupsList()
        .forEach(path -> say("  backed up as ~/" + Style.safe(path).replace('\n', ' ')));
    if (!user.hasError() && user.getSecretsCount() > 0) {
      say(
          "  %d secret%s %s: %s"
              .formatted(
                  user.getSecretsCount(),
                  user.getSecretsCount() == 1 ? "" : "s",
                  user.getActivated() ? "put in place" : "would be put in place",
                  Style.safe(String.join(", ", user.getSecretsList()))));
    }
  }

  private void ending(ApplyUserRequest request, UserOutcome user) {
    var who = user.getUsername().isEmpty() ? user.getName() : user.getUsername();
    if (user.getActivated()) {
      say(
          "%s %s: generation %d %s"
              .formatted(
                  style.good(session.console().unicode() ? "✓" : "ok:"),
                  Style.safe(who),
                  user.getGeneration(),
                  user.getReused()
                      ? request.hasRollback() ? "is active again" : "is as it was"
                      : "is new and active"));
    } else if (request.getMode() == ApplyMode.APPLY_MODE_DRY_RUN) {
      say(
          "%s: %s"
              .formatted(
                  Style.safe(who),
                  user.getFilesCount() == 0 && user.getReused()
                      ? "generation %d is what the flake says".formatted(user.getGeneration())
                      : user.getCollisionsCount() > 0
                          ? "would be refused for what is in the way"
                          : "would become a new generation"));
    }
  }

  private String line(FileChange file) {
    var path = " ~/" + Style.safe(file.getPath());
    return switch (file.getKind()) {
      case FILE_CHANGE_KIND_ADDED -> "  " + style.good("+" + path);
      case FILE_CHANGE_KIND_REMOVED -> "  " + style.error("-" + path);
      case FILE_CHANGE_KIND_CHANGED, FILE_CHANGE_KIND_UNSPECIFIED, UNRECOGNIZED -> "  ~" + path;
    };
  }

  private String line(FileCollision collision) {
    var what =
        switch (collision.getKind()) {
          case FILE_COLLISION_KIND_FILE -> "a file that is not the environment's";
          case FILE_COLLISION_KIND_LINK -> "a link that leads elsewhere";
          case FILE_COLLISION_KIND_DIRECTORY -> "a directory";
          case FILE_COLLISION_KIND_PARENT -> "no directory, where one is needed";
          case FILE_COLLISION_KIND_UNSPECIFIED, UNRECOGNIZED -> "something";
        };
    return "  %s ~/%s: %s%s"
        .formatted(
            style.warning("!"),
            Style.safe(collision.getPath()),
            what,
            collision.getBackupTaken() ? ", and its backup is there already" : "");
  }

  private void say(String text) {
    session.console().message(text);
  }
}
