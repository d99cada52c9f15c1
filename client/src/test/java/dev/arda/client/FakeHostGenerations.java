package dev.arda.client;

import com.google.rpc.Code;
import dev.arda.v1.DiffGenerationsRequest;
import dev.arda.v1.DiffGenerationsResponse;
import dev.arda.v1.Generation;
import dev.arda.v1.HostGenerationServiceGrpc.HostGenerationServiceImplBase;
import dev.arda.v1.PackageChange;
import dev.arda.v1.PruneGenerationsRequest;
import dev.arda.v1.PruneGenerationsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Has three generations, and remembers what it was asked. */
public final class FakeHostGenerations extends HostGenerationServiceImplBase {

  public final List<DiffGenerationsRequest> compared = new CopyOnWriteArrayList<>();
  public final List<PruneGenerationsRequest> pruned = new CopyOnWriteArrayList<>();
  public volatile String trouble = "";
  public volatile boolean busy;

  private static Generation generation(int number) {
    return Generation.newBuilder()
        .setNumber(number)
        .setVersion("25.05." + number)
        .setKernel("6.12." + number)
        .setRevision("0123456789abcdef0123456789abcdef0123456" + number)
        .setCurrent(number == 3)
        .setRunning(number == 3)
        .build();
  }

  @Override
  public void diffGenerations(
      DiffGenerationsRequest request, StreamObserver<DiffGenerationsResponse> observer) {
    compared.add(request);
    observer.onNext(
        DiffGenerationsResponse.newBuilder()
            .setHost(request.getSelection())
            .setBefore(generation(request.getBefore()))
            .setAfter(generation(request.getAfter()))
            .addChanges(
                PackageChange.newBuilder()
                    .setPackage("openssl")
                    .addVersionsBefore("3.0.1")
                    .addVersionsAfter("3.0.2"))
            .build());
    observer.onCompleted();
  }

  @Override
  public void pruneGenerations(
      PruneGenerationsRequest request, StreamObserver<PruneGenerationsResponse> observer) {
    pruned.add(request);
    if (busy) {
      observer.onError(
          FakeDaemon.exception(Code.ABORTED, "HOST_BUSY", "web01 is being deployed to"));
      return;
    }
    var answer =
        PruneGenerationsResponse.newBuilder()
            .setHost(request.getSelection())
            .setTarget("root@web01.example")
            .setValidatedOnly(request.getValidateOnly())
            .addKept(generation(3));
    if (!request.getValidateOnly()) {
      answer.setTrouble(trouble);
    }
    if (request.getKeep() < 3) {
      answer.addRemoved(generation(1)).addRemoved(generation(2));
    }
    observer.onNext(answer.build());
    observer.onCompleted();
  }
}
