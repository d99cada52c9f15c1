package dev.arda.client.cli;

import dev.arda.client.Trust;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda trust}. */
final class TrustCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Lets editors evaluate the flakes in a directory.")
        .description(
            "",
            "Evaluating a flake runs what is written in it. So an editor that opens one only reads"
                + " its text, until you trust the directory here or answer the editor's question."
                + " This counts for everything below the directory. Commands that you type, such as"
                + " arda eval, need no trust.",
            "");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .type(String.class)
            .paramLabel("DIRECTORY")
            .description("The directory.")
            .build());
    spec.addOption(option("--list", "Show what was decided."));
    spec.addOption(option("--refuse", "Never evaluate it, and do not ask again."));
    spec.addOption(option("--forget", "Take back what was decided; editors ask again."));
  }

  private static OptionSpec option(String name, String description) {
    return OptionSpec.builder(name).arity("0").type(boolean.class).description(description).build();
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var named = arguments.<String>matchedPositionalValue(0, "");
    boolean list = arguments.hasMatchedOption("--list");
    boolean refuse = arguments.hasMatchedOption("--refuse");
    boolean forget = arguments.hasMatchedOption("--forget");
    if (list ? refuse || forget || !named.isEmpty() : refuse && forget) {
      throw new UsageException("--list, --refuse and --forget exclude each other");
    }
    if (!list && named.isEmpty()) {
      throw new UsageException("name the directory to trust; `.` is the one you are in");
    }
    var trust = Trust.of(session.environment());
    try {
      if (list) {
        list(session, trust);
      } else {
        decide(session, trust, directory(session, named), refuse, forget);
      }
      return ExitCode.OK;
    } catch (IOException e) {
      return session.fail(
          ExitCode.FAILED,
          "cannot decide about %s: %s".formatted(list ? trust.file() : named, explain(e)));
    }
  }

  private static Path directory(Session session, String named) {
    try {
      return session.environment().cwd().resolve(named);
    } catch (InvalidPathException e) {
      throw new UsageException("not a path: " + named);
    }
  }

  private static String explain(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? "there is no such directory"
        : String.valueOf(e.getMessage());
  }

  private static void list(Session session, Trust trust) throws IOException {
    var out = session.console().out();
    trust
        .decisions()
        .forEach((path, decision) -> {
          var word = decision.name().toLowerCase(Locale.ROOT);
          out.line(
              session.options().json()
                  ? new JsonFields()
                      .put("directory", path.toString())
                      .put("decision", word)
                      .toString()
                  : word + "  " + path);
        });
  }

  private static void decide(
      Session session, Trust trust, Path directory, boolean refuse, boolean forget)
      throws IOException, InterruptedException {
    String what;
    Path real;
    if (forget) {
      real = directory.normalize();
      what = trust.forget(directory) ? "forgotten" : "undecided";
    } else {
      real = trust.decide(directory, refuse ? Trust.Decision.REFUSED : Trust.Decision.TRUSTED);
      what = refuse ? "refused" : "trusted";
    }
    session
        .console()
        .out()
        .line(
            session.options().json()
                ? new JsonFields()
                    .put("directory", real.toString())
                    .put("decision", what)
                    .toString()
                : switch (what) {
                  case "trusted" -> "editors may evaluate the flakes in " + real;
                  case "refused" -> "editors will not evaluate the flakes in " + real;
                  case "forgotten" -> "editors will ask before they evaluate the flakes in " + real;
                  default -> "nothing was decided for " + real;
                });
  }
}
