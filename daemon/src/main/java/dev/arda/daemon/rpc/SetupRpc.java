package dev.arda.daemon.rpc;

import dev.arda.v1.SetupHostRequest;
import dev.arda.v1.SetupHostResponse;
import dev.arda.v1.SetupServiceGrpc.SetupServiceImplBase;
import io.grpc.stub.StreamObserver;

/** {@code arda.v1.SetupService}. */
final class SetupRpc extends SetupServiceImplBase {

  private final SetupOperations operations;
  private final CallRunner runner;

  SetupRpc(SetupOperations operations, CallRunner runner) {
    this.operations = operations;
    this.runner = runner;
  }

  @Override
  public void setupHost(SetupHostRequest request, StreamObserver<SetupHostResponse> responses) {
    runner.stream(responses, stream -> operations.setUp(request, stream));
  }
}
