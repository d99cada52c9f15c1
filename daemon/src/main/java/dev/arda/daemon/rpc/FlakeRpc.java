package dev.arda.daemon.rpc;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.Flakes;
import dev.arda.v1.CheckRequest;
import dev.arda.v1.CheckResponse;
import dev.arda.v1.FlakeServiceGrpc.FlakeServiceImplBase;
import dev.arda.v1.GetMetadataRequest;
import dev.arda.v1.GetMetadataResponse;
import dev.arda.v1.LockRequest;
import dev.arda.v1.LockResponse;
import dev.arda.v1.ShowRequest;
import dev.arda.v1.ShowResponse;
import dev.arda.v1.UpdateRequest;
import dev.arda.v1.UpdateResponse;
import io.grpc.stub.StreamObserver;

/** {@code arda.v1.FlakeService}. */
final class FlakeRpc extends FlakeServiceImplBase {

  private final Flakes flakes;
  private final FlakeOperations operations;
  private final CallRunner runner;

  FlakeRpc(Flakes flakes, FlakeOperations operations, CallRunner runner) {
    this.flakes = flakes;
    this.operations = operations;
    this.runner = runner;
  }

  @Override
  public void getMetadata(
      GetMetadataRequest request, StreamObserver<GetMetadataResponse> responses) {
    runner.unary(responses, () -> getMetadata(request));
  }

  private GetMetadataResponse getMetadata(GetMetadataRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check.text(request.getFlake(), "flake").done();
    var context = ContextTranslator.translate(request.getContext());
    return FlakeTranslator.metadata(
        flakes.metadata(context, request.getFlake(), ProgressListener.NONE));
  }

  @Override
  public void show(ShowRequest request, StreamObserver<ShowResponse> responses) {
    runner.stream(responses, stream -> show(request, stream));
  }

  private void show(ShowRequest request, ResponseStream<ShowResponse> stream) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check.text(request.getFlake(), "flake").done();
    try (var json =
        new ChunkedOutputStream(
            ResponseStream.CHUNK_BYTES,
            part -> stream.write(ShowResponse.newBuilder().setJsonChunk(part).build()))) {
      flakes.show(
          ContextTranslator.translate(request.getContext()),
          request.getFlake(),
          request.getAllSystems(),
          json,
          progress ->
              stream.offer(
                  ShowResponse.newBuilder()
                      .setProgress(FlakeTranslator.progress(progress))
                      .build()));
      json.finish();
    }
  }

  @Override
  public void update(UpdateRequest request, StreamObserver<UpdateResponse> responses) {
    runner.stream(responses, stream -> operations.update(request, stream));
  }

  @Override
  public void lock(LockRequest request, StreamObserver<LockResponse> responses) {
    runner.stream(responses, stream -> operations.lock(request, stream));
  }

  @Override
  public void check(CheckRequest request, StreamObserver<CheckResponse> responses) {
    runner.stream(responses, stream -> operations.check(request, stream));
  }
}
