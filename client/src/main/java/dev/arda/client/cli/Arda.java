package dev.arda.client.cli;

import dev.arda.client.ArdaException;
import dev.arda.client.DaemonException;
import dev.arda.client.Environment;
import dev.arda.client.Failure;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line: everything of the {@code arda} command but the process itself. */
final class Arda {

  private final Environment environment;
  private final Console console;
  private final Interruption interruption;

  Arda(Environment environment, Console console, Interruption interruption) {
    this.environment = environment;
    this.console = console;
    this.interruption = interruption;
  }

  /**
   * Runs a command line.
   *
   * @return an {@link ExitCode}
   */
  int run(List<String> arguments) {
    try {
      int code = dispatch(arguments);
      console.out().flush();
      return code;
    } catch (OutputException e) {
      return unwritable(e);
    }
  }

  private int dispatch(List<String> arguments) {
    var plain = plain(arguments);
    if (plain.isPresent()) {
      return run(plain.get(), arguments);
    }
    try {
      return run(CommandTree.build().parseArgs(arguments.toArray(String[]::new)), arguments);
    } catch (ParameterException e) {
      return misused(e, arguments);
    }
  }

  /** A command line that names a command, has no fault and asks for no help: nearly every one. */
  private static Optional<ParseResult> plain(List<String> arguments) {
    try {
      var root = CommandTree.buildFor(arguments).parseArgs(arguments.toArray(String[]::new));
      var leaf = leaf(root);
      return leaf.commandSpec().userObject() instanceof Command && !leaf.isUsageHelpRequested()
          ? Optional.of(root)
          : Optional.empty();
    } catch (ParameterException e) {
      // The tree of all commands knows better what is wrong.
      return Optional.empty();
    }
  }

  private static ParseResult leaf(ParseResult root) {
    var leaf = root;
    while (leaf.hasSubcommand()) {
      leaf = leaf.subcommand();
    }
    return leaf;
  }

  private int run(ParseResult root, List<String> arguments) {
    var leaf = leaf(root);
    var spec = leaf.commandSpec();
    if (leaf.isUsageHelpRequested() || arguments.isEmpty()) {
      console.out().text(spec.commandLine().getUsageMessage(Ansi.OFF));
      return ExitCode.OK;
    }
    if (root.hasMatchedOption(CommandTree.VERSION)) {
      return run(new VersionCommand(), session(root, arguments), leaf);
    }
    if (!(spec.userObject() instanceof Command command)) {
      console.message(spec.commandLine().getUsageMessage(Ansi.OFF).stripTrailing());
      session(root, arguments)
          .json(JsonError.usage(spec.qualifiedName() + " needs one of its commands"));
      return ExitCode.USAGE;
    }
    return run(command, session(root, arguments), leaf);
  }

  private Session session(ParseResult root, List<String> arguments) {
    return new Session(environment, console, interruption, GlobalOptions.of(root), arguments);
  }

  private int run(Command command, Session session, ParseResult leaf) {
    var errors = session.errors();
    try {
      return command.run(session, leaf);
    } catch (DaemonException e) {
      return interruptedOr(
          ExitCode.NO_DAEMON,
          () -> {
            errors.print(e.failure());
            session.json(JsonError.of(e.failure()));
          });
    } catch (ArdaException e) {
      boolean lost =
          e.failure().code() == Status.Code.UNAVAILABLE && e.reason().equals(Failure.UNKNOWN);
      return interruptedOr(
          e.reason().equals("HOST_BUSY") ? ExitCode.REFUSED : ExitCode.FAILED,
          () -> {
            errors.print(e.failure());
            if (lost) {
              console.message(
                  "       the connection to the daemon was lost; see: arda daemon logs");
            }
            session.json(JsonError.of(e.failure()));
          });
    } catch (UsageException e) {
      errors.print(String.valueOf(e.getMessage()));
      session.json(JsonError.usage(String.valueOf(e.getMessage())));
      return ExitCode.USAGE;
    } catch (ValueException e) {
      errors.print(String.valueOf(e.getMessage()));
      session.json(JsonError.unknown(String.valueOf(e.getMessage())));
      return ExitCode.FAILED;
    } catch (InterruptedException e) {
      return ExitCode.INTERRUPTED;
    } finally {
      console.spinner().stop();
    }
  }

  private int interruptedOr(int code, Runnable report) {
    if (interruption.isTriggered()) {
      return ExitCode.INTERRUPTED;
    }
    report.run();
    return code;
  }

  private int unwritable(OutputException e) {
    if (e.isClosed()) {
      return ExitCode.OUTPUT_CLOSED;
    }
    console.spinner().stop();
    console.complain("error: cannot write to standard output: " + e.explanation());
    return ExitCode.FAILED;
  }

  private int misused(ParameterException e, List<String> arguments) {
    var errors = new ErrorPrinter(console, false, false);
    var spec = e.getCommandLine().getCommandSpec();
    var name = spec.qualifiedName();
    var message =
        unknownWord(e)
            .map(word -> unmatched(spec.commandLine(), name, word))
            .orElseGet(() -> String.valueOf(e.getMessage()));
    errors.print(message);
    console.message("       see: " + name + " --help");
    if (arguments.stream().takeWhile(word -> !word.equals("--")).anyMatch("--json"::equals)) {
      console.out().line(JsonError.usage(message));
    }
    return ExitCode.USAGE;
  }

  /**
   * The word that nobody knows; where something is missing as well, it was an option that was
   * meant.
   */
  private static Optional<String> unknownWord(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched.getUnmatched().stream().findFirst();
    }
    return e instanceof MissingParameterException
        ? e.getCommandLine().getUnmatchedArguments().stream()
            .filter(word -> word.startsWith("-"))
            .findFirst()
        : Optional.empty();
  }

  private static String unmatched(CommandLine line, String name, String word) {
    var spec = line.getCommandSpec();
    boolean option = word.startsWith("-");
    var known =
        option
            ? spec.options().stream()
                .flatMap(o -> List.of(o.names()).stream())
                .filter(n -> n.startsWith("--"))
                .toList()
            : CommandTree.names(spec);
    var text = new StringBuilder();
    if (option) {
      text.append(name).append(" has no option ").append(word);
    } else if (known.isEmpty()) {
      text.append(name).append(" takes no argument ").append(word);
    } else {
      text.append("there is no command ").append(name).append(' ').append(word);
    }
    Similar.nearest(word, known)
        .ifPresent(near -> text.append("; did you mean ").append(near).append('?'));
    if (!option && name.startsWith("arda flake ")) {
      text.append("; the flake is named by --flake");
    }
    if (option && name.equals("arda eval")) {
      text.append("\na selector that begins with a dash stands after --");
    }
    return text.toString();
  }
}
