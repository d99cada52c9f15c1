package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.operation.build.BuildWork;
import dev.arda.nix.store.build.Builds;
import dev.arda.v1.BuildRequest;
import dev.arda.v1.BuildResponse;
import dev.arda.v1.BuildServiceGrpc.BuildServiceImplBase;
import dev.arda.v1.BuildTarget;
import dev.arda.v1.OperationKind;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code arda.v1.BuildService}. */
final class BuildRpc extends BuildServiceImplBase {

  /** The most targets that one request may hold. */
  static final int MAX_TARGETS = 1000;

  /** How many targets a title names. */
  private static final int NAMED = 5;

  private final Builds builds;
  private final OperationStream operations;
  private final CallRunner runner;
  private final ErrorMapper errors;

  BuildRpc(Builds builds, Operations operations, CallRunner runner, ErrorMapper errors) {
    this.builds = builds;
    this.operations = new OperationStream(operations);
    this.runner = runner;
    this.errors = errors;
  }

  @Override
  public void build(BuildRequest request, StreamObserver<BuildResponse> responses) {
    runner.stream(
        responses,
        stream -> {
          check(request);
          var wish = translate(request);
          operations.start(
              spec(request, builds.identity(wish, request.getValidateOnly())),
              new BuildWork(
                  builds, wish, request.getValidateOnly(), errors::status, Clock.systemUTC()),
              stream,
              event -> BuildResponse.newBuilder().setEvent(event).build());
        });
  }

  private static void check(BuildRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check
        .text(request.getFlake(), "flake")
        .require(request.getTargetsCount() > 0, "targets", "is empty")
        .require(
            request.getTargetsCount() <= MAX_TARGETS,
            "targets",
            "has more than %d elements".formatted(MAX_TARGETS));
    for (int i = 0; i < request.getTargetsCount(); i++) {
      var field = "targets[" + i + "]";
      var text = text(request.getTargets(i));
      check.require(!text.isEmpty(), field, "is empty").text(text, field);
    }
    absolute(request.getOutLink(), "out_link", check);
    absolute(request.getGcrootDirectory(), "gcroot_directory", check);
    absolute(request.getDiffAgainst(), "diff_against", check);
    check.done();
  }

  private static void absolute(String path, String field, RequestCheck check) {
    check
        .require(path.isEmpty() || path.startsWith("/"), field, "is not an absolute path")
        .text(path, field);
  }

  private static String text(BuildTarget target) {
    return switch (target.getTargetCase()) {
      case INSTALLABLE -> target.getInstallable();
      case HOST -> target.getHost();
      case USER -> target.getUser();
      case STORE_PATH -> target.getStorePath();
      case TARGET_NOT_SET -> "";
    };
  }

  private static dev.arda.nix.store.build.BuildRequest translate(BuildRequest request) {
    return new dev.arda.nix.store.build.BuildRequest(
        ContextTranslator.translate(request.getContext()),
        request.getFlake(),
        request.getTargetsList().stream().map(BuildRpc::target).toList(),
        request.getKeepGoing(),
        path(request.getOutLink()),
        path(request.getGcrootDirectory()),
        Optional.of(request.getDiffAgainst()).filter(text -> !text.isEmpty()));
  }

  private static dev.arda.nix.store.build.BuildTarget target(BuildTarget target) {
    return switch (target.getTargetCase()) {
      case HOST -> new dev.arda.nix.store.build.BuildTarget.Host(target.getHost());
      case USER -> new dev.arda.nix.store.build.BuildTarget.User(target.getUser());
      case STORE_PATH -> new dev.arda.nix.store.build.BuildTarget.OfStore(target.getStorePath());
      case INSTALLABLE, TARGET_NOT_SET ->
          new dev.arda.nix.store.build.BuildTarget.OfFlake(target.getInstallable());
    };
  }

  private static Optional<Path> path(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  private static OperationSpec spec(BuildRequest request, Builds.Identity identity) {
    return OperationSpec.of(OperationKind.OPERATION_KIND_BUILD, title(request))
        .flake(identity.flakeRef())
        .hosts(named(request, BuildTarget.TargetCase.HOST))
        .users(named(request, BuildTarget.TargetCase.USER))
        .requestId(request.getRequestId())
        .joinKey(identity.joinKey())
        .survivesClients(request.getDetached())
        .build();
  }

  private static List<String> named(BuildRequest request, BuildTarget.TargetCase kind) {
    return request.getTargetsList().stream()
        .filter(target -> target.getTargetCase() == kind)
        .map(BuildRpc::text)
        .distinct()
        .toList();
  }

  private static String title(BuildRequest request) {
    var more = request.getTargetsCount() - NAMED;
    return request.getTargetsList().stream()
        .limit(NAMED)
        .map(target -> target(target).label())
        .collect(
            Collectors.joining(
                " ",
                request.getValidateOnly() ? "plan " : "build ",
                more > 0 ? " and %d more".formatted(more) : ""));
  }
}
