package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.ValueEncoding;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda eval}: evaluates selectors and prints their values. */
final class EvalCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.aliases("select");
    spec.usageMessage()
        .header("Evaluates selectors and prints their values.")
        .description(
            "",
            "One selector prints its value as JSON. Several print one JSON object per line, in the"
                + " order they are given:",
            "  {\"selector\":\"a.b\",\"value\":1}",
            "  {\"selector\":\"a.c\",\"error\":{\"reason\":\"ATTRIBUTE_MISSING\",\"message\":\"…\"}}",
            "Everything after -- is a selector, even if it begins with a dash.",
            "");
    spec.addOption(
        OptionSpec.builder("--raw")
            .arity("0")
            .type(boolean.class)
            .description("Print a string as it is, without quotes and without a line break.")
            .build());
    spec.addOption(
        OptionSpec.builder("--realise")
            .arity("0")
            .type(boolean.class)
            .description("Build what the values mention.")
            .build());
    spec.addOption(
        OptionSpec.builder("--typed")
            .arity("0")
            .type(boolean.class)
            .description("Mark derivations, functions and the like instead of collapsing them.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("SELECTOR")
            .arity("1..*")
            .required(true)
            .index("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("For example nixosConfigurations.*.config.networking.hostName")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    List<String> selectors = arguments.matchedPositionalValue(0, List.of());
    boolean raw = arguments.hasMatchedOption("--raw");
    boolean typed = arguments.hasMatchedOption("--typed");
    check(session, selectors, raw, typed);
    var request =
        SelectRequest.newBuilder()
            .setUnknownFields(session.contextField(SelectRequest.CONTEXT_FIELD_NUMBER))
            .setFlake(session.options().flake())
            .addAllSelectors(selectors)
            .setRealise(arguments.hasMatchedOption("--realise"))
            .setEncoding(
                typed ? ValueEncoding.VALUE_ENCODING_TYPED : ValueEncoding.VALUE_ENCODING_JSON)
            .build();
    return session.ask(client -> {
      try (var results = printer(session, selectors, raw)) {
        return read(session, client, request, results);
      }
    });
  }

  private static void check(Session session, List<String> selectors, boolean raw, boolean typed) {
    if (raw && (typed || session.options().json())) {
      throw new UsageException(
          "--raw prints a bare string; it cannot be combined with --json or --typed");
    }
    if (raw && selectors.size() > 1) {
      throw new UsageException(
          "--raw prints one value; %d selectors are given".formatted(selectors.size()));
    }
    // What follows -- is meant literally, whatever it looks like.
    int separator = session.arguments().indexOf("--");
    int literal = separator < 0 ? 0 : session.arguments().size() - separator - 1;
    for (var selector : selectors.subList(0, Math.max(0, selectors.size() - literal))) {
      InstallableHint.command(selector)
          .ifPresent(command -> {
            throw new UsageException(
                "%s is a flake reference with an attribute, not a selector\nwrite: %s"
                    .formatted(selector, command));
          });
    }
  }

  private static ResultPrinter printer(Session session, List<String> selectors, boolean raw) {
    if (selectors.size() > 1) {
      return new LinePrinter(session, selectors);
    }
    var form =
        raw
            ? ValuePrinter.Form.RAW
            : session.console().outIsTerminal() && !session.options().json()
                ? ValuePrinter.Form.PRETTY
                : ValuePrinter.Form.COMPACT;
    return new ValuePrinter(session, form);
  }

  private static int read(
      Session session, ArdaClient client, SelectRequest request, ResultPrinter results)
      throws InterruptedException {
    session.console().spinner().show("evaluating");
    try (var stream = session.cancellable(client.select(request))) {
      for (var event = stream.next(); event.isPresent(); event = stream.next()) {
        handle(session, event.get(), results);
      }
    }
    session.console().spinner().stop();
    return results.end();
  }

  private static void handle(Session session, SelectResponse event, ResultPrinter results) {
    switch (event.getEventCase()) {
      case STATE -> {
        if (session.options().nix().getDebug()) {
          session
              .console()
              .message(
                  session
                      .console()
                      .style()
                      .faint("flake " + Style.safe(event.getState().getLockedUrl())));
        }
      }
      case PROGRESS -> session.show(event.getProgress());
      case CHUNK -> results.chunk(event.getChunk().getSelectorIndex(), event.getChunk().getJson());
      case RESULT -> results.result(event.getResult());
      // Something that a newer daemon tells and this client does not know.
      case EVENT_NOT_SET -> {}
    }
  }
}
