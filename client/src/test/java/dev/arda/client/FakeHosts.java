package dev.arda.client;

import dev.arda.v1.DeployRequest;
import dev.arda.v1.DeployResponse;
import dev.arda.v1.GetHostStatusRequest;
import dev.arda.v1.GetHostStatusResponse;
import dev.arda.v1.GetLoginRequest;
import dev.arda.v1.GetLoginResponse;
import dev.arda.v1.Host;
import dev.arda.v1.HostPage;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.ListHostsRequest;
import dev.arda.v1.ListHostsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Knows hosts, does with them what a test tells it to, and remembers what that was. */
public final class FakeHosts extends HostServiceGrpc.HostServiceImplBase {

  /** All of them. */
  public volatile List<Host> all = List.of();

  /** What is told before them. */
  public volatile List<String> warnings = List.of();

  /** Every list that was asked for. */
  public final List<ListHostsRequest> listings = new CopyOnWriteArrayList<>();

  /** What they answer. */
  public volatile Consumer<StreamObserver<GetHostStatusResponse>> status = _ -> {};

  /** Every question to them. */
  public final List<GetHostStatusRequest> questions = new CopyOnWriteArrayList<>();

  /** What logs in on one; the command that is asked for comes behind it. */
  public volatile List<String> login = List.of();

  /** What a deployment does. */
  public volatile FakeDaemon.Operation deploy = (after, events) -> {};

  /** Every deployment that was asked for. */
  public final List<DeployRequest> deployments = new CopyOnWriteArrayList<>();

  @Override
  public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> observer) {
    listings.add(request);
    warnings.forEach(
        warning -> observer.onNext(ListHostsResponse.newBuilder().setWarning(warning).build()));
    observer.onNext(
        ListHostsResponse.newBuilder().setHosts(HostPage.newBuilder().addAllHosts(all)).build());
    observer.onCompleted();
  }

  @Override
  public void getHostStatus(
      GetHostStatusRequest request, StreamObserver<GetHostStatusResponse> observer) {
    questions.add(request);
    status.accept(observer);
    observer.onCompleted();
  }

  @Override
  public void getLogin(GetLoginRequest request, StreamObserver<GetLoginResponse> observer) {
    observer.onNext(
        GetLoginResponse.newBuilder()
            .addAllArguments(login)
            .addAllArguments(request.getCommandList())
            .build());
    observer.onCompleted();
  }

  @Override
  public void deploy(DeployRequest request, StreamObserver<DeployResponse> observer) {
    deployments.add(request);
    FakeDaemon.tell(
        deploy, 0, observer, event -> DeployResponse.newBuilder().setEvent(event).build());
  }
}
