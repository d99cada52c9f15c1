package dev.arda.client.cli;

import dev.arda.v1.Host;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.HostView;
import dev.arda.v1.ListHostsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host list}. */
final class HostListCommand implements Command, TakesHosts {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Lists the hosts of a flake.")
        .description(
            "",
            "All that nixosConfigurations, darwinConfigurations, clan.core.machines and"
                + " clan.machines name. A host that cannot be evaluated is listed with the reason."
                + " With --json: one object a line.",
            "");
    spec.addOption(
        OptionSpec.builder("--tag")
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("TAG")
            .description("Only hosts with a tag; repeated: with all of them.")
            .build());
    Arguments.flag(spec, "--names", "Print names only, one a line; evaluates no host.");
    Arguments.words(
        spec,
        "HOSTS",
        "0..*",
        "Only these: a name, a pattern such as web*, a tag as @prod, or several with & | ! ( )");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var names = arguments.hasMatchedOption("--names");
    var request =
        ListHostsRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .addAllSelections(
                selections(
                    Arguments.words(arguments),
                    arguments.matchedOptionValue("--tag", List.<String>of())))
            .setView(names ? HostView.HOST_VIEW_NAMES : HostView.HOST_VIEW_FULL)
            .build();
    var hosts = new ArrayList<Host>();
    var warnings = new ArrayList<String>();
    var table = new HostTable(session, names);
    return session.ask(client -> {
      try (var stream =
          session.cancellable(client.ask(HostServiceGrpc.getListHostsMethod(), request))) {
        for (var event = stream.next(); event.isPresent(); event = stream.next()) {
          if (event.get().hasProgress()) {
            session.show(event.get().getProgress());
          }
          if (event.get().hasWarning()) {
            warnings.add(event.get().getWarning());
          }
          hosts.addAll(event.get().getHosts().getHostsList());
        }
      } finally {
        session.console().spinner().stop();
        warnings.forEach(table::warn);
      }
      table.print(hosts);
      return ExitCode.OK;
    });
  }

  /** Each selection, restricted to hosts with all tags. */
  static List<String> selections(List<String> words, List<String> tags) {
    if (tags.isEmpty()) {
      return words;
    }
    var tagged = tags.stream().map(HostListCommand::tag).collect(Collectors.joining(" & "));
    return words.isEmpty()
        ? List.of(tagged)
        : words.stream().map(word -> "(%s) & %s".formatted(word, tagged)).toList();
  }

  private static String tag(String tag) {
    if (tag.isEmpty() || tag.contains("\"")) {
      throw new UsageException(
          "%s cannot be a tag".formatted(tag.isEmpty() ? "an empty text" : tag));
    }
    return "@\"" + tag + "\"";
  }
}
