package dev.arda.daemon.rpc;

import dev.arda.nix.system.source.HostCreator;
import dev.arda.nix.system.source.HostHardware;
import dev.arda.nix.system.source.HostRemover;
import dev.arda.nix.system.source.HostWish;
import dev.arda.nix.types.HostName;
import dev.arda.v1.CreateHostRequest;
import dev.arda.v1.CreateHostResponse;
import dev.arda.v1.CreatedHost;
import dev.arda.v1.DeleteHostRequest;
import dev.arda.v1.DeleteHostResponse;
import dev.arda.v1.DeletedHost;
import dev.arda.v1.HostLifecycleServiceGrpc.HostLifecycleServiceImplBase;
import dev.arda.v1.InstallHostRequest;
import dev.arda.v1.InstallHostResponse;
import dev.arda.v1.RefreshHardwareRequest;
import dev.arda.v1.RefreshHardwareResponse;
import dev.arda.v1.SourceLine;
import dev.arda.v1.UsedFile;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** {@code arda.v1.HostLifecycleService}. */
final class HostLifecycleRpc extends HostLifecycleServiceImplBase {

  private static final int MAX_TAGS = 100;

  private final HostCreator creator;
  private final HostRemover remover;
  private final HostHardware hardware;
  private final InstallOperations installs;
  private final CallRunner runner;
  private final ErrorMapper errors;

  HostLifecycleRpc(
      HostCreator creator,
      HostRemover remover,
      HostHardware hardware,
      InstallOperations installs,
      CallRunner runner,
      ErrorMapper errors) {
    this.creator = creator;
    this.remover = remover;
    this.hardware = hardware;
    this.installs = installs;
    this.runner = runner;
    this.errors = errors;
  }

  @Override
  public void createHost(CreateHostRequest request, StreamObserver<CreateHostResponse> responses) {
    runner.stream(responses, stream -> create(request, stream));
  }

  private void create(CreateHostRequest request, ResponseStream<CreateHostResponse> stream) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check
        .text(request.getFlake(), "flake")
        .text(request.getTemplate(), "template")
        .text(request.getDescription(), "description");
    RepeatedCheck.optionalTexts(request.getTagsList(), "tags", MAX_TAGS, check);
    check.done();
    var created =
        creator.create(
            new HostWish(
                ContextTranslator.translate(request.getContext()),
                request.getFlake(),
                new HostName(request.getHost()),
                given(request.getTemplate()),
                given(request.getSystem()),
                request.getTagsList(),
                request.getDescription()),
            progress ->
                stream.offer(
                    CreateHostResponse.newBuilder()
                        .setProgress(FlakeTranslator.progress(progress))
                        .build()));
    stream.write(CreateHostResponse.newBuilder().setCreated(translate(created)).build());
  }

  private CreatedHost translate(HostCreator.Created created) {
    var result =
        CreatedHost.newBuilder()
            .setHost(HostTranslator.host(created.host(), errors))
            .setDirectory(created.directory().toString())
            .setFlakeEdited(created.edited())
            .setStaged(created.staged());
    created.files().forEach(file -> result.addFiles(file.toString()));
    return result.build();
  }

  @Override
  public void deleteHost(DeleteHostRequest request, StreamObserver<DeleteHostResponse> responses) {
    runner.stream(responses, stream -> delete(request, stream));
  }

  private void delete(DeleteHostRequest request, ResponseStream<DeleteHostResponse> stream) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check.text(request.getFlake(), "flake").done();
    var removed =
        remover.remove(
            new HostRemover.Wish(
                ContextTranslator.translate(request.getContext()),
                request.getFlake(),
                new HostName(request.getHost()),
                request.getValidateOnly()),
            progress ->
                stream.offer(
                    DeleteHostResponse.newBuilder()
                        .setProgress(FlakeTranslator.progress(progress))
                        .build()));
    stream.write(DeleteHostResponse.newBuilder().setDeleted(translate(removed)).build());
  }

  private static DeletedHost translate(HostRemover.Removed removed) {
    var result =
        DeletedHost.newBuilder()
            .setHost(removed.host())
            .setDirectory(removed.directory().toString())
            .setKeptAt(removed.keptAt().map(Object::toString).orElse(""));
    removed.files().forEach(file -> result.addFiles(file.toString()));
    removed
        .left()
        .forEach(left ->
            result.addLeft(
                UsedFile.newBuilder().setFile(left.file().toString()).setUse(line(left.use()))));
    removed.cuts().forEach(cut -> result.addEntries(line("flake.nix", cut.line(), cut.text())));
    removed.mentions().forEach(mention -> result.addMentions(line(mention)));
    return result.build();
  }

  private static SourceLine line(HostRemover.Mention mention) {
    return line(mention.file().toString(), mention.line(), mention.text());
  }

  private static SourceLine line(String file, int line, String text) {
    return SourceLine.newBuilder().setFile(file).setLine(line).setText(text).build();
  }

  @Override
  public void installHost(
      InstallHostRequest request, StreamObserver<InstallHostResponse> responses) {
    runner.stream(responses, stream -> installs.install(request, stream));
  }

  @Override
  public void refreshHardware(
      RefreshHardwareRequest request, StreamObserver<RefreshHardwareResponse> responses) {
    runner.stream(responses, stream -> refresh(request, stream));
  }

  private void refresh(
      RefreshHardwareRequest request, ResponseStream<RefreshHardwareResponse> stream) {
    HardwareTranslator.check(request);
    var refreshed =
        hardware.refresh(
            HardwareTranslator.wish(request),
            progress ->
                stream.offer(
                    RefreshHardwareResponse.newBuilder()
                        .setProgress(FlakeTranslator.progress(progress))
                        .build()));
    stream.write(
        RefreshHardwareResponse.newBuilder()
            .setRefreshed(HardwareTranslator.refreshed(refreshed))
            .build());
  }

  private static Optional<String> given(String text) {
    return Optional.of(text).filter(one -> !one.isEmpty());
  }
}
