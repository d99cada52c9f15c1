package dev.arda.daemon.rpc;

import dev.arda.v1.Host;
import dev.arda.v1.HostKind;

/** Translates what is known about hosts into messages. */
final class HostTranslator {

  private HostTranslator() {}

  static Host host(dev.arda.nix.system.Host host, ErrorMapper errors) {
    var result =
        Host.newBuilder()
            .setName(host.name())
            .setKind(kind(host.kind()))
            .addAllDefinitions(host.definitions())
            .setSystem(host.system())
            .addAllTags(host.tags())
            .setTargetHost(host.targetHost())
            .setBuildHost(host.buildHost())
            .setDescription(host.description())
            .setConfigured(host.configured());
    host.failure().ifPresent(failure -> result.setError(errors.status(failure, MAX_ERROR)));
    return result.build();
  }

  /** What the error of one host may weigh, in bytes; a page of them must fit into a message. */
  private static final int MAX_ERROR = 4096;

  private static HostKind kind(dev.arda.nix.system.HostKind kind) {
    return switch (kind) {
      case NIXOS -> HostKind.HOST_KIND_NIXOS;
      case DARWIN -> HostKind.HOST_KIND_DARWIN;
      case UNKNOWN -> HostKind.HOST_KIND_UNSPECIFIED;
    };
  }
}
