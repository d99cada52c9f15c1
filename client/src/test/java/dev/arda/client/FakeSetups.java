package dev.arda.client;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.SetupHostRequest;
import dev.arda.v1.SetupHostResponse;
import dev.arda.v1.SetupServiceGrpc.SetupServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sets machines up at once, ends as it is told, and remembers what it was asked. */
public final class FakeSetups extends SetupServiceImplBase {

  public final List<SetupHostRequest> requests = new CopyOnWriteArrayList<>();
  public volatile Operation end = Operation.getDefaultInstance();

  @Override
  public void setupHost(SetupHostRequest request, StreamObserver<SetupHostResponse> observer) {
    requests.add(request);
    var accepted =
        OperationEvent.newBuilder()
            .setSequence(1)
            .setAccepted(OperationAccepted.newBuilder().setOperation(end));
    var finished =
        OperationEvent.newBuilder()
            .setSequence(2)
            .setFinished(OperationFinished.newBuilder().setOperation(end));
    observer.onNext(SetupHostResponse.newBuilder().setEvent(accepted).build());
    observer.onNext(SetupHostResponse.newBuilder().setEvent(finished).build());
    observer.onCompleted();
  }
}
