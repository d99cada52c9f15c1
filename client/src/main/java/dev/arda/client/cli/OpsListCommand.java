package dev.arda.client.cli;

import dev.arda.client.cli.view.JsonPrinter;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationFilter;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationState;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda ops list}. */
final class OpsListCommand implements Command {

  private static final int MAX_PAGE = 500;

  private static final Map<String, OperationKind> KINDS =
      Map.of(
          "build", OperationKind.OPERATION_KIND_BUILD,
          "deploy", OperationKind.OPERATION_KIND_DEPLOY,
          "apply-user", OperationKind.OPERATION_KIND_APPLY_USER,
          "flake", OperationKind.OPERATION_KIND_FLAKE,
          "store", OperationKind.OPERATION_KIND_STORE,
          "install", OperationKind.OPERATION_KIND_INSTALL,
          "setup", OperationKind.OPERATION_KIND_SETUP);

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Lists operations, newest first.")
        .description(
            "",
            "Those that go on, and those that have ended and are not forgotten yet; also those that"
                + " another daemon runs.",
            "");
    spec.addOption(
        OptionSpec.builder("--running")
            .arity("0")
            .type(boolean.class)
            .description("Only those that have not ended.")
            .build());
    spec.addOption(list("--host", "HOST", "Only those about a host; may be repeated."));
    spec.addOption(
        OptionSpec.builder("--of")
            .arity("1")
            .type(String.class)
            .paramLabel("OPERATION")
            .description("The hosts of a deployment, each as an operation; by name.")
            .build());
    spec.addOption(list("--user", "USER", "Only those about a user; may be repeated."));
    spec.addOption(
        list(
            "--kind",
            "KIND",
            "Only build, deploy, apply-user, setup, install, flake or store; may be repeated."));
    spec.addOption(
        OptionSpec.builder("-n", "--count")
            .arity("1")
            .type(int.class)
            .paramLabel("N")
            .description("So many at most. Default: 20.")
            .build());
  }

  private static OptionSpec list(String name, String label, String description) {
    return OptionSpec.builder(name)
        .arity("1")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    int count = arguments.<Integer>matchedOptionValue("--count", 20);
    if (count < 1) {
      throw new UsageException("-n takes a number above 0");
    }
    var wish = filter(arguments);
    return session.ask(client -> {
      var filter = wish.toBuilder();
      if (arguments.hasMatchedOption("--of")) {
        filter.setParent(
            OpsName.find(client, arguments.<String>matchedOptionValue("--of", "")).getName());
      }
      var operations = new ArrayList<Operation>();
      var token = "";
      do {
        var page =
            client.operations(
                ListOperationsRequest.newBuilder()
                    .setFilter(filter)
                    .setPageSize(Math.min(MAX_PAGE, count - operations.size()))
                    .setPageToken(token)
                    .build(),
                OpsName.deadline());
        operations.addAll(page.getOperationsList());
        token = page.getNextPageToken();
      } while (!token.isEmpty() && operations.size() < count);
      print(session, operations, !token.isEmpty());
      return ExitCode.OK;
    });
  }

  private static OperationFilter filter(ParseResult arguments) {
    var filter = OperationFilter.newBuilder();
    if (arguments.hasMatchedOption("--running")) {
      filter
          .addStates(OperationState.OPERATION_STATE_QUEUED)
          .addStates(OperationState.OPERATION_STATE_RUNNING)
          .addStates(OperationState.OPERATION_STATE_CANCELLING);
    }
    filter.addAllHosts(arguments.<List<String>>matchedOptionValue("--host", List.of()));
    filter.addAllUsers(arguments.<List<String>>matchedOptionValue("--user", List.of()));
    for (var word : arguments.<List<String>>matchedOptionValue("--kind", List.of())) {
      var kind = KINDS.get(word.toLowerCase(Locale.ROOT));
      if (kind == null) {
        throw new UsageException(
            "there is no kind %s of operations: build, deploy, apply-user, setup, install, flake or store"
                .formatted(word));
      }
      filter.addKinds(kind);
    }
    return filter.build();
  }

  private static void print(Session session, List<Operation> operations, boolean more) {
    var console = session.console();
    if (session.options().json()) {
      operations.forEach(operation -> console.out().line(JsonPrinter.json(operation)));
      return;
    }
    if (operations.isEmpty()) {
      console.message("no operations");
      return;
    }
    int columns =
        console.outIsTerminal()
            ? new TerminalWidth(session.environment()).columns()
            : Integer.MAX_VALUE;
    var table = new OpsTable(Clock.systemUTC().instant(), columns);
    console.out().text(table.of(operations));
    if (more) {
      console.message("there are more; see: arda ops list -n %d".formatted(operations.size() * 5));
    }
  }
}
