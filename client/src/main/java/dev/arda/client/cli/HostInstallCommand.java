package dev.arda.client.cli;

import dev.arda.v1.DiskEncryptionKey;
import dev.arda.v1.FileOwner;
import dev.arda.v1.HardwareBackend;
import dev.arda.v1.HardwareReport;
import dev.arda.v1.InstallBuildPlace;
import dev.arda.v1.InstallHostRequest;
import dev.arda.v1.InstallPhase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host install}. */
final class HostInstallCommand implements Command, TakesHosts {

  private static final Map<String, HardwareBackend> BACKENDS =
      new TreeMap<>(
          Map.of(
              "nixos-facter", HardwareBackend.HARDWARE_BACKEND_NIXOS_FACTER,
              "nixos-generate-config", HardwareBackend.HARDWARE_BACKEND_NIXOS_GENERATE_CONFIG));

  private static final Map<String, InstallBuildPlace> PLACES =
      Map.of(
          "local", InstallBuildPlace.INSTALL_BUILD_PLACE_LOCAL,
          "remote", InstallBuildPlace.INSTALL_BUILD_PLACE_REMOTE,
          "auto", InstallBuildPlace.INSTALL_BUILD_PLACE_AUTO);

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Installs a host on a machine that runs Linux, and erases the machine's disks.")
        .description(
            "",
            "By nixos-anywhere, with the key of the machine checked all the time and a time limit on"
                + " every step. Asks before: the name of the host has to be typed.",
            "",
            "Exit codes: 0 installed, 1 failed, 2 not confirmed.",
            "");
    HostReachOptions.addTo(spec);
    Arguments.option(
        spec, "--phases", "LIST", "Only these of kexec,disko,install,reboot; commas between them.");
    Arguments.flag(spec, "--no-reboot", "All but the last of them.");
    Arguments.option(
        spec, "--extra-files", "DIR", "Copy what is in a directory to / of the new system.");
    pairs(
        spec,
        "--chown",
        "PATH OWNER",
        "Who owns a path of these files, USER:GROUP; may be repeated.");
    pairs(
        spec,
        "--disk-encryption-keys",
        "REMOTE LOCAL",
        "A file that the installer finds at REMOTE; may be repeated.");
    Arguments.option(
        spec, "--build-on", "WHERE", "local (default), remote: on the machine, or auto.");
    Arguments.option(spec, "--kexec", "IMAGE", "Path or URL of another installer for kexec.");
    pairs(
        spec,
        "--generate-hardware-config",
        "BACKEND FILE",
        "Find out what hardware there is, by nixos-facter or nixos-generate-config, and write it"
            + " to a file of the flake, before the system is built.");
    Arguments.flag(spec, "--copy-host-keys", "Let the new system keep the machine's host keys.");
    Arguments.flag(
        spec, "--substitute", "Let the machine fetch from its own substituters what it lacks.");
    Arguments.option(
        spec,
        "--step-timeout",
        "MINUTES",
        "How long one step may take. Default: 3 to 240, as it is.");
    TimeLimitOptions.addBuild(spec);
    Confirmation.addTo(spec);
    BuildSettings.addTo(spec);
    OperationViews.Wish.addTo(spec);
    Arguments.words(spec, "HOST", "1", "The host");
  }

  private static void pairs(CommandSpec spec, String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .arity("2")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(label)
            .hideParamSyntax(true)
            .description(description)
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request =
        InstallHostRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setHost(OneHost.of(arguments))
            .setReach(
                HostReachOptions.of(arguments)
                    .setSubstitute(arguments.hasMatchedOption("--substitute")))
            .setExtraFiles(Arguments.path(session, arguments, "--extra-files"))
            .setKexec(kexec(session, arguments))
            .setBuildPlace(place(arguments))
            .setCopyHostKeys(arguments.hasMatchedOption("--copy-host-keys"));
    phases(arguments, request);
    var owners = pairs(arguments, "--chown");
    for (int i = 0; i + 1 < owners.size(); i += 2) {
      request.addOwners(FileOwner.newBuilder().setPath(owners.get(i)).setOwner(owners.get(i + 1)));
    }
    var keys = pairs(arguments, "--disk-encryption-keys");
    for (int i = 0; i + 1 < keys.size(); i += 2) {
      request.addDiskEncryptionKeys(
          DiskEncryptionKey.newBuilder()
              .setRemotePath(keys.get(i))
              .setFile(absolute(session, keys.get(i + 1))));
    }
    var hardware = pairs(arguments, "--generate-hardware-config");
    if (!hardware.isEmpty()) {
      request.setHardware(
          HardwareReport.newBuilder()
              .setBackend(backend(hardware.getFirst()))
              .setFile(hardware.get(1)));
    }
    Arguments.value(arguments, "--step-timeout")
        .ifPresent(minutes -> request.setStepLimit(Durations.proto(minutes(minutes))));
    TimeLimitOptions.evaluation(arguments).ifPresent(request::setEvaluationLimit);
    TimeLimitOptions.build(arguments).ifPresent(request::setBuildLimit);
    var wish = OperationViews.Wish.of(arguments);
    return session.ask(client -> new HostInstallRun(session, client, arguments, wish).run(request));
  }

  private static List<String> pairs(ParseResult arguments, String name) {
    return arguments.matchedOptionValue(name, List.<String>of());
  }

  private static String absolute(Session session, String path) {
    return session.environment().cwd().resolve(Path.of(path)).normalize().toString();
  }

  private static String kexec(Session session, ParseResult arguments) {
    var image = Arguments.text(arguments, "--kexec");
    return image.isEmpty() || image.contains("://") ? image : absolute(session, image);
  }

  private static void phases(ParseResult arguments, InstallHostRequest.Builder request) {
    var noReboot = arguments.hasMatchedOption("--no-reboot");
    var list =
        Arguments.value(arguments, "--phases")
            .or(() ->
                noReboot
                    ? java.util.Optional.of("kexec,disko,install")
                    : java.util.Optional.empty());
    if (noReboot && arguments.hasMatchedOption("--phases")) {
      throw new UsageException("--phases and --no-reboot say the same thing; give one of them");
    }
    for (var word : list.map(text -> List.of(text.split(",", -1))).orElse(List.of())) {
      request.addPhases(
          switch (word) {
            case "kexec" -> InstallPhase.INSTALL_PHASE_KEXEC;
            case "disko" -> InstallPhase.INSTALL_PHASE_DISKO;
            case "install" -> InstallPhase.INSTALL_PHASE_INSTALL;
            case "reboot" -> InstallPhase.INSTALL_PHASE_REBOOT;
            default ->
                throw new UsageException(
                    "there is no phase '%s': kexec, disko, install, reboot".formatted(word));
          });
    }
  }

  private static InstallBuildPlace place(ParseResult arguments) {
    var word = Arguments.value(arguments, "--build-on").orElse("local");
    var place = PLACES.get(word);
    if (place == null) {
      throw new UsageException("--build-on takes local, remote or auto");
    }
    return place;
  }

  /** The backend of a name. */
  static HardwareBackend backend(String word) {
    var backend = BACKENDS.get(word);
    if (backend == null) {
      throw new UsageException(
          "there is no backend '%s': %s".formatted(word, String.join(", ", BACKENDS.keySet())));
    }
    return backend;
  }

  private static Duration minutes(String text) {
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw new UsageException("--step-timeout takes a number of minutes");
    }
    return Duration.ofMinutes(Integer.parseInt(text));
  }
}
