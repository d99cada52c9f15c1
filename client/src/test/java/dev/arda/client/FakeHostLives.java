package dev.arda.client;

import com.google.rpc.Status;
import dev.arda.v1.CreateHostRequest;
import dev.arda.v1.CreateHostResponse;
import dev.arda.v1.CreatedHost;
import dev.arda.v1.DeleteHostRequest;
import dev.arda.v1.DeleteHostResponse;
import dev.arda.v1.DeletedHost;
import dev.arda.v1.Host;
import dev.arda.v1.HostLifecycleServiceGrpc.HostLifecycleServiceImplBase;
import dev.arda.v1.InstallHostRequest;
import dev.arda.v1.InstallHostResponse;
import dev.arda.v1.InstallOutcome;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.OperationUpdate;
import dev.arda.v1.RefreshHardwareRequest;
import dev.arda.v1.RefreshHardwareResponse;
import dev.arda.v1.RefreshedHardware;
import dev.arda.v1.SourceLine;
import dev.arda.v1.UsedFile;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes and removes no host, and remembers what it was asked. */
public final class FakeHostLives extends HostLifecycleServiceImplBase {

  public final List<CreateHostRequest> created = new CopyOnWriteArrayList<>();
  public final List<DeleteHostRequest> deleted = new CopyOnWriteArrayList<>();

  @Override
  public void createHost(CreateHostRequest request, StreamObserver<CreateHostResponse> observer) {
    created.add(request);
    observer.onNext(
        CreateHostResponse.newBuilder()
            .setCreated(
                CreatedHost.newBuilder()
                    .setHost(Host.newBuilder().setName(request.getHost()).setConfigured(true))
                    .setDirectory("/flake")
                    .addFiles("hosts/" + request.getHost() + ".nix")
                    .setStaged(true))
            .build());
    observer.onCompleted();
  }

  @Override
  public void deleteHost(DeleteHostRequest request, StreamObserver<DeleteHostResponse> observer) {
    deleted.add(request);
    observer.onNext(
        DeleteHostResponse.newBuilder()
            .setDeleted(
                DeletedHost.newBuilder()
                    .setHost(request.getHost())
                    .setDirectory("/flake")
                    .addFiles("hosts/web01.nix")
                    .addLeft(
                        UsedFile.newBuilder()
                            .setFile("secrets/web01")
                            .setUse(
                                SourceLine.newBuilder()
                                    .setFile("hosts/web02.nix")
                                    .setLine(7)
                                    .setText("../secrets/web01/key")))
                    .addMentions(
                        SourceLine.newBuilder()
                            .setFile("users.nix")
                            .setLine(3)
                            .setText("\"bob@web01\" = bob;")))
            .build());
    observer.onCompleted();
  }

  public final List<RefreshHardwareRequest> refreshed = new CopyOnWriteArrayList<>();
  public volatile RefreshedHardware hardware = RefreshedHardware.getDefaultInstance();

  @Override
  public void refreshHardware(
      RefreshHardwareRequest request, StreamObserver<RefreshHardwareResponse> observer) {
    refreshed.add(request);
    observer.onNext(
        RefreshHardwareResponse.newBuilder()
            .setRefreshed(hardware.toBuilder().setHost(request.getHost()))
            .build());
    observer.onCompleted();
  }

  /** How installations end. */
  public volatile OperationState installEnd = OperationState.OPERATION_STATE_SUCCEEDED;

  /** Why, if they do not succeed. */
  public volatile Status installError = Status.getDefaultInstance();

  /** What they tell before. */
  public volatile OperationUpdate installUpdate = OperationUpdate.getDefaultInstance();

  public final List<InstallHostRequest> installed = new CopyOnWriteArrayList<>();

  @Override
  public void installHost(
      InstallHostRequest request, StreamObserver<InstallHostResponse> observer) {
    installed.add(request);
    var operation =
        Operation.newBuilder()
            .setName("operations/abcdefgh")
            .setState(installEnd)
            .setResult(
                installEnd != OperationState.OPERATION_STATE_SUCCEEDED
                    ? OperationResult.newBuilder().setError(installError)
                    : OperationResult.newBuilder()
                        .setInstall(
                            InstallOutcome.newBuilder()
                                .setHost(request.getHost())
                                .setTarget(request.getReach().getTargetHost())
                                .setStage("install")))
            .build();
    observer.onNext(
        event(
            OperationEvent.newBuilder()
                .setSequence(1)
                .setAccepted(OperationAccepted.newBuilder().setOperation(operation))));
    observer.onNext(event(OperationEvent.newBuilder().setSequence(2).setUpdate(installUpdate)));
    observer.onNext(
        event(
            OperationEvent.newBuilder()
                .setSequence(3)
                .setFinished(OperationFinished.newBuilder().setOperation(operation))));
    observer.onCompleted();
  }

  private static InstallHostResponse event(OperationEvent.Builder event) {
    return InstallHostResponse.newBuilder().setEvent(event).build();
  }
}
