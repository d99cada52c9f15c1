package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationSpec.OnShutdown;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.operation.deploy.DeployWork;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.deploy.DeployMode;
import dev.arda.nix.system.deploy.DeployRequest.Verification;
import dev.arda.nix.system.deploy.Deployments;
import dev.arda.nix.system.deploy.Engine;
import dev.arda.v1.DeployEngine;
import dev.arda.v1.DeployManner;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.DeployResponse;
import dev.arda.v1.OperationKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Operations on hosts, as {@link HostRpc} starts them. */
final class HostOperations {

  private static final Duration CONFIRMATION = Duration.ofSeconds(60);
  private static final Duration MAX_CONFIRMATION = Duration.ofHours(1);
  private static final int NAMED = 5;
  private static final int MAX_CHECKS = 20;

  private final Deployments deployments;
  private final Flakes flakes;
  private final Operations operations;
  private final ErrorMapper errors;

  HostOperations(
      Deployments deployments, Flakes flakes, Operations operations, ErrorMapper errors) {
    this.deployments = deployments;
    this.flakes = flakes;
    this.operations = operations;
    this.errors = errors;
  }

  /**
   * A deployment that can be started.
   *
   * @param title one line for a person
   * @param flakeRef the flake, after defaults
   * @param hosts their names
   * @param work what is done
   */
  record Prepared(String title, String flakeRef, List<String> hosts, DeployWork work) {
    /** Copies the list. */
    Prepared {
      hosts = List.copyOf(hosts);
    }
  }

  void deploy(DeployRequest request, ResponseStream<DeployResponse> stream) {
    var prepared = prepare(request);
    new OperationStream(operations)
        .start(
            OperationSpec.of(OperationKind.OPERATION_KIND_DEPLOY, prepared.title())
                .flake(prepared.flakeRef())
                .hosts(prepared.hosts())
                .requestId(request.getRequestId())
                .survivesClients(true)
                .onShutdown(OnShutdown.FINISH)
                .deploy(manner(request))
                .build(),
            prepared.work(),
            stream,
            event -> DeployResponse.newBuilder().setEvent(event).build());
  }

  private static DeployManner manner(DeployRequest request) {
    return DeployManner.newBuilder()
        .setMode(
            request.getMode() == dev.arda.v1.DeployMode.DEPLOY_MODE_UNSPECIFIED
                ? dev.arda.v1.DeployMode.DEPLOY_MODE_SWITCH
                : request.getMode())
        .setEngine(
            request.getEngine() == DeployEngine.DEPLOY_ENGINE_UNSPECIFIED
                ? DeployEngine.DEPLOY_ENGINE_NATIVE
                : request.getEngine())
        .setRollback(request.hasRollback())
        .setSpecialisation(request.getSpecialisation())
        .setTargetHost(request.getReach().getTargetHost())
        .setBuildHost(request.getBuildHost())
        .build();
  }

  /**
   * Checks a request. What is wrong with its selections is told at once, and the operation has the
   * names of its hosts.
   *
   * @throws dev.arda.nix.types.NixException if something is wrong with it
   */
  Prepared prepare(DeployRequest request) {
    check(request);
    var wish = translate(request);
    var listing =
        new Hosts(flakes)
            .within(wish.stageLimits().evaluation())
            .select(
                wish.context(),
                wish.flake(),
                wish.selections(),
                Hosts.View.NAMES,
                ProgressListener.NONE);
    var names = listing.hosts().stream().map(Host::name).toList();
    return new Prepared(
        title(wish, names),
        listing.state().flakeRef(),
        names,
        new DeployWork(
            deployments, wish, request.getInteractive(), errors::status, InstantSource.system()));
  }

