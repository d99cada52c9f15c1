package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.v1.DeployEngine;
import dev.arda.v1.DeployManner;
import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.Rollback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Engines by the words for them. */
  static final Map<String, DeployEngine> ENGINES =
      new TreeMap<>(
          Map.of(
              "native", DeployEngine.DEPLOY_ENGINE_NATIVE,
              "nixos-rebuild", DeployEngine.DEPLOY_ENGINE_NIXOS_REBUILD,
              "darwin-rebuild", DeployEngine.DEPLOY_ENGINE_DARWIN_REBUILD));

  private static final String ORDER =
      "The new system is activated, reached over a fresh connection, and only then made the one"
          + " that is booted. If it fails, or cannot be reached any more, the host goes back by"
          + " itself.";

  static final String EXITS =
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
                  "",
                  ORDER
                      + " A machine that runs no NixOS yet is installed, after the name of the host"
                      + " was typed; see arda host install.",
                  "",
                  EXITS,
                  "");
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
    HostReachOptions.addForwarding(spec);
    if (kind == Kind.UPDATE || kind == Kind.DEPLOY) {
      Arguments.option(
          spec, "--mode", "MODE", "switch (default), boot, test, dry-activate or build");
      Arguments.option(
          spec,
          "--engine",
          "ENGINE",
          "native (default), nixos-rebuild or darwin-rebuild. These two confirm nothing and take"
              + " nothing back.");
      Arguments.flag(spec, "--dry-run", "Only look at the hosts and print what would be built.");
      spec.addOption(
          OptionSpec.builder("--rollback")
              .arity("0..1")
              .type(String.class)
              .paramLabel("N")
              .preprocessor(new OnlyAttached())
              .description(
                  "Go back instead: to the generation before, or to that number, on each host.")
              .build());
      SpecialisationOption.addTo(spec, "Activate a specialisation of the systems.");
      Arguments.flag(
          spec, "--substitute", "Let hosts fetch from their own substituters what they lack.");
      Arguments.option(
          spec,
          "--build-host",
          "TARGET",
          "Build there instead of where the flake says; localhost: here.");
      spec.addOption(
          OptionSpec.builder("--health-check")
              .arity("1")
              .type(List.class)
              .auxiliaryTypes(String.class)
              .paramLabel("COMMAND")
              .description(
                  "Run on each host after the activation; unless it succeeds the host goes back."
                      + " May be repeated.")
              .build());
      Arguments.number(
          spec,
          "--health-timeout",
          "Seconds within which the health checks of a host have to succeed. Default: 30.");
      Arguments.option(
          spec,
          "--resume",
          "OPERATION",
          "Those hosts of an earlier deployment that are not as wished, as it had them unless other"
              + " options say otherwise: mode, engine, specialisation, build and target host.");
      RolloutOptions.addTo(spec);
      TimeLimitOptions.addTo(spec);
    } else if (kind == Kind.DIFF) {
      TimeLimitOptions.addTo(spec);
    } else {
      TimeLimitOptions.addEvaluation(spec);
    }
    if (kind != Kind.DIFF) {
      Arguments.number(
          spec,
          "--confirm-timeout",
          "Seconds that a host waits to be reached anew before it goes back; the time of its health"
              + " checks (--health-timeout), and 5 seconds for them, come on top. Default: 60; 0: it"
              + " does not wait.");
      Arguments.flag(
          spec, "--detach", "Print the name of the operation and leave it to the daemon.");
      Arguments.flag(spec, "--no-ask", "Fail where a password would be asked for.");
      Arguments.flag(
          spec, "--same-password", "Ask once, and use the password for all hosts that want one.");
    }
    if (kind == Kind.DEPLOY) {
      Confirmation.addTo(spec);
    }
    BuildSettings.addTo(spec);
    OperationViews.Wish.addTo(spec);
    if (kind == Kind.ROLLBACK) {
      Arguments.words(
          spec, "HOST [GENERATION]", "1..2", "The host, and where to; default: one back");
    } else {
      Arguments.words(
          spec,
          "HOSTS",
          kind == Kind.DIFF ? "1..*" : "0..*",
          "A name, a pattern such as web*, a tag as @prod, or several with & | ! ( )");
    }
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request = request(session, arguments);
    boolean changes = kind != Kind.DIFF;
    var manner =
        new AttendedOperation.Manner(
            changes && arguments.hasMatchedOption("--detach"),
            changes && !arguments.hasMatchedOption("--no-ask"),
            changes && arguments.hasMatchedOption("--same-password"));
    return session.ask(client -> {
      var resumed = resume(client, arguments);
      if (resumed.isEmpty()) {
        return deploy(session, client, arguments, request, manner);
      }
      var left = UnfinishedHosts.of(resumed.get(), client);
      if (left.isEmpty()) {
        session.console().message("nothing is left of " + OpsName.shortName(resumed.get()));
        return ExitCode.OK;
      }
      var rest = request.toBuilder().clearSelections();
      left.forEach(name -> rest.addSelections('"' + name + '"'));
      if (session.options().flake().isEmpty()) {
        rest.setFlake(resumed.get().getFlakeRef());
      }
      asBefore(resumed.get().getDeploy(), arguments, rest);
      return deploy(session, client, arguments, rest.build(), manner);
    });
  }

  private int deploy(
      Session session,
      ArdaClient client,
      ParseResult arguments,
      DeployRequest request,
      AttendedOperation.Manner manner)
      throws InterruptedException {
    boolean installs =
        kind == Kind.DEPLOY
            && request.getMode() == DeployMode.DEPLOY_MODE_SWITCH
            && !request.getValidateOnly()
            && !request.hasRollback();
    var run =
        new HostDeployRun(
            session, client, request, OperationViews.Wish.of(arguments), manner, installs);
    int code = run.run();
    return installs && !run.notInstalled().isEmpty()
        ? HostInstallRun.instead(
            session, client, arguments, request, run.notInstalled(), run.codeOfOthers())
        : code;
  }

  /** What is not said anew is as it was. */
  private static void asBefore(
      DeployManner before, ParseResult arguments, DeployRequest.Builder request) {
    if (!arguments.hasMatchedOption("--mode")
        && before.getMode() != DeployMode.DEPLOY_MODE_UNSPECIFIED) {
      request.setMode(before.getMode());
    }
    if (!arguments.hasMatchedOption("--engine")) {
      request.setEngine(before.getEngine());
    }
    if (!arguments.hasMatchedOption(SpecialisationOption.NAME)) {
      request.setSpecialisation(before.getSpecialisation());
    }
    if (!arguments.hasMatchedOption("--build-host")) {
      request.setBuildHost(before.getBuildHost());
    }
    if (!arguments.hasMatchedOption("--target-host")) {
      request.getReachBuilder().setTargetHost(before.getTargetHost());
    }
  }

  private Optional<Operation> resume(ArdaClient client, ParseResult arguments)
      throws InterruptedException {
    return isResumed(arguments)
        ? Optional.of(OpsName.find(client, resumed(arguments)))
        : Optional.empty();
  }

  private static String resumed(ParseResult arguments) {
    return Arguments.filled(
        arguments, "--resume", "the name of an operation, as arda ops list tells it");
  }

  private boolean isResumed(ParseResult arguments) {
    return (kind == Kind.UPDATE || kind == Kind.DEPLOY) && arguments.hasMatchedOption("--resume");
  }

  private DeployRequest request(Session session, ParseResult arguments) {
    var words = Arguments.words(arguments);
    if (isResumed(arguments) && !resumed(arguments).isEmpty() && !words.isEmpty()) {
      throw new UsageException("the operation says which hosts are left; name it or hosts");
    }
    if (words.isEmpty() && kind != Kind.UPDATE && !isResumed(arguments)) {
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
            .setMode(chosen(arguments, "--mode", MODES, "switch"))
            .setEngine(chosen(arguments, "--engine", ENGINES, "native"))
            .setValidateOnly(arguments.hasMatchedOption("--dry-run"))
            .setSpecialisation(SpecialisationOption.of(arguments))
            .setBuildHost(HostReachOptions.place(arguments, "--build-host"))
            .addAllHealthChecks(arguments.matchedOptionValue("--health-check", List.<String>of()));
        RolloutOptions.apply(arguments, request);
        if (arguments.hasMatchedOption("--rollback")) {
          if (isResumed(arguments)) {
            throw new UsageException(
                "--resume goes on with a deployment; --rollback is another one");
          }
          request.setRollback(rollback(Arguments.text(arguments, "--rollback")));
        }
        if (arguments.hasMatchedOption("--health-timeout")) {
          request.setHealthCheckLimit(
              Durations.proto(
                  java.time.Duration.ofSeconds(
                      Arguments.number(arguments, "--health-timeout", 1, 30))));
        }
        reach.setSubstitute(arguments.hasMatchedOption("--substitute"));
        if (words.isEmpty() && !isResumed(arguments)) {
          var name = thisMachine();
          session
              .console()
              .message("no host is named: this machine, by its host name, " + Style.safe(name));
          words = List.of("\"" + name + "\"");
          if (reach.getTargetHost().isEmpty()) {
            reach.setTargetHost("localhost");
          }
        }
      }
      case ROLLBACK -> {
        request.setRollback(rollback(words.size() > 1 ? words.get(1) : ""));
        words = words.subList(0, 1);
      }
      case DIFF -> request.setMode(DeployMode.DEPLOY_MODE_BUILD).setDiff(true);
    }
    if (kind != Kind.DIFF && arguments.hasMatchedOption("--confirm-timeout")) {
      request.setConfirmation(
          Durations.proto(
              java.time.Duration.ofSeconds(
                  Arguments.number(arguments, "--confirm-timeout", 0, 60))));
    }
    TimeLimitOptions.evaluation(arguments).ifPresent(request::setEvaluationLimit);
    if (kind != Kind.ROLLBACK) {
      TimeLimitOptions.build(arguments).ifPresent(request::setBuildLimit);
      TimeLimitOptions.copy(arguments).ifPresent(request::setCopyLimit);
    }
    return request.addAllSelections(words).setReach(reach).build();
  }

  /** To a generation, or to the one before if there is no number. */
  private static Rollback rollback(String number) {
    if (!number.matches("[0-9]{0,9}")) {
      throw new UsageException(
          "%s is not the number of a generation".formatted(Style.safe(number)));
    }
    if (number.matches("0+")) {
      throw new UsageException("generations are numbered from 1; without a number: the one before");
    }
    return Rollback.newBuilder()
        .setGeneration(number.isEmpty() ? 0 : Integer.parseInt(number))
        .build();
  }

  /** What the word behind an option stands for. */
  private static <T> T chosen(
      ParseResult arguments, String option, Map<String, T> all, String otherwise) {
    var word = Arguments.value(arguments, option).orElse(otherwise);
    return Optional.ofNullable(all.get(word))
        .orElseThrow(() ->
            new UsageException(
                "there is no %s %s: %s"
                    .formatted(
                        option.substring(2), Style.safe(word), String.join(", ", all.keySet()))));
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
