package dev.arda.daemon.rpc;

import dev.arda.nix.shell.Shell;
import dev.arda.nix.shell.ShellEnvironment;
import dev.arda.v1.PackageSource;
import dev.arda.v1.ProvidePackagesRequest;
import dev.arda.v1.ProvidePackagesResponse;
import dev.arda.v1.ProvidedPackage;
import dev.arda.v1.ProvidedPackages;
import dev.arda.v1.ShellServiceGrpc.ShellServiceImplBase;
import io.grpc.stub.StreamObserver;

/** {@code arda.v1.ShellService}. */
final class ShellRpc extends ShellServiceImplBase {

  /** The most packages that one request may name. */
  static final int MAX_PACKAGES = 100;

  private final Shell shell;
  private final CallRunner runner;

  ShellRpc(Shell shell, CallRunner runner) {
    this.shell = shell;
    this.runner = runner;
  }

  @Override
  public void providePackages(
      ProvidePackagesRequest request, StreamObserver<ProvidePackagesResponse> responses) {
    runner.stream(responses, stream -> providePackages(request, stream));
  }

  private void providePackages(
      ProvidePackagesRequest request, ResponseStream<ProvidePackagesResponse> stream) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    RepeatedCheck.texts(request.getPackagesList(), "packages", MAX_PACKAGES, check);
    check.done();
    var provided =
        shell.provide(
            ContextTranslator.translate(request.getContext()),
            request.getPackagesList(),
            progress ->
                stream.offer(
                    ProvidePackagesResponse.newBuilder()
                        .setProgress(FlakeTranslator.progress(progress))
                        .build()));
    stream.write(ProvidePackagesResponse.newBuilder().setProvided(translate(provided)).build());
  }

  private static ProvidedPackages translate(ShellEnvironment environment) {
    var result = ProvidedPackages.newBuilder();
    for (var one : environment.packages()) {
      var provided =
          ProvidedPackage.newBuilder()
              .setName(one.name())
              .setSource(
                  switch (one.source()) {
                    case SURROUNDINGS -> PackageSource.PACKAGE_SOURCE_SURROUNDINGS;
                    case LINK -> PackageSource.PACKAGE_SOURCE_LINK;
                    case BUILT -> PackageSource.PACKAGE_SOURCE_BUILT;
                  });
      one.storePaths().forEach(path -> provided.addStorePaths(path.toString()));
      result.addPackages(provided);
    }
    environment.binDirectories().forEach(path -> result.addBinDirectories(path.toString()));
    return result.build();
  }
}
