package dev.arda.daemon.rpc;

import dev.arda.nix.remote.Secret;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.HostStatuses;
import dev.arda.nix.system.deploy.TargetFacts;
import dev.arda.v1.Generation;
import dev.arda.v1.Host;
import dev.arda.v1.HostDrift;
import dev.arda.v1.HostKind;
import dev.arda.v1.HostReach;
import dev.arda.v1.HostStatus;
import java.util.Optional;

/** Translates what is known about hosts into messages. */
final class HostTranslator {

  /** What the error of one host may weigh, in bytes; a page of them must fit into a message. */
  private static final int MAX_ERROR = 4096;

  private HostTranslator() {}

  /** A password of a request; empty: there is none. */
  static Optional<Secret> password(String text) {
    return Optional.of(text).filter(one -> !one.isEmpty()).map(Secret::new);
  }

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
            .setConfigured(host.configured())
            .addAllHealthChecks(host.healthChecks())
            .addAllDependsOn(host.dependsOn());
    host.failure().ifPresent(failure -> result.setError(errors.status(failure, MAX_ERROR)));
    return result.build();
  }

  private static HostKind kind(dev.arda.nix.system.HostKind kind) {
    return switch (kind) {
      case NIXOS -> HostKind.HOST_KIND_NIXOS;
      case DARWIN -> HostKind.HOST_KIND_DARWIN;
      case UNKNOWN -> HostKind.HOST_KIND_UNSPECIFIED;
    };
  }

  static Reach reach(HostReach reach) {
    return new Reach(
        Optional.of(reach.getTargetHost()).filter(target -> !target.isEmpty()),
        reach.getAcceptNewHostKey(),
        reach.getJumpHostsList(),
        reach.getSubstitute(),
        reach.getForwardAgent());
  }

  static HostStatus status(HostStatuses.Status status, ErrorMapper errors) {
    var result = HostStatus.newBuilder().setHost(status.host()).setTarget(status.target());
    status.facts().ifPresent(facts -> add(facts, result));
    status.wanted().ifPresent(result::setWantedSystem);
    if (status.wanted().isPresent() && status.facts().isPresent()) {
      result.setDrift(drift(status.wanted().get(), status.facts().get()));
    }
    status.failure().ifPresent(failure -> result.setError(errors.status(failure, MAX_ERROR)));
    return result.build();
  }

  private static void add(TargetFacts facts, HostStatus.Builder result) {
    result
        .setRunningSystem(facts.current().orElse(""))
        .setBootSystem(facts.profile().orElse(""))
        .setGeneration(facts.generation().orElse(0))
        .addAllFailedUnits(facts.failedUnits())
        .setRebootNeeded(facts.needsReboot())
        .setSystem(facts.system())
        .setLastActivation(facts.lastActivation().orElse(""))
        .setBusy(facts.isBusy());
    facts.freeKib().ifPresent(free -> result.setFreeBytes(free * 1024));
    facts.generations().stream()
        .map(one -> generation(one, facts.generation().orElse(0)))
        .forEach(result::addGenerations);
  }

  /**
   * A generation.
   *
   * @param next number of the one that is booted next
   */
  static Generation generation(TargetFacts.Generation generation, int next) {
    var result =
        Generation.newBuilder()
            .setNumber(generation.number())
            .setSystem(generation.path())
            .setVersion(generation.version())
            .setKernel(generation.kernel())
            .addAllSpecialisations(generation.specialisations())
            .setCurrent(next == generation.number())
            .setRunning(generation.running())
            .setBooted(generation.booted())
            .setRevision(generation.revision());
    generation.made().ifPresent(at -> result.setMadeAt(Times.toProto(at)));
    return result.build();
  }

  private static HostDrift drift(String wanted, TargetFacts facts) {
    // A specialisation that runs counts for its system.
    var runs =
        facts.current().filter(wanted::equals).isPresent()
            || facts.generations().stream()
                .anyMatch(one -> one.running() && one.path().equals(wanted));
    var boots = facts.profile().filter(wanted::equals).isPresent();
    return runs && boots
        ? HostDrift.HOST_DRIFT_NONE
        : runs || boots ? HostDrift.HOST_DRIFT_PARTIAL : HostDrift.HOST_DRIFT_OUTDATED;
  }
}