  private static void check(DeployRequest request) {
    var check = new RequestCheck();
    Rollouts.check(request, check);
    TimeLimits.of(request).check(check);
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    request.getHealthChecksList().forEach(command -> check.text(command, "health_checks"));
    check
        .text(request.getFlake(), "flake")
        .require(
            request.getSelectionsCount() > 0
                && request.getSelectionsCount() <= HostRpc.MAX_SELECTIONS,
            "selections",
            "must hold 1 to %,d selections".formatted(HostRpc.MAX_SELECTIONS))
        .require(
            request.getMode() != dev.arda.v1.DeployMode.UNRECOGNIZED,
            "mode",
            "is unknown to this daemon")
        .require(
            request.getEngine() != DeployEngine.UNRECOGNIZED, "engine", "is unknown to this daemon")
        .require(
            engine(request.getEngine()) == Engine.NATIVE || !request.hasConfirmation(),
            "confirmation",
            "is for the engine native only")
        .require(
            request.getSpecialisation().matches("([A-Za-z0-9_][A-Za-z0-9_.+-]*)?"),
            "specialisation",
            "cannot be the name of a specialisation")
        .require(
            engine(request.getEngine()) == Engine.NATIVE || !request.hasCopyLimit(),
            "copy_limit",
            "is for the engine native only")
        .require(request.getRollback().getGeneration() >= 0, "rollback.generation", "is too large")
        .require(Times.isPlausible(request.getConfirmation()), "confirmation", "is malformed")
        .require(
            Times.isPlausible(request.getHealthCheckLimit()), "health_check_limit", "is malformed")
        .require(
            request.getHealthChecksCount() <= MAX_CHECKS,
            "health_checks",
            "has more than %d elements".formatted(MAX_CHECKS))
        .done();
  }

  private static dev.arda.nix.system.deploy.DeployRequest translate(DeployRequest request) {
    return new dev.arda.nix.system.deploy.DeployRequest(
        ContextTranslator.translate(request.getContext()),
        request.getFlake(),
        request.getSelectionsList(),
        mode(request.getMode()),
        engine(request.getEngine()),
        request.getValidateOnly(),
        request.hasRollback()
            ? OptionalInt.of(request.getRollback().getGeneration())
            : OptionalInt.empty(),
        Optional.of(request.getSpecialisation()).filter(name -> !name.isEmpty()),
        HostTranslator.reach(request.getReach()),
        Optional.of(request.getBuildHost()).filter(target -> !target.isEmpty()),
        Rollouts.translate(request),
        TimeLimits.of(request).translate(),
        new Verification(
            request.hasConfirmation()
                ? Times.fromProto(request.getConfirmation(), MAX_CONFIRMATION)
                : CONFIRMATION,
            request.getHealthChecksList(),
            request.hasHealthCheckLimit()
                ? Times.fromProto(request.getHealthCheckLimit(), MAX_CONFIRMATION)
                : Verification.CHECK_LIMIT),
        request.getDiff());
  }

  private static DeployMode mode(dev.arda.v1.DeployMode mode) {
    return switch (mode) {
      case DEPLOY_MODE_UNSPECIFIED, DEPLOY_MODE_SWITCH -> DeployMode.SWITCH;
      case DEPLOY_MODE_BOOT -> DeployMode.BOOT;
      case DEPLOY_MODE_TEST -> DeployMode.TEST;
      case DEPLOY_MODE_DRY_ACTIVATE -> DeployMode.DRY_ACTIVATE;
      case DEPLOY_MODE_BUILD -> DeployMode.BUILD;
      case UNRECOGNIZED -> throw new IllegalStateException("was checked");
    };
  }

  private static Engine engine(DeployEngine engine) {
    return switch (engine) {
      case DEPLOY_ENGINE_UNSPECIFIED, DEPLOY_ENGINE_NATIVE, UNRECOGNIZED -> Engine.NATIVE;
      case DEPLOY_ENGINE_NIXOS_REBUILD -> Engine.NIXOS_REBUILD;
      case DEPLOY_ENGINE_DARWIN_REBUILD -> Engine.DARWIN_REBUILD;
      case DEPLOY_ENGINE_OWN_NIXOS_REBUILD -> Engine.OWN_NIXOS_REBUILD;
    };
  }

  private static String title(dev.arda.nix.system.deploy.DeployRequest wish, List<String> names) {
    var what =
        wish.planOnly() ? "plan" : wish.rollback().isPresent() ? "roll back" : wish.mode().word();
    var more = names.size() - NAMED;
    return what
        + " "
        + String.join(" ", names.subList(0, Math.min(NAMED, names.size())))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }
}
