package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationSpec.OnShutdown;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.operation.deploy.InstallWork;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.install.InstallPhase;
import dev.arda.nix.system.install.InstallRequest;
import dev.arda.nix.system.install.InstallRequest.BuildOn;
import dev.arda.nix.system.install.InstallRequest.DiskKey;
import dev.arda.nix.system.install.InstallRequest.Hardware;
import dev.arda.nix.system.install.InstallRequest.Owner;
import dev.arda.nix.system.install.Installations;
import dev.arda.nix.types.HostName;
import dev.arda.v1.HardwareBackend;
import dev.arda.v1.InstallBuildPlace;
import dev.arda.v1.InstallHostRequest;
import dev.arda.v1.InstallHostResponse;
import dev.arda.v1.OperationKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** Installations, as {@link HostLifecycleRpc} starts them. */
final class InstallOperations {

  private static final int MOST_FILES = 100;
  private static final Duration MAX_LIMIT = Duration.ofDays(1);

  private final Installations installations;
  private final Hosts hosts;
  private final Operations operations;
  private final ErrorMapper errors;

  InstallOperations(
      Installations installations, Hosts hosts, Operations operations, ErrorMapper errors) {
    this.installations = installations;
    this.hosts = hosts;
    this.operations = operations;
    this.errors = errors;
  }

  void install(InstallHostRequest request, ResponseStream<InstallHostResponse> stream) {
    check(request);
    var wish = translate(request);
    var listing =
        hosts
            .within(wish.limits().evaluation())
            .named(
                wish.context(),
                wish.flake(),
                wish.host().text(),
                Hosts.View.NAMES,
                ProgressListener.NONE);
    new OperationStream(operations)
        .start(
            OperationSpec.of(OperationKind.OPERATION_KIND_INSTALL, "install " + wish.host())
                .flake(listing.state().flakeRef())
                .hosts(List.of(wish.host().text()))
                .requestId(request.getRequestId())
                .survivesClients(true)
                .onShutdown(OnShutdown.FINISH)
                .build(),
            new InstallWork(installations, wish, errors::status, InstantSource.system()),
            stream,
            event -> InstallHostResponse.newBuilder().setEvent(event).build());
  }

  private static void check(InstallHostRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    TimeLimits.of(request).check(check);
    check
        .text(request.getFlake(), "flake")
        .require(
            !request.getReach().getForwardAgent(),
            "reach.forward_agent",
            "is not possible for an installation")
        .require(
            request.getConfirmedHost().equals(request.getHost()),
            "confirmed_host",
            "is not the name of the host whose disks are to be erased")
        .require(
            request.getPhasesList().stream().allMatch(phase -> phase(phase).isPresent()),
            "phases",
            "hold one that is not said, or unknown to this daemon")
        .require(isPath(request.getExtraFiles()), "extra_files", "is not an absolute path")
        .require(request.getOwnersCount() <= MOST_FILES, "owners", "are too many")
        .require(
            request.getDiskEncryptionKeysCount() <= MOST_FILES,
            "disk_encryption_keys",
            "are too many")
        .require(
            request.getDiskEncryptionKeysList().stream()
                .allMatch(key -> !key.getFile().isEmpty() && isPath(key.getFile())),
            "disk_encryption_keys",
            "name a file without an absolute path")
        .require(
            request.getBuildPlace() != InstallBuildPlace.UNRECOGNIZED,
            "build_place",
            "is unknown to this daemon")
        .require(
            !request.hasHardware() || backend(request.getHardware().getBackend()).isPresent(),
            "hardware.backend",
            "is not said, or unknown to this daemon")
        .require(
            !request.hasHardware() || isInside(request.getHardware().getFile()),
            "hardware.file",
            "is no path inside of the flake")
        .require(
            !request.hasStepLimit()
                || (request.getStepLimit().getSeconds() > 0
                    && request.getStepLimit().getSeconds() <= MAX_LIMIT.toSeconds()),
            "step_limit",
            "is not between a second and a day")
        .done();
  }

  private static boolean isPath(String text) {
    return text.isEmpty() || (text.startsWith("/") && text.indexOf('\0') < 0);
  }

  /** Whether a text is the path of a file below a directory, whichever that is. */
  static boolean isInside(String text) {
    return text.matches("[A-Za-z0-9_][A-Za-z0-9_./+-]{0,500}")
        && List.of(text.split("/", -1)).stream().noneMatch(part -> part.equals(".."));
  }

  /** As it is written; empty: not said. */
  static Optional<String> backend(HardwareBackend backend) {
    return switch (backend) {
      case HARDWARE_BACKEND_NIXOS_FACTER -> Optional.of("nixos-facter");
      case HARDWARE_BACKEND_NIXOS_GENERATE_CONFIG -> Optional.of("nixos-generate-config");
      case HARDWARE_BACKEND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  private static InstallRequest translate(InstallHostRequest request) {
    return new InstallRequest(
        ContextTranslator.translate(request.getContext()),
        request.getFlake(),
        new HostName(request.getHost()),
        HostTranslator.reach(request.getReach()),
        request.getPhasesCount() == 0
            ? EnumSet.allOf(InstallPhase.class)
            : EnumSet.copyOf(
                request.getPhasesList().stream().flatMap(phase -> phase(phase).stream()).toList()),
        Optional.of(request.getExtraFiles()).filter(path -> !path.isEmpty()).map(Path::of),
        request.getOwnersList().stream()
            .map(owner -> new Owner(owner.getPath(), owner.getOwner()))
            .toList(),
        request.getDiskEncryptionKeysList().stream()
            .map(key -> new DiskKey(key.getRemotePath(), Path.of(key.getFile())))
            .toList(),
        place(request.getBuildPlace()),
        Optional.of(request.getKexec()).filter(image -> !image.isEmpty()),
        request.hasHardware()
            ? backend(request.getHardware().getBackend())
                .map(backend -> new Hardware(backend, Path.of(request.getHardware().getFile())))
            : Optional.empty(),
        request.getCopyHostKeys(),
        request.hasStepLimit()
            ? Optional.of(Duration.ofSeconds(request.getStepLimit().getSeconds()))
            : Optional.empty(),
        TimeLimits.of(request).translate());
  }

  private static Optional<InstallPhase> phase(dev.arda.v1.InstallPhase phase) {
    return switch (phase) {
      case INSTALL_PHASE_KEXEC -> Optional.of(InstallPhase.KEXEC);
      case INSTALL_PHASE_DISKO -> Optional.of(InstallPhase.DISKO);
      case INSTALL_PHASE_INSTALL -> Optional.of(InstallPhase.INSTALL);
      case INSTALL_PHASE_REBOOT -> Optional.of(InstallPhase.REBOOT);
      case INSTALL_PHASE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  private static BuildOn place(InstallBuildPlace place) {
    return switch (place) {
      case INSTALL_BUILD_PLACE_UNSPECIFIED, INSTALL_BUILD_PLACE_LOCAL -> BuildOn.LOCAL;
      case INSTALL_BUILD_PLACE_REMOTE -> BuildOn.REMOTE;
      case INSTALL_BUILD_PLACE_AUTO -> BuildOn.AUTO;
      case UNRECOGNIZED -> throw new IllegalStateException("was checked");
    };
  }
}
