package dev.arda.client.cli;

import dev.arda.client.cli.view.Experience;
import dev.arda.v1.Operation;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda ops watch}. */
final class OpsWatchCommand implements Command, TakesOperation {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Shows an operation from its beginning to its end.")
        .description(
            "",
            "Ends with the operation, and with its success or failure. ^C asks the daemon to cancel"
                + " the operation, a second ^C leaves at once.",
            "");
    OpsName.addTo(spec, false);
    OperationViews.Wish.addTo(spec);
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    return session.ask(client -> {
      var operation = OpsName.find(client, arguments);
      var watch = new OperationWatch(session, client, "");
      Operation end;
      try (var view =
              OperationViews.open(session, OperationViews.Wish.of(arguments), Experience.NONE);
          var stream = session.cancellable(client.watch(operation.getName(), 0))) {
        end = watch.follow(stream, view);
      }
      return watch.exitCode(end, false);
    });
  }
}
