package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.CallContexts;
import dev.arda.client.Deadline;
import dev.arda.client.Setting;
import dev.arda.v1.CompleteRequest;
import dev.arda.v1.Host;
import dev.arda.v1.HostView;
import dev.arda.v1.ListHostsRequest;
import dev.arda.v1.ListUsersRequest;
import dev.arda.v1.User;
import dev.arda.v1.UserView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code arda __complete}: answers the completion scripts. Prints one candidate per line, for zsh
 * and fish with a tab and a description; a line that begins with a colon tells the script how to go
 * on: {@code :dirs} to offer directories, {@code :nospace} to leave the word open. Says nothing and
 * succeeds when anything goes wrong, or takes longer than a person would wait.
 */
final class CompleteCommand implements Command {

  private static final Duration BUDGET = Duration.ofMillis(250);

  /** What every flake has beside its outputs, none of which can be built. */
  private static final Set<String> OF_EVERY_FLAKE =
      Set.of(
          "_type",
          "dirtyRev",
          "dirtyShortRev",
          "inputs",
          "lastModified",
          "lastModifiedDate",
          "narHash",
          "outPath",
          "outputs",
          "rev",
          "revCount",
          "shortRev",
          "sourceInfo",
          "submodules");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().hidden(true).header("Answers completion scripts.");
    spec.addOption(
        OptionSpec.builder("--shell")
            .arity("1")
            .type(String.class)
            .paramLabel("SHELL")
            .description("bash, zsh or fish")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("WORD")
            .arity("0..*")
            .index("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("The words after arda up to the cursor.")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    boolean described = !"bash".equals(arguments.matchedOptionValue("--shell", "bash"));
    var out = session.console().out();
    switch (place(words)) {
      case Completer.Place.Directory() -> out.line(":dirs");
      case Completer.Place.Words(var candidates) ->
          candidates.forEach((word, description) ->
              out.line(described && !description.isEmpty() ? word + "\t" + description : word));
      case Completer.Place.Selector(var text) -> open(out, "", selectors(session, words, "", text));
      case Completer.Place.Installable(var flake, var path) ->
          open(out, flake + "#", installables(session, words, flake, path));
      case Completer.Place.Host(var before, var name) ->
          hosts(session, words, HostView.HOST_VIEW_NAMES).stream()
              .map(Host::getName)
              .filter(host -> host.startsWith(name))
              .forEach(host -> offer(out, before + host));
      case Completer.Place.Tag(var before, var name) ->
          // What only the configurations of hosts say of tags takes longer than a person waits.
          hosts(session, words, HostView.HOST_VIEW_DECLARED).stream()
              .flatMap(host -> host.getTagsList().stream())
              .filter(tag -> tag.startsWith(name))
              .sorted()
              .distinct()
              .forEach(tag -> offer(out, before + tag));
      case Completer.Place.User(var name) ->
          users(session, words).stream()
              .filter(user -> user.startsWith(name))
              .forEach(user -> offer(out, user));
      case Completer.Place.Operation(var name) ->
          operations(session, words, name).stream()
              .filter(operation -> operation.startsWith(name))
              .forEach(operation -> offer(out, operation));
    }
    return ExitCode.OK;
  }

  /** A line break would make two candidates of one. */
  private static void offer(Out out, String candidate) {
    if (candidate.chars().noneMatch(c -> c < ' ')) {
      out.line(candidate);
    }
  }

  /** Candidates that are rarely the end of what is typed. */
  private static void open(Out out, String before, List<String> candidates) {
    if (!candidates.isEmpty()) {
      out.line(":nospace");
      candidates.forEach(candidate -> offer(out, before + candidate));
    }
  }

  private static Completer.Place place(List<String> words) {
    var place = Completer.place(CommandTree.buildFor(words).getCommandSpec(), words);
    // Names of commands and options are many; for a selector the others need not be described.
    return place instanceof Completer.Place.Words
        ? Completer.place(CommandTree.build().getCommandSpec(), words)
        : place;
  }

  /**
   * What can follow.
   *
   * @param flake the reference to ask; empty: that of the options
   */
  private static List<String> selectors(
      Session session, List<String> words, String flake, String text) throws InterruptedException {
    return ask(
        session,
        words,
        (client, options, context, deadline) ->
            client
                .complete(
                    CompleteRequest.newBuilder()
                        .setUnknownFields(
                            context.contextField(
                                CompleteRequest.CONTEXT_FIELD_NUMBER, options.nix()))
                        .setFlake(flake.isEmpty() ? options.flake() : flake)
                        .setSelector(text)
                        .setOffset(text.codePointCount(0, text.length()))
                        .setBudget(
                            Durations.proto(Duration.ofNanos(deadline.inner().remainingNanos())))
                        .build(),
                    deadline)
                .getCandidatesList()
                .stream()
                .map(candidate -> candidate.getSelector())
                .toList());
  }

  /** Outputs, and packages of the system, whose names Nix takes as well. */
  private static List<String> installables(
      Session session, List<String> words, String flake, String text) throws InterruptedException {
    var outputs = selectors(session, words, flake, text);
    if (text.contains(".")) {
      return outputs;
    }
    var system = options(words).nix().getSystem();
    var before = "packages." + (system.isEmpty() ? system() : system) + ".";
    return Stream.concat(
            selectors(session, words, flake, before + text).stream()
                .filter(selector -> selector.startsWith(before))
                .map(selector -> selector.substring(before.length())),
            outputs.stream().filter(name -> !OF_EVERY_FLAKE.contains(name)))
        .distinct()
        .toList();
  }

  /** What Nix most likely calls this machine. */
  private static String system() {
    var arch = System.getProperty("os.arch", "");
    return (arch.equals("amd64") ? "x86_64" : arch)
        + (System.getProperty("os.name", "").startsWith("Mac") ? "-darwin" : "-linux");
  }

  private static List<Host> hosts(Session session, List<String> words, HostView view)
      throws InterruptedException {
    return ask(
        session,
        words,
        (client, options, context, deadline) ->
            client.hosts(
                ListHostsRequest.newBuilder()
                    .setUnknownFields(
                        context.contextField(ListHostsRequest.CONTEXT_FIELD_NUMBER, options.nix()))
                    .setFlake(options.flake())
                    .setView(view)
                    .build(),
                deadline));
  }

  private static List<String> users(Session session, List<String> words)
      throws InterruptedException {
    return ask(
        session,
        words,
        (client, options, context, deadline) ->
            client
                .users(
                    ListUsersRequest.newBuilder()
                        .setUnknownFields(
                            context.contextField(
                                ListUsersRequest.CONTEXT_FIELD_NUMBER, options.nix()))
                        .setFlake(options.flake())
                        .setView(UserView.USER_VIEW_NAMES)
                        .build(),
                    deadline)
                .stream()
                .map(User::getName)
                .toList());
  }

  private static List<String> operations(Session session, List<String> words, String name)
      throws InterruptedException {
    return ask(session, words, (client, _, _, deadline) -> OpsName.all(client, name, deadline));
  }

  /** A question whose answers candidates are made of. */
  private interface Question<T> {
    List<T> ask(ArdaClient client, GlobalOptions options, CallContexts context, Deadline deadline)
        throws InterruptedException;
  }

  private static <T> List<T> ask(Session session, List<String> words, Question<T> question)
      throws InterruptedException {
    var options = options(words);
    if (options.privateDaemon()) {
      return List.of();
    }
    try {
      var deadline =
          Deadline.after(session.environment().duration(Setting.ARDA_COMPLETION_TIMEOUT, BUDGET));
      var running = ArdaClient.connectToRunning(session.connector(), deadline);
      if (running.isEmpty()) {
        session.connector().startInBackground();
        return List.of();
      }
      var client = running.get();
      session.interruption().onTrigger(client::closeForExit);
      try {
        return question.ask(client, options, new CallContexts(session.environment()), deadline);
      } finally {
        client.closeForExit();
      }
    } catch (ArdaException e) {
      return List.of();
    }
  }

  /** The options that were typed so far; the defaults if they make no sense yet. */
  private static GlobalOptions options(List<String> words) {
    var complete = new ArrayList<>(words);
    // The word under the cursor may be empty, but eval wants a selector.
    complete.set(complete.size() - 1, "x");
    try {
      return GlobalOptions.of(
          CommandTree.buildFor(complete).parseArgs(complete.toArray(String[]::new)));
    } catch (ParameterException e) {
      return GlobalOptions.of(CommandTree.buildFor(List.of()).parseArgs());
    }
  }
}
