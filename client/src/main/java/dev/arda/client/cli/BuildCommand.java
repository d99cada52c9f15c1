package dev.arda.client.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda build}: builds what a flake offers and prints where it is. */
final class BuildCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Builds what a flake offers and prints where it is.")
        .description(
            "",
            "Prints the store path of each output, one a line. Without a target, builds the default"
                + " package of the flake. Fails if one target fails; the others are built all the"
                + " same.",
            "");
    spec.addOption(
        list(
            "--host",
            "HOST",
            "Build the system of a host of the flake, or of all that a pattern such as 'web*' or a"
                + " tag such as @prod chooses; may be repeated."));
    spec.addOption(
        list("--user", "USER", "Build the environment of a user of the flake; may be repeated."));
    spec.addOption(
        OptionSpec.builder("--out-link", "-o")
            .arity("1")
            .type(String.class)
            .paramLabel("PATH")
            .description("Where to put the links to the outputs. Default: result.")
            .build());
    spec.addOption(flag("Make no link to the outputs.", "--no-link"));
    spec.addOption(
        OptionSpec.builder("--gcroot")
            .arity("1")
            .type(String.class)
            .paramLabel("DIR")
            .description("Keep the outputs by links in a directory, named like them.")
            .build());
    spec.addOption(
        OptionSpec.builder("--diff")
            .arity("0..1")
            .type(String.class)
            .paramLabel("PATH")
            .preprocessor(new OnlyAttached())
            .description(
                "Show which packages differ from those of a path; without one, from those of the"
                    + " link that the build replaces.")
            .build());
    spec.addOption(flag("Go on with other derivations when one fails.", "--keep-going", "-k"));
    spec.addOption(flag("Only print what would be built and downloaded.", "--dry-run"));
    spec.addOption(
        flag(
            "Print the name of the operation and leave it to the daemon; see: arda ops.",
            "--detach"));
    BuildSettings.addTo(spec);
    OperationViews.Wish.addTo(spec);
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("TARGET")
            .arity("0..*")
            .index("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("What nix build takes, for example .#hello or nixpkgs#hello^out,dev")
            .build());
  }

  private static OptionSpec flag(String description, String... names) {
    return OptionSpec.builder(names[0], java.util.Arrays.copyOfRange(names, 1, names.length))
        .arity("0")
        .type(boolean.class)
        .description(description)
        .build();
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
    var options = BuildOptions.of(session, arguments);
    return session.ask(client ->
        new BuildRun(
                session,
                client,
                new BuildOptions(
                    ChosenHosts.in(options.request(), client, session.startDeadline()),
                    options.wish()))
            .run());
  }
}
