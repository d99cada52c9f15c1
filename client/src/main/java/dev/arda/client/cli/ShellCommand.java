package dev.arda.client.cli;

import dev.arda.v1.ProvidePackagesRequest;
import dev.arda.v1.ProvidedPackages;
import dev.arda.v1.ShellServiceGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code arda shell PACKAGE… -- COMMAND…}: runs a command with the programs of packages before its
 * {@code PATH}. The daemon says where they are; the command is this process's child, with its
 * standard streams, its terminal and all its variables.
 */
final class ShellCommand implements Command {

  private static final int NOT_FOUND = 127;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Runs a command with the programs of packages on its PATH.")
        .description(
            "",
            "Ends with the exit code of the command. Without one, starts $SHELL. Packages come from"
                + " the flake that the registry calls nixpkgs, or from $ARDA_NIXPKGS.",
            "With --json: prints where the packages are, and runs nothing.",
            "");
    BuildSettings.addTo(spec);
    Arguments.words(
        spec, "PACKAGE", "1..*", "Names of packages; behind -- the command and its arguments.");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var words = Arguments.words(arguments);
    var end = session.arguments().indexOf("--");
    var command =
        end < 0
            ? List.<String>of()
            : session.arguments().subList(end + 1, session.arguments().size());
    var packages = words.subList(0, words.size() - command.size());
    if (packages.isEmpty()) {
      throw new UsageException("no package is named; for example: arda shell git -- git --version");
    }
    var provided = new AtomicReference<>(ProvidedPackages.getDefaultInstance());
    var answers = new Answers(session);
    answers.each(
        ShellServiceGrpc.getProvidePackagesMethod(),
        ProvidePackagesRequest.newBuilder()
            .setContext(session.context())
            .addAllPackages(packages)
            .build(),
        answer -> {
          if (answer.hasProgress()) {
            session.show(answer.getProgress());
          } else if (answer.hasProvided()) {
            provided.set(answer.getProvided());
          }
        });
    if (session.options().json()) {
      answers.json(provided.get());
      session.console().out().flush();
      return ExitCode.OK;
    }
    return execute(session, provided.get(), command);
  }

  private static int execute(Session session, ProvidedPackages provided, List<String> command)
      throws InterruptedException {
    var variables = session.environment().variables();
    var path = new ArrayList<>(provided.getBinDirectoriesList());
    Optional.ofNullable(variables.get("PATH")).filter(text -> !text.isEmpty()).ifPresent(path::add);
    var words = new ArrayList<>(command);
    if (words.isEmpty()) {
      words.add(
          Optional.ofNullable(variables.get("SHELL"))
              .filter(shell -> shell.startsWith("/"))
              .orElse("/bin/sh"));
    }
    var program = find(words.getFirst(), String.join(":", path), session.environment().cwd());
    if (program.isEmpty()) {
      return session.fail(NOT_FOUND, "there is no program " + words.getFirst());
    }
    words.set(0, program.get().toString());
    var all = new HashMap<>(variables);
    all.put("PATH", String.join(":", path));
    return new Handover(session, words.getFirst(), words).run(all);
  }

  private static Optional<Path> find(String program, String path, Path directory) {
    if (program.indexOf('/') >= 0) {
      return Optional.of(directory.resolve(program)).filter(ShellCommand::isProgram);
    }
    for (var entry : path.split(":", -1)) {
      if (!program.isEmpty() && isProgram(directory.resolve(entry).resolve(program))) {
        return Optional.of(directory.resolve(entry).resolve(program));
      }
    }
    return Optional.empty();
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
