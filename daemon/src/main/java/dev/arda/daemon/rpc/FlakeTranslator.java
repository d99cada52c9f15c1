package dev.arda.daemon.rpc;

import com.google.protobuf.ByteString;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.flake.FlakeMetadata;
import dev.arda.v1.FlakeInput;
import dev.arda.v1.FlakeState;
import dev.arda.v1.GetMetadataResponse;
import dev.arda.v1.Progress;
import dev.arda.v1.ProgressPhase;

/** Translates what is known about flakes into messages. */
final class FlakeTranslator {

  private FlakeTranslator() {}

  static FlakeState state(dev.arda.nix.flake.FlakeState state) {
    return FlakeState.newBuilder()
        .setFlakeRef(state.flakeRef())
        .setLockedUrl(state.lockedUrl())
        .setNarHash(state.narHash())
        .setStorePath(state.storePath())
        .setRevision(state.revision().orElse(""))
        .setDirtyRevision(state.dirtyRevision().orElse(""))
        .setLastModified(state.lastModified())
        .setSubdirectory(state.subdirectory())
        .build();
  }

  static Progress progress(NixProgress progress) {
    return Progress.newBuilder()
        .setPhase(
            switch (progress.phase()) {
              case WAITING -> ProgressPhase.PROGRESS_PHASE_WAITING;
              case FETCHING -> ProgressPhase.PROGRESS_PHASE_FETCHING;
              case EVALUATING -> ProgressPhase.PROGRESS_PHASE_EVALUATING;
              case BUILDING -> ProgressPhase.PROGRESS_PHASE_BUILDING;
            })
        .setText(progress.text())
        .setDone(progress.done())
        .setExpected(progress.expected())
        .build();
  }

  static GetMetadataResponse metadata(FlakeMetadata metadata) {
    var response =
        GetMetadataResponse.newBuilder()
            .setState(state(metadata.state()))
            .setDescription(metadata.description())
            .setJson(ByteString.copyFromUtf8(metadata.json()));
    for (var input : metadata.inputs()) {
      response.addInputs(
          FlakeInput.newBuilder()
              .setPath(input.path())
              .setUrl(input.url())
              .setNarHash(input.narHash())
              .setLastModified(input.lastModified())
              .setFollows(input.follows()));
    }
    return response.build();
  }
}
