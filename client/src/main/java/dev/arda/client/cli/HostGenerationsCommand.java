package dev.arda.client.cli;

import dev.arda.v1.BuildTargetOutcome;
import dev.arda.v1.DiffGenerationsRequest;
import dev.arda.v1.DiffGenerationsResponse;
import dev.arda.v1.GetHostStatusRequest;
import dev.arda.v1.HostGenerationServiceGrpc;
import dev.arda.v1.HostStatus;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host generations}: what hosts were, and can be again. */
final class HostGenerationsCommand implements Command, TakesHosts {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Lists the generations of hosts, or tells what differs between two of one host.")
        .description(
            "",
            "Asked of the hosts. * boots next, > runs, ^ was booted. REVISION is what the flake"
                + " sets as system.configurationRevision.",
            "");
    spec.addOption(
        OptionSpec.builder("--diff")
            .arity("2")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("GENERATION")
            .description("What changes from one generation to another, by packages.")
            .build());
    HostReachOptions.addTo(spec);
    Arguments.words(
        spec,
        "HOSTS",
        "1..*",
        "A name, a pattern such as web*, a tag as @prod, or several with & | ! ( )");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    if (Arguments.words(arguments).isEmpty()) {
      throw new UsageException("no host is named; arda host list shows those there are");
    }
    if (arguments.hasMatchedOption("--diff")) {
      return diff(session, arguments);
    }
    return new HostStatuses(session)
        .ask(
            GetHostStatusRequest.newBuilder()
                .setContext(session.context())
                .setFlake(session.options().flake())
                .addAllSelections(Arguments.words(arguments))
                .setReach(HostReachOptions.of(arguments))
                .setRevisions(true)
                .build(),
            new HostStatuses.Table() {
              @Override
              public void asked(List<String> hosts) {}

              @Override
              public void answer(HostStatus status) {}

              @Override
              public void end(List<HostStatus> statuses) {
                Columns.print(session, rows(statuses));
              }
            });
  }

  private static List<List<String>> rows(List<HostStatus> statuses) {
    var rows = new ArrayList<List<String>>();
    var heads = new ArrayList<>(List.of("HOST"));
    heads.addAll(GenerationTable.heads());
    rows.add(heads);
    for (var status : statuses) {
      status
          .getGenerationsList()
          .reversed()
          .forEach(generation -> rows.add(GenerationTable.row(status.getHost(), generation)));
    }
    return rows;
  }

  private static int diff(Session session, ParseResult arguments) throws InterruptedException {
    var numbers = arguments.matchedOptionValue("--diff", List.<String>of());
    if (numbers.size() != 2) {
      throw new UsageException("--diff takes the numbers of two generations");
    }
    var answers = new Answers(session);
    return answers.each(
        HostGenerationServiceGrpc.getDiffGenerationsMethod(),
        DiffGenerationsRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setSelection(OneHost.of(arguments))
            .setReach(HostReachOptions.of(arguments))
            .setBefore(number(numbers.getFirst()))
            .setAfter(number(numbers.getLast()))
            .build(),
        answer -> {
          session.console().spinner().stop();
          if (session.options().json()) {
            answers.json(answer);
          } else {
            print(session, answer);
          }
        });
  }

  private static int number(String text) {
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) == 0) {
      throw new UsageException("%s is not the number of a generation".formatted(Style.safe(text)));
    }
    return Integer.parseInt(text);
  }

  private static void print(Session session, DiffGenerationsResponse answer) {
    new DiffTable(session.console())
        .printResult(
            BuildTargetOutcome.newBuilder()
                .setLabel(
                    "%s: %s".formatted(answer.getHost(), GenerationTable.line(answer.getAfter())))
                .addAllChanges(answer.getChangesList())
                .setClosureBytes(answer.getClosureBytes())
                .setClosureBytesChange(answer.getClosureBytesChange())
                .build(),
            GenerationTable.line(answer.getBefore()));
  }
}
