package dev.arda.client.cli;

import dev.arda.v1.ReadOperationLogRequest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda ops logs}. */
final class OpsLogsCommand implements Command, TakesOperation {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Prints everything that an operation printed.")
        .description("", "What is shown while an operation goes on is clipped; this is not.", "");
    OpsName.addTo(spec, false);
    spec.addOption(
        OptionSpec.builder("-f", "--follow")
            .arity("0")
            .type(boolean.class)
            .description("Go on until the operation has ended.")
            .build());
    spec.addOption(
        OptionSpec.builder("--node")
            .arity("1")
            .type(String.class)
            .paramLabel("ID")
            .description("Only what one node printed, for example the build of one derivation.")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    return session.ask(client -> {
      var operation = OpsName.find(client, arguments);
      var request =
          ReadOperationLogRequest.newBuilder()
              .setName(operation.getName())
              .setNodeId(arguments.<String>matchedOptionValue("--node", ""))
              .setFollow(arguments.hasMatchedOption("--follow"))
              .build();
      session.console().spinner().stop();
      var out = session.console().out();
      try (var log = session.cancellable(client.operationLog(request))) {
        for (var part = log.next(); part.isPresent(); part = log.next()) {
          out.text(part.get().getText());
          out.flush();
        }
      }
      return ExitCode.OK;
    });
  }
}
