package dev.arda.client.cli;

import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.ActivationEnding;
import dev.arda.v1.LastActivation;
import dev.arda.v1.ListUserGenerationsRequest;
import dev.arda.v1.ListUserGenerationsResponse;
import dev.arda.v1.UserServiceGrpc;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user generations}: what a home was, and can be again. */
final class UserGenerationsCommand implements Command, TakesUsers {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Lists the generations of a user's environment on a machine.")
        .description(
            "", "Also tells how the last activation ended, if it failed or still goes on.", "");
    Arguments.option(spec, "--host", "HOST", "On a host of the flake, over ssh. Default: here.");
    HostReachOptions.addTo(spec);
    Arguments.words(spec, "USER", "0..1", "A user of the flake, or a login name. Default: you.");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    return new Answers(session)
        .print(
            UserServiceGrpc.getListUserGenerationsMethod(),
            ListUserGenerationsRequest.newBuilder()
                .setContext(session.context())
                .setFlake(session.options().flake())
                .setHost(Arguments.text(arguments, "--host"))
                .setReach(HostReachOptions.of(arguments))
                .setUsername(Arguments.words(arguments).stream().findFirst().orElse(""))
                .build(),
            List::of,
            answer -> print(session, answer));
  }

  private static void print(Session session, ListUserGenerationsResponse answer) {
    var rows = new ArrayList<List<String>>();
    for (var one : answer.getGenerationsList()) {
      rows.add(
          List.of(
              Long.toString(one.getNumber()),
              TIME.format(Quantities.instant(one.getCreatedAt())),
              one.getStorePath(),
              one.getCurrent() ? "(current)" : ""));
    }
    Columns.print(session, rows);
    session.console().out().flush();
    var answers = new Answers(session);
    if (rows.isEmpty()) {
      answers.note("%s has no generations yet".formatted(answer.getHomeDirectory()));
    }
    if (answer.hasLastActivation()) {
      print(session, answer.getLastActivation());
    }
  }

  private static void print(Session session, LastActivation last) {
    var console = session.console();
    if (last.getRunning()) {
      console.message("an activation goes on (%s)".formatted(last.getRecord()));
    } else if (last.hasEnding()) {
      said(last.getEnding())
          .ifPresent(text ->
              console.message(
                  console.style().warning("warning:")
                      + " the last activation (%s) %s".formatted(last.getRecord(), text)));
    } else {
      console.message(
          console.style().warning("warning:")
              + " the last activation (%s) was ended from outside; apply again"
                  .formatted(last.getRecord()));
    }
  }

  private static java.util.Optional<String> said(ActivationEnding ending) {
    return switch (ending.getStage()) {
      case ACTIVATION_STAGE_DONE -> java.util.Optional.empty();
      case ACTIVATION_STAGE_UNSPECIFIED,
          ACTIVATION_STAGE_TOOLS,
          ACTIVATION_STAGE_MOVE,
          ACTIVATION_STAGE_SECRETS,
          ACTIVATION_STAGE_ACTIVATE,
          ACTIVATION_STAGE_PROFILE,
          ACTIVATION_STAGE_VERIFY,
          ACTIVATION_STAGE_VANISHED,
          UNRECOGNIZED ->
          java.util.Optional.of(
              "failed with exit code %d; %s"
                  .formatted(
                      ending.getExitCode(),
                      ending.getRestored()
                          ? "everything was put back"
                          : "not everything could be put back"));
    };
  }
}
