package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.CheckRequest;
import dev.arda.v1.CheckResponse;
import dev.arda.v1.FlakeServiceGrpc;
import dev.arda.v1.InputChange;
import dev.arda.v1.LockOutcome;
import dev.arda.v1.LockRequest;
import dev.arda.v1.LockResponse;
import dev.arda.v1.LockedInput;
import dev.arda.v1.Operation;
import dev.arda.v1.UpdateRequest;
import dev.arda.v1.UpdateResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda flake update}, {@code lock} and {@code check}. */
final class FlakeWorkCommands {

  private static final int SHORT_REVISION = 12;

  private FlakeWorkCommands() {}

  /** {@code arda flake update}. */
  static final class Update implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Locks inputs of a flake to what their sources have now, and prints what moved.");
      OperationViews.Wish.addTo(spec);
      Arguments.words(
          spec, "INPUT", "0..*", "Inputs, for example home-manager/nixpkgs. Default: all.");
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var id = UUID.randomUUID().toString();
      return new Answers(session)
          .operation(
              OperationViews.Wish.of(arguments),
              FlakeServiceGrpc.getUpdateMethod(),
              UpdateRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .addAllInputs(Arguments.words(arguments))
                  .setRequestId(id)
                  .build(),
              id,
              UpdateResponse::getEvent,
              end -> print(session, end));
    }
  }

  /** {@code arda flake lock}. */
  static final class Lock implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Locks the inputs of a flake that are not locked yet, and prints them.");
      OperationViews.Wish.addTo(spec);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var id = UUID.randomUUID().toString();
      return new Answers(session)
          .operation(
              OperationViews.Wish.of(arguments),
              FlakeServiceGrpc.getLockMethod(),
              LockRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .setRequestId(id)
                  .build(),
              id,
              LockResponse::getEvent,
              end -> print(session, end));
    }
  }

  private static boolean print(Session session, Operation end) {
    if (end.getResult().hasLock()) {
      var lock = end.getResult().getLock();
      for (var change : lock.getChangesList()) {
        print(session, change);
      }
      session.console().out().flush();
      new Answers(session).note(summary(lock));
    }
    return false;
  }

  private static String summary(LockOutcome lock) {
    return switch (lock.getChangesCount()) {
      case 0 -> lock.getLockFile() + " is as it was";
      case 1 -> "1 input changed in " + lock.getLockFile();
      default -> "%d inputs changed in %s".formatted(lock.getChangesCount(), lock.getLockFile());
    };
  }

  private static void print(Session session, InputChange change) {
    var out = session.console().out();
    var arrow = session.console().unicode() ? "→ " : "-> ";
    if (!change.hasBefore()) {
      out.line(change.getPath() + ": added " + state(change.getAfter()));
    } else if (!change.hasAfter()) {
      out.line(change.getPath() + ": removed " + state(change.getBefore()));
    } else {
      out.line(change.getPath() + ": updated");
      out.line("    " + state(change.getBefore()));
      out.line("  " + arrow + state(change.getAfter()));
    }
  }

  private static String state(LockedInput input) {
    if (!input.getFollows().isEmpty()) {
      return "follows " + input.getFollows();
    }
    var text = new StringBuilder(input.getUrl());
    if (input.getLastModified() > 0) {
      var date =
          Instant.ofEpochSecond(input.getLastModified()).atOffset(ZoneOffset.UTC).toLocalDate();
      text.append(" (").append(date).append(')');
    }
    if (!input.getRevision().isEmpty() && !input.getUrl().contains(input.getRevision())) {
      text.append(' ')
          .append(
              input
                  .getRevision()
                  .substring(0, Math.min(SHORT_REVISION, input.getRevision().length())));
    }
    return text.append(' ').append(input.getNarHash()).toString().stripTrailing();
  }

  /** {@code arda flake check}. */
  static final class Check implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Looks at every output of a flake, and tells what is wrong by outputs.")
          .description("", "Prints the names of outputs that are wrong, and then fails.", "");
      Arguments.flag(spec, "--no-build", "Do not build the checks.");
      Arguments.flag(spec, "--all-systems", "Look at the outputs for every system.");
      BuildSettings.addTo(spec);
      OperationViews.Wish.addTo(spec);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var id = UUID.randomUUID().toString();
      return new Answers(session)
          .operation(
              OperationViews.Wish.of(arguments),
              FlakeServiceGrpc.getCheckMethod(),
              CheckRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .setNoBuild(arguments.hasMatchedOption("--no-build"))
                  .setAllSystems(arguments.hasMatchedOption("--all-systems"))
                  .setRequestId(id)
                  .build(),
              id,
              CheckResponse::getEvent,
              end -> print(session, end));
    }

    private static boolean print(Session session, Operation end) {
      var check = end.getResult().getCheck();
      for (var output : check.getOutputsList()) {
        if (output.hasError()) {
          session.console().out().line(output.getName());
          session.console().out().flush();
          session.errors().print(Failure.of(output.getError()));
        }
      }
      new Answers(session).note(Quantities.count(check.getOutputsCount(), "output") + " looked at");
      return false;
    }
  }
}
