package dev.arda.client.cli;

import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.Rollback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host update}, {@code deploy}, {@code rollback} and {@code diff}. */
final class HostDeployCommand implements Command, TakesHosts {

  private static final Map<String, DeployMode> MODES =
      new TreeMap<>(
          Map.of(
              "switch", DeployMode.DEPLOY_MODE_SWITCH,
              "boot", DeployMode.DEPLOY_MODE_BOOT,
              "test", DeployMode.DEPLOY_MODE_TEST,
              "dry-activate", DeployMode.DEPLOY_MODE_DRY_ACTIVATE,
              "build", DeployMode.DEPLOY_MODE_BUILD));

  private static final String ORDER =
      "The new system is activated, reached over a fresh connection, and only then made the one"
          + " that is booted. If it fails, or cannot be reached any more, the host goes back by"
          + " itself.";

  private static final String EXITS =
      "Exit codes: 0 as wished, 1 failed before anything was activated, 4 done but units failed, 5"
          + " refused, 6 rolled back, 7 look at the host, 100 done but a reboot is needed.";

  /** Which of the commands. */
  enum Kind {
    /** Brings hosts to their configuration; without a name: this machine. */
    UPDATE,
    /** Brings hosts to their configuration. */
    DEPLOY,
    /** Brings a host back to a generation before. */
    ROLLBACK,
    /** Tells what would change. */
    DIFF
  }

  private final Kind kind;

  HostDeployCommand(Kind kind) {
    this.kind = kind;
  }

  @Override
  public void describe(CommandSpec spec) {
    switch (kind) {
      case UPDATE ->
          spec.usageMessage()
              .header("Brings hosts to their configuration; without a name, this machine.")
              .description("", ORDER, "", EXITS, "");
      case DEPLOY ->
          spec.usageMessage()
              .header("Brings hosts to their configuration.")
              .description(
                  "", ORDER + " A machine that runs no NixOS yet is refused.", "", EXITS, "");
      case ROLLBACK ->
          spec.usageMessage()
              .header("Brings a host back to a generation before.")
              .description("", "As careful as arda host update.", "", EXITS, "");
      case DIFF ->
          spec.usageMessage()
              .header("Builds systems and shows how they differ from what hosts run.")
              .description("", "Changes nothing on the hosts.", "");
    }
    HostReachOptions.addTo(spec);
    if (kind == Kind.UPDATE || kind == Kind.DEPLOY) {
      Arguments.option(
          spec, "--mode", "MODE", "switch (default), boot, test, dry-activate or build");
      Arguments.flag(spec, "--dry-run", "Only look at the hosts and print what would be built.");
      Arguments.option(
          spec, "--specialisation", "NAME", "Activate a specialisation of the systems.");
      Arguments.flag(
          spec, "--substitute", "Let hosts fetch from their own substituters what they lack.");
      number(spec, "--parallel", "So many hosts at a time. Default: 10.");
      number(spec, "--canary", "So many hosts first; the others follow if none of these failed.");
      number(spec, "--max-failures", "Begin no further host when more than so many failed.");
    }
    if (kind != Kind.DIFF) {
      number(
          spec,
          "--confirm-timeout",
          "Seconds that a host waits to be reached anew before it goes back. Default: 60; 0: it"
              + " does not wait.");
      Arguments.flag(
          spec, "--detach", "Print the name of the operation and leave it to the daemon.");
    }
    OperationViews.Wish.addTo(spec);
    if (kind == Kind.ROLLBACK) {
      Arguments.words(
          spec, "HOST [GENERATION]", "1..2", "The host, and where to; default: one back");
    } else {
      Arguments.words(
          spec,
          "HOSTS",
          kind == Kind.UPDATE ? "0..*" : "1..*",
          "A name, a pattern such as web*, a tag as @prod, or several with & | ! ( )");
    }
  }

  private static void number(CommandSpec spec, String name, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .arity("1")
            .type(int.class)
            .paramLabel("N")
            .description(description)
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request = request(session, arguments);
    var wish = OperationViews.Wish.of(arguments);
    boolean detach = kind != Kind.DIFF && arguments.hasMatchedOption("--detach");
    return session.ask(client -> new HostDeployRun(session, client, request, wish, detach).run());
  }

  private DeployRequest request(Session session, ParseResult arguments) {
    var words = Arguments.words(arguments);
    if (words.isEmpty() && kind != Kind.UPDATE) {
      throw new UsageException("no host is named; arda host list shows those there are");
    }
    var reach = HostReachOptions.of(arguments);
    var request =
        DeployRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setMode(DeployMode.DEPLOY_MODE_SWITCH);
    switch (kind) {
      case UPDATE, DEPLOY -> {
        request
            .setMode(mode(arguments))
            .setValidateOnly(arguments.hasMatchedOption("--dry-run"))
            .setSpecialisation(Arguments.text(arguments, "--specialisation"))
            .setParallel(number(arguments, "--parallel", 1, 0))
            .setCanary(number(arguments, "--canary", 0, 0))
            .setMaxFailures(number(arguments, "--max-failures", 0, 0));
        reach.setSubstitute(arguments.hasMatchedOption("--substitute"));
        if (words.isEmpty()) {
          words = List.of("\"" + thisMachine() + "\"");
          if (reach.getTargetHost().isEmpty()) {
            reach.setTargetHost("localhost");
          }
        }
      }
      case ROLLBACK -> {
        var generation = words.size() > 1 ? words.get(1) : "0";
        if (!generation.matches("[0-9]{1,9}")) {
          throw new UsageException("%s is not the number of a generation".formatted(generation));
        }
        request.setRollback(Rollback.newBuilder().setGeneration(Integer.parseInt(generation)));
        words = words.subList(0, 1);
      }
      case DIFF -> request.setMode(DeployMode.DEPLOY_MODE_BUILD).setDiff(true);
    }
    if (kind != Kind.DIFF && arguments.hasMatchedOption("--confirm-timeout")) {
      request.setConfirmation(
          Durations.proto(
              java.time.Duration.ofSeconds(number(arguments, "--confirm-timeout", 0, 60))));
    }
    return request.addAllSelections(words).setReach(reach).build();
  }

  private static int number(ParseResult arguments, String name, int least, int otherwise) {
    if (!arguments.hasMatchedOption(name)) {
      return otherwise;
    }
    int number = arguments.<Integer>matchedOptionValue(name, otherwise);
    if (number < least) {
      throw new UsageException("%s takes a number from %d".formatted(name, least));
    }
    return number;
  }

  private static DeployMode mode(ParseResult arguments) {
    var word = Arguments.value(arguments, "--mode").orElse("switch");
    var mode = MODES.get(word);
    if (mode == null) {
      throw new UsageException(
          "there is no mode %s: %s".formatted(word, String.join(", ", MODES.keySet())));
    }
    return mode;
  }

  private static String thisMachine() {
    for (var file : List.of("/proc/sys/kernel/hostname", "/etc/hostname")) {
      try {
        var name = Files.readString(Path.of(file)).strip();
        if (!name.isEmpty()) {
          return name.replaceFirst("\\..*$", "");
        }
      } catch (IOException e) {
        // The next one may be there.
      }
    }
    throw new UsageException("the name of this machine is not known; name the host");
  }
}
