package dev.arda.daemon.rpc;

import dev.arda.nix.system.deploy.HardwareReports.Backend;
import dev.arda.nix.system.source.HostHardware;
import dev.arda.nix.types.HostName;
import dev.arda.v1.HardwareBackend;
import dev.arda.v1.HardwareEffect;
import dev.arda.v1.HardwareFilesystems;
import dev.arda.v1.RefreshHardwareRequest;
import dev.arda.v1.RefreshedHardware;
import java.util.Optional;

/** Translates reports about hardware. */
final class HardwareTranslator {

  private static final int MAX_REPORT = 2 << 20;

  private HardwareTranslator() {}

  static void check(RefreshHardwareRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check
        .text(request.getFlake(), "flake")
        .text(request.getFile(), "file")
        .text(request.getReport(), "report")
        .require(request.getReport().length() <= MAX_REPORT, "report", "is too long")
        .require(
            request.getBackend() != HardwareBackend.UNRECOGNIZED,
            "backend",
            "is unknown to this daemon")
        .require(
            request.getFilesystems() != HardwareFilesystems.UNRECOGNIZED,
            "filesystems",
            "is unknown to this daemon")
        .done();
  }

  static HostHardware.Wish wish(RefreshHardwareRequest request) {
    return new HostHardware.Wish(
        ContextTranslator.translate(request.getContext()),
        request.getFlake(),
        new HostName(request.getHost()),
        HostTranslator.reach(request.getReach()),
        backend(request.getBackend()),
        given(request.getFile()),
        filesystems(request.getFilesystems()),
        given(request.getReport()),
        request.getValidateOnly(),
        HostTranslator.password(request.getSudoPassword()));
  }

  private static Backend backend(HardwareBackend backend) {
    return switch (backend) {
      case HARDWARE_BACKEND_NIXOS_FACTER -> Backend.NIXOS_FACTER;
      case HARDWARE_BACKEND_UNSPECIFIED, HARDWARE_BACKEND_NIXOS_GENERATE_CONFIG ->
          Backend.NIXOS_GENERATE_CONFIG;
      case UNRECOGNIZED -> throw new IllegalStateException("was checked");
    };
  }

  private static Optional<Boolean> filesystems(HardwareFilesystems filesystems) {
    return switch (filesystems) {
      case HARDWARE_FILESYSTEMS_UNSPECIFIED -> Optional.empty();
      case HARDWARE_FILESYSTEMS_INCLUDED -> Optional.of(true);
      case HARDWARE_FILESYSTEMS_EXCLUDED -> Optional.of(false);
      case UNRECOGNIZED -> throw new IllegalStateException("was checked");
    };
  }

  static RefreshedHardware refreshed(HostHardware.Refreshed refreshed) {
    return RefreshedHardware.newBuilder()
        .setHost(refreshed.host())
        .setTarget(refreshed.target())
        .setDirectory(refreshed.directory().toString())
        .setFile(refreshed.file().toString())
        .setExisted(refreshed.before().isPresent())
        .setBefore(refreshed.before().orElse(""))
        .setAfter(refreshed.after())
        .setEffect(
            switch (refreshed.effect()) {
              case CHANGES -> HardwareEffect.HARDWARE_EFFECT_CHANGES;
              case NONE -> HardwareEffect.HARDWARE_EFFECT_NONE;
              case UNKNOWN -> HardwareEffect.HARDWARE_EFFECT_UNSPECIFIED;
            })
        .setStaged(refreshed.staged())
        .build();
  }

  private static Optional<String> given(String text) {
    return Optional.of(text).filter(one -> !one.isEmpty());
  }
}
