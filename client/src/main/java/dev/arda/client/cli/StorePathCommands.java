package dev.arda.client.cli;

import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.DiffClosuresRequest;
import dev.arda.v1.DiffClosuresResponse;
import dev.arda.v1.GetClosureRequest;
import dev.arda.v1.GetPathsRequest;
import dev.arda.v1.PathInfo;
import dev.arda.v1.StoreServiceGrpc;
import dev.arda.v1.WhyDependsRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda store} with what it says of store paths: {@code refs}, {@code closure}… */
final class StorePathCommands {

  private static final String PATHS =
      "Store paths, files in them, or links to them such as ./result";

  private StorePathCommands() {}

  private static void store(CommandSpec spec) {
    Arguments.option(
        spec,
        "--store",
        "URL",
        "Ask another store, for example file:///srv/cache or ssh-ng://host");
  }

  /** {@code arda store refs}. */
  static final class Refs implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage().header("Prints what store paths need directly, one path a line.");
      store(spec);
      Arguments.words(spec, "PATH", "1..*", PATHS);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var answers = new Answers(session);
      return answers.each(
          StoreServiceGrpc.getGetPathsMethod(),
          GetPathsRequest.newBuilder()
              .setContext(session.context())
              .addAllPaths(Arguments.words(arguments))
              .setStore(Arguments.text(arguments, "--store"))
              .build(),
          answer -> {
            if (session.options().json()) {
              answers.json(answer);
            } else {
              answer.getPathsList().stream()
                  .flatMap(path -> path.getReferencesList().stream())
                  .distinct()
                  .sorted()
                  .forEach(session.console().out()::line);
            }
          });
    }
  }

  /** {@code arda store closure}. */
  static final class Closure implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Prints everything that store paths need.")
          .description(
              "",
              "On a terminal: a table with sizes, the largest last. Elsewhere: one path a line.",
              "");
      store(spec);
      Arguments.flag(spec, "--sizes", "Also tell of each path the size of all that it needs.");
      Arguments.words(spec, "PATH", "1..*", PATHS);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var answers = new Answers(session);
      var sizes = arguments.hasMatchedOption("--sizes");
      var paths = new ArrayList<PathInfo>();
      var out = session.console().out();
      var code =
          answers.each(
              StoreServiceGrpc.getGetClosureMethod(),
              GetClosureRequest.newBuilder()
                  .setContext(session.context())
                  .addAllPaths(Arguments.words(arguments))
                  .setStore(Arguments.text(arguments, "--store"))
                  .setClosureSizes(sizes)
                  .build(),
              answer -> {
                if (session.options().json()) {
                  answers.json(answer);
                } else if (answer.hasPart()) {
                  paths.addAll(answer.getPart().getPathsList());
                }
              });
      if (session.options().json()) {
        return code;
      }
      if (session.console().outIsTerminal()) {
        paths.sort(Comparator.comparingLong(PathInfo::getNarSize).thenComparing(PathInfo::getPath));
      }
      for (var path : paths) {
        var columns = new ArrayList<String>();
        if (session.console().outIsTerminal()) {
          columns.add("%10s".formatted(Quantities.bytes(path.getNarSize())));
          if (sizes) {
            columns.add("%10s".formatted(Quantities.bytes(path.getClosureSize())));
          }
        } else if (sizes) {
          columns.add(Long.toString(path.getNarSize()));
          columns.add(Long.toString(path.getClosureSize()));
        }
        columns.add(path.getPath());
        out.line(String.join(session.console().outIsTerminal() ? "  " : "\t", columns));
      }
      out.flush();
      answers.note(
          "%s, %s"
              .formatted(
                  Quantities.count(paths.size(), "path"),
                  Quantities.bytes(paths.stream().mapToLong(PathInfo::getNarSize).sum())));
      return code;
    }
  }

  /** {@code arda store diff}. */
  static final class Diff implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Prints which packages differ between two store paths and all that they need.");
      Arguments.words(spec, "BEFORE AFTER", "2", PATHS);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var answers = new Answers(session);
      var words = Arguments.words(arguments);
      return answers.each(
          StoreServiceGrpc.getDiffClosuresMethod(),
          DiffClosuresRequest.newBuilder()
              .setContext(session.context())
              .setBefore(words.get(0))
              .setAfter(words.get(1))
              .build(),
          answer -> {
            if (session.options().json()) {
              answers.json(answer);
            } else {
              print(session, answers, answer);
            }
          });
    }

    private static void print(Session session, Answers answers, DiffClosuresResponse diff) {
      var versions = new PackageVersions(session.console());
      var name =
          diff.getChangesList().stream().mapToInt(c -> c.getPackage().length()).max().orElse(0);
      var columns =
          diff.getChangesList().stream().mapToInt(c -> versions.of(c).length()).max().orElse(0);
      for (var change : diff.getChangesList()) {
        session
            .console()
            .out()
            .line(
                ("%-" + Math.max(1, name) + "s  %-" + Math.max(1, columns) + "s  %s")
                    .formatted(
                        change.getPackage(),
                        versions.of(change),
                        change.getBytesChange() == 0
                            ? ""
                            : Quantities.bytesChange(change.getBytesChange()))
                    .stripTrailing());
      }
      session.console().out().flush();
      answers.note(
          "%s added, %d removed, %s (%s)"
              .formatted(
                  Quantities.count(diff.getPathsAdded(), "path"),
                  diff.getPathsRemoved(),
                  Quantities.bytes(diff.getSizeAfter()),
                  Quantities.bytesChange(diff.getSizeAfter() - diff.getSizeBefore())));
    }
  }

  /** {@code arda store why}. */
  static final class Why implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Prints by which references a store path needs another.")
          .description("", "Fails if it does not need it.", "");
      Arguments.flag(spec, "--all", "Print every reference on any way, not only the shortest way.");
      Arguments.words(spec, "PATH DEPENDENCY", "2", PATHS);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var answers = new Answers(session);
      var words = Arguments.words(arguments);
      var all = arguments.hasMatchedOption("--all");
      var needed = new AtomicBoolean();
      var code =
          answers.each(
              StoreServiceGrpc.getWhyDependsMethod(),
              WhyDependsRequest.newBuilder()
                  .setContext(session.context())
                  .setPath(words.get(0))
                  .setDependency(words.get(1))
                  .setAll(all)
                  .build(),
              answer -> {
                needed.set(answer.getChainCount() > 0);
                if (session.options().json()) {
                  answers.json(answer);
                } else if (all) {
                  answer
                      .getReferencesList()
                      .forEach(
                          one -> session.console().out().line(one.getFrom() + "\t" + one.getTo()));
                } else {
                  answer.getChainList().forEach(session.console().out()::line);
                }
              });
      if (code == ExitCode.OK && !needed.get()) {
        session.errors().print(words.get(0) + " does not need " + words.get(1));
        return ExitCode.FAILED;
      }
      return code;
    }
  }
}
