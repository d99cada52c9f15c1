package dev.arda.client.cli;

import dev.arda.client.cli.view.LineDiff;
import dev.arda.v1.HardwareBackend;
import dev.arda.v1.HardwareEffect;
import dev.arda.v1.HardwareFilesystems;
import dev.arda.v1.HostLifecycleServiceGrpc;
import dev.arda.v1.RefreshHardwareRequest;
import dev.arda.v1.RefreshedHardware;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host hardware}: writes down what hardware a host has. */
final class HostHardwareCommand implements Command, TakesHosts {

  /** Backends by the programs that they run. */
  static final Map<String, HardwareBackend> BACKENDS =
      new TreeMap<>(
          Map.of(
              "nixos-facter", HardwareBackend.HARDWARE_BACKEND_NIXOS_FACTER,
              "nixos-generate-config", HardwareBackend.HARDWARE_BACKEND_NIXOS_GENERATE_CONFIG));

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Asks a host what hardware it has, and writes that into the flake.")
        .description(
            "",
            "Shows first what changes, and asks before it replaces a file. Nothing stays that the"
                + " host cannot be evaluated with.",
            "");
    Arguments.option(
        spec,
        "--backend",
        "PROGRAM",
        "nixos-generate-config (default), which writes hardware-configuration.nix, or nixos-facter,"
            + " which writes facter.json.");
    Arguments.option(
        spec,
        "--file",
        "FILE",
        "Write there, relative to the flake, instead of beside the host's files.");
    Arguments.flag(
        spec,
        "--filesystems",
        "Also write down which file systems are mounted. Default: if the file does that already.");
    Arguments.flag(
        spec, "--no-filesystems", "Do not write down file systems, though the file does.");
    Arguments.flag(spec, "--dry-run", "Only show what would change.");
    HostReachOptions.addTo(spec);
    SudoPasswords.addTo(spec);
    Confirmation.addTo(spec);
    Arguments.words(spec, "NAME", "1", "The host");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request = request(session, arguments);
    return PlannedChange.run(
        session,
        arguments,
        new Refreshing(
            session,
            request,
            SudoPasswords.of(session, arguments),
            arguments.hasMatchedOption("--dry-run")));
  }

  /** The writing of what the host says. */
  private record Refreshing(
      Session session, RefreshHardwareRequest request, SudoPasswords passwords, boolean dryRun)
      implements PlannedChange<RefreshedHardware> {

    @Override
    public RefreshedHardware plan() throws InterruptedException {
      return passwords.ask(
          password -> ask(session, request.toBuilder().setSudoPassword(password).build()));
    }

    @Override
    public boolean changes(RefreshedHardware plan) {
      return !plan.getExisted() || !plan.getBefore().equals(plan.getAfter());
    }

    @Override
    public void print(RefreshedHardware plan) {
      HostHardwareCommand.print(session, plan, dryRun);
    }

    @Override
    public String warning(RefreshedHardware plan) {
      return plan.getExisted()
          ? "%s is replaced in %s."
              .formatted(Style.safe(plan.getFile()), Style.safe(plan.getDirectory()))
          : "";
    }

    @Override
    public String name(RefreshedHardware plan) {
      return plan.getHost();
    }

    /** The host is not asked again, so that what is written is what was shown. */
    @Override
    public RefreshedHardware make(RefreshedHardware plan) throws InterruptedException {
      return ask(
          session,
          request.toBuilder()
              .setValidateOnly(false)
              .setFile(plan.getFile())
              .setReport(plan.getAfter())
              .build());
    }

    @Override
    public int made(RefreshedHardware done) {
      new Answers(session)
          .note(
              "%s is written%s"
                  .formatted(Style.safe(done.getFile()), done.getStaged() ? ", and staged" : ""));
      return ExitCode.OK;
    }
  }

  private static RefreshHardwareRequest request(Session session, ParseResult arguments) {
    boolean with = arguments.hasMatchedOption("--filesystems");
    boolean without = arguments.hasMatchedOption("--no-filesystems");
    if (with && without) {
      throw new UsageException("--filesystems and --no-filesystems exclude each other");
    }
    return RefreshHardwareRequest.newBuilder()
        .setContext(session.context())
        .setFlake(session.options().flake())
        .setHost(OneHost.of(arguments))
        .setReach(HostReachOptions.of(arguments))
        .setBackend(
            backend(Arguments.value(arguments, "--backend").orElse("nixos-generate-config")))
        .setFile(Arguments.text(arguments, "--file"))
        .setFilesystems(
            with
                ? HardwareFilesystems.HARDWARE_FILESYSTEMS_INCLUDED
                : without
                    ? HardwareFilesystems.HARDWARE_FILESYSTEMS_EXCLUDED
                    : HardwareFilesystems.HARDWARE_FILESYSTEMS_UNSPECIFIED)
        .setValidateOnly(true)
        .build();
  }

  private static HardwareBackend backend(String word) {
    return Optional.ofNullable(BACKENDS.get(word))
        .orElseThrow(() ->
            new UsageException(
                "there is no backend %s: %s"
                    .formatted(Style.safe(word), String.join(", ", BACKENDS.keySet()))));
  }

  private static RefreshedHardware ask(Session session, RefreshHardwareRequest request)
      throws InterruptedException {
    var result = new AtomicReference<>(RefreshedHardware.getDefaultInstance());
    new Answers(session)
        .each(
            HostLifecycleServiceGrpc.getRefreshHardwareMethod(),
            request,
            event -> {
              if (event.hasProgress()) {
                session.show(event.getProgress());
              } else if (event.hasRefreshed()) {
                session.console().spinner().stop();
                result.set(event.getRefreshed());
              }
            });
    return result.get();
  }

  private static void print(Session session, RefreshedHardware plan, boolean dryRun) {
    var out = session.console().out();
    var answers = new Answers(session);
    var file = Style.safe(plan.getFile());
    if (!plan.getExisted()) {
      long lines = plan.getAfter().lines().count();
      out.line(
          "%s  %s (%d %s)"
              .formatted(
                  dryRun ? "would make" : "makes", file, lines, lines == 1 ? "line" : "lines"));
    } else if (plan.getBefore().equals(plan.getAfter())) {
      answers.note("%s says what the host says".formatted(file));
      return;
    } else {
      out.line("changes  " + file);
      LineDiff.of(plan.getBefore(), plan.getAfter())
          .lines()
          .forEach(line -> out.line(Style.safe(line)));
    }
    if (plan.getEffect() == HardwareEffect.HARDWARE_EFFECT_NONE) {
      out.flush();
      var name = file.substring(file.lastIndexOf('/') + 1);
      session
          .console()
          .message(
              session.console().style().warning("warning:")
                  + " the system of %s does not depend on it; have the host's files read it: %s"
                      .formatted(
                          Style.safe(plan.getHost()),
                          name.endsWith(".nix")
                              ? "imports = [ ./%s ];".formatted(name)
                              : "hardware.facter.reportPath = ./%s;".formatted(name)));
    }
  }
}
