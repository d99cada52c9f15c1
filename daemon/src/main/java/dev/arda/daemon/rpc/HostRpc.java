package dev.arda.daemon.rpc;

import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.deploy.HostStatuses;
import dev.arda.nix.system.source.FlakeSources;
import dev.arda.v1.AskedHosts;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.DeployResponse;
import dev.arda.v1.GetHostStatusRequest;
import dev.arda.v1.GetHostStatusResponse;
import dev.arda.v1.GetLoginRequest;
import dev.arda.v1.GetLoginResponse;
import dev.arda.v1.HostPage;
import dev.arda.v1.HostServiceGrpc.HostServiceImplBase;
import dev.arda.v1.HostView;
import dev.arda.v1.ListHostsRequest;
import dev.arda.v1.ListHostsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** {@code arda.v1.HostService}. */
final class HostRpc extends HostServiceImplBase {

  /** The most selections that one request may hold. */
  static final int MAX_SELECTIONS = 1000;

  private static final int PAGE = 500;

  /**
   * What is listed.
   *
   * @param hosts of flakes
   * @param sources their files, which something may have to be done to before
   */
  record Listed(Hosts hosts, FlakeSources sources) {}

  private final Listed listed;
  private final HostStatuses statuses;
  private final HostOperations operations;
  private final CallRunner runner;
  private final ErrorMapper errors;

  HostRpc(
      Listed listed,
      HostStatuses statuses,
      HostOperations operations,
      CallRunner runner,
      ErrorMapper errors) {
    this.listed = listed;
    this.statuses = statuses;
    this.operations = operations;
    this.runner = runner;
    this.errors = errors;
  }

  @Override
  public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> responses) {
    runner.stream(responses, stream -> list(request, stream));
  }

  private void list(ListHostsRequest request, ResponseStream<ListHostsResponse> stream) {
    check(request);
    var context = ContextTranslator.translate(request.getContext());
    listed
        .sources()
        .endInterrupted(context, request.getFlake())
        .ifPresent(left -> stream.write(ListHostsResponse.newBuilder().setWarning(left).build()));
    var listing =
        listed
            .hosts()
            .select(
                context,
                request.getFlake(),
                request.getSelectionsList(),
                view(request.getView()),
                progress ->
                    stream.offer(
                        ListHostsResponse.newBuilder()
                            .setProgress(FlakeTranslator.progress(progress))
                            .build()));
    stream.write(
        ListHostsResponse.newBuilder().setState(FlakeTranslator.state(listing.state())).build());
    var all = listing.hosts();
    int from = 0;
    do {
      var page = HostPage.newBuilder();
      all.subList(from, Math.min(all.size(), from + PAGE))
          .forEach(host -> page.addHosts(HostTranslator.host(host, errors)));
      stream.write(ListHostsResponse.newBuilder().setHosts(page).build());
      from += PAGE;
    } while (from < all.size());
  }

  @Override
  public void deploy(DeployRequest request, StreamObserver<DeployResponse> responses) {
    runner.stream(responses, stream -> operations.deploy(request, stream));
  }

  @Override
  public void getHostStatus(
      GetHostStatusRequest request, StreamObserver<GetHostStatusResponse> responses) {
    runner.stream(
        responses,
        stream -> {
          var check = new RequestCheck();
          ContextTranslator.check(request.hasContext(), request.getContext(), check);
          check
              .text(request.getFlake(), "flake")
              .require(
                  request.getSelectionsCount() <= MAX_SELECTIONS,
                  "selections",
                  "has more than %d elements".formatted(MAX_SELECTIONS));
          var limits = TimeLimits.of(request);
          limits.check(check);
          check.done();
          statuses.ask(
              new HostStatuses.Question(
                  ContextTranslator.translate(request.getContext()),
                  request.getFlake(),
                  request.getSelectionsList(),
                  HostTranslator.reach(request.getReach()),
                  request.getDrift(),
                  request.getRevisions(),
                  limits.ofStatus()),
              progress ->
                  stream.offer(
                      GetHostStatusResponse.newBuilder()
                          .setProgress(FlakeTranslator.progress(progress))
                          .build()),
              new HostStatuses.Listener() {
                @Override
                public void asked(List<String> hosts) {
                  stream.write(
                      GetHostStatusResponse.newBuilder()
                          .setAsked(AskedHosts.newBuilder().addAllHosts(hosts))
                          .build());
                }

                @Override
                public void status(HostStatuses.Status status) {
                  stream.write(
                      GetHostStatusResponse.newBuilder()
                          .setStatus(HostTranslator.status(status, errors))
                          .build());
                }
              });
        });
  }

  @Override
  public void getLogin(GetLoginRequest request, StreamObserver<GetLoginResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var check = new RequestCheck();
          ContextTranslator.check(request.hasContext(), request.getContext(), check);
          check
              .text(request.getFlake(), "flake")
              .require(!request.getSelection().isEmpty(), "selection", "is empty");
          request.getCommandList().forEach(word -> check.text(word, "command"));
          check.done();
          return GetLoginResponse.newBuilder()
              .addAllArguments(
                  statuses.login(
                      new HostStatuses.Question(
                          ContextTranslator.translate(request.getContext()),
                          request.getFlake(),
                          List.of(request.getSelection()),
                          HostTranslator.reach(request.getReach()),
                          false,
                          false,
                          TimeLimits.of(GetHostStatusRequest.getDefaultInstance()).ofStatus()),
                      request.getCommandList()))
              .build();
        });
  }

  private static void check(ListHostsRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check
        .text(request.getFlake(), "flake")
        .require(
            request.getSelectionsCount() <= MAX_SELECTIONS,
            "selections",
            "has more than %d elements".formatted(MAX_SELECTIONS))
        .require(request.getView() != HostView.UNRECOGNIZED, "view", "is unknown to this daemon")
        .done();
  }

  private static Hosts.View view(HostView view) {
    return switch (view) {
      case HOST_VIEW_UNSPECIFIED, HOST_VIEW_FULL -> Hosts.View.FULL;
      case HOST_VIEW_NAMES -> Hosts.View.NAMES;
      case HOST_VIEW_DECLARED -> Hosts.View.DECLARED;
      case UNRECOGNIZED -> throw new IllegalStateException("was checked");
    };
  }
}
