package dev.arda.daemon.rpc;

import com.google.protobuf.ByteString;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.SelectionListener;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectorResult;
import dev.arda.v1.ValueChunk;
import dev.arda.v1.ValueSummary;
import java.util.List;

/** A selection that is written to the client as it goes, no faster than the client reads. */
final class StreamedSelection implements SelectionListener {

  private final ResponseStream<SelectResponse> stream;
  private final ErrorMapper errors;

  StreamedSelection(ResponseStream<SelectResponse> stream, ErrorMapper errors) {
    this.stream = stream;
    this.errors = errors;
  }

  @Override
  public void state(FlakeState state) {
    stream.write(SelectResponse.newBuilder().setState(FlakeTranslator.state(state)).build());
  }

  @Override
  public void progress(NixProgress progress) {
    stream.offer(
        SelectResponse.newBuilder().setProgress(FlakeTranslator.progress(progress)).build());
  }

  @Override
  public void value(int index, String canonical, JsonText json, List<String> realisedPaths) {
    long size = TextChunks.cut(json, ResponseStream.CHUNK_BYTES, part -> chunk(index, part));
    result(
        SelectorResult.newBuilder()
            .setSelectorIndex(index)
            .setCanonicalSelector(canonical)
            .setValue(
                ValueSummary.newBuilder().setSizeBytes(size).addAllRealisedPaths(realisedPaths)));
  }

  @Override
  public void failure(int index, String canonical, NixException failure) {
    result(
        SelectorResult.newBuilder()
            .setSelectorIndex(index)
            .setCanonicalSelector(canonical)
            .setError(errors.status(failure)));
  }

  private void chunk(int index, ByteString part) {
    stream.write(
        SelectResponse.newBuilder()
            .setChunk(ValueChunk.newBuilder().setSelectorIndex(index).setJson(part))
            .build());
  }

  private void result(SelectorResult.Builder result) {
    stream.write(SelectResponse.newBuilder().setResult(result).build());
  }
}
