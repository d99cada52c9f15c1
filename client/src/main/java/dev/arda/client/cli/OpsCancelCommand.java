package dev.arda.client.cli;

import dev.arda.client.cli.view.JsonPrinter;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.Operation;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda ops cancel}. */
final class OpsCancelCommand implements Command, TakesOperation {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Ends an operation for all who wait for it.")
        .description(
            "",
            "Returns when the operation has ended. What must not be interrupted is finished or undone"
                + " first. Exits with 1 if the operation had ended before.",
            "");
    OpsName.addTo(spec, true);
    spec.addOption(
        OptionSpec.builder("--now")
            .arity("0")
            .type(boolean.class)
            .description("Kill its processes at once, instead of after 1.5 s.")
            .build());
    spec.addOption(
        OptionSpec.builder("--no-wait")
            .arity("0")
            .type(boolean.class)
            .description("Return when the daemon knows, before the operation has ended.")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    return session.ask(client -> {
      var before = OpsName.find(client, arguments);
      if (OpsTable.isFinal(before.getState())) {
        session
            .errors()
            .print("%s has ended: %s".formatted(OpsName.shortName(before), OpsTable.state(before)));
        return ExitCode.FAILED;
      }
      var request = CancelOperationRequest.newBuilder().setName(before.getName());
      if (arguments.hasMatchedOption("--now")) {
        request.setGrace(Durations.proto(Duration.ZERO));
      }
      var now = client.cancelOperation(request.build(), OpsName.deadline()).getOperation();
      if (!arguments.hasMatchedOption("--no-wait")) {
        session.console().spinner().show("waiting for it to end");
        try (var events =
            session.cancellable(client.watch(before.getName(), now.getLastSequence()))) {
          for (var event = events.next(); event.isPresent(); event = events.next()) {
            now = event.get().hasFinished() ? event.get().getFinished().getOperation() : now;
          }
        }
        session.console().spinner().stop();
      }
      tell(session, now);
      return ExitCode.OK;
    });
  }

  private static void tell(Session session, Operation operation) {
    session
        .console()
        .out()
        .line(
            session.options().json()
                ? JsonPrinter.json(operation)
                : OpsName.shortName(operation) + " " + OpsTable.state(operation));
  }
}
