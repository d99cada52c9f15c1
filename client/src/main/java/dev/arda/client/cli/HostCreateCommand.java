package dev.arda.client.cli;

import dev.arda.v1.CreateHostRequest;
import dev.arda.v1.CreatedHost;
import dev.arda.v1.HostLifecycleServiceGrpc;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host create}. */
final class HostCreateCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Makes a host: its files, and what flake.nix needs to know of it.")
        .description(
            "",
            "It has the system of --system, else that of this machine. Nothing stays that the flake"
                + " cannot be evaluated with. In a git repository the files"
                + " are added to the index, else Nix would not see them.",
            "");
    Arguments.option(
        spec,
        "--template",
        "NAME",
        "One of the flake's templates, a file or directory, or a host to take as an example.");
    spec.addOption(
        OptionSpec.builder("--tag")
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("TAG")
            .description("A tag of it; may be repeated.")
            .build());
    Arguments.option(spec, "--description", "TEXT", "What it is for, in one line.");
    Arguments.words(spec, "NAME", "1", "Its name");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var template = Arguments.text(arguments, "--template");
    if (template.contains("/")) {
      template = Arguments.path(session, arguments, "--template");
    }
    var context = session.context().toBuilder();
    // It is what the host is to have, and nothing to evaluate for.
    var system = context.getOptions().getSystem();
    context.getOptionsBuilder().clearSystem();
    var request =
        CreateHostRequest.newBuilder()
            .setContext(context)
            .setFlake(session.options().flake())
            .setHost(OneHost.of(arguments))
            .setTemplate(template)
            .setSystem(system)
            .addAllTags(arguments.matchedOptionValue("--tag", List.<String>of()))
            .setDescription(Arguments.text(arguments, "--description"))
            .build();
    var answers = new Answers(session);
    return answers.each(
        HostLifecycleServiceGrpc.getCreateHostMethod(),
        request,
        event -> {
          if (event.hasProgress()) {
            session.show(event.getProgress());
          } else if (event.hasCreated()) {
            print(session, answers, event.getCreated());
          }
        });
  }

  private static void print(Session session, Answers answers, CreatedHost created) {
    if (session.options().json()) {
      answers.json(created);
      return;
    }
    var out = session.console().out();
    created.getFilesList().forEach(file -> out.line("made     " + Style.safe(file)));
    if (created.getFlakeEdited()) {
      out.line("changed  flake.nix");
    }
    out.flush();
    var host = Style.safe(created.getHost().getName());
    answers.note(
        "%s is in %s%s"
            .formatted(
                host,
                Style.safe(created.getDirectory()),
                created.getStaged() ? "; its files are staged" : ""));
  }
}
