package dev.arda.daemon.rpc;

import dev.arda.nix.store.Closure;
import dev.arda.nix.store.StoreDirectory;
import dev.arda.nix.store.StorePaths;
import dev.arda.nix.store.StoreUrl;
import dev.arda.nix.store.Stores;
import dev.arda.nix.types.CallContext;
import dev.arda.v1.CheckPathsRequest;
import dev.arda.v1.CheckPathsResponse;
import dev.arda.v1.ClosurePart;
import dev.arda.v1.CollectGarbageRequest;
import dev.arda.v1.CollectGarbageResponse;
import dev.arda.v1.CopyRequest;
import dev.arda.v1.CopyResponse;
import dev.arda.v1.DiffClosuresRequest;
import dev.arda.v1.DiffClosuresResponse;
import dev.arda.v1.FindGarbageRequest;
import dev.arda.v1.FindGarbageResponse;
import dev.arda.v1.FindReferencesRequest;
import dev.arda.v1.FindReferencesResponse;
import dev.arda.v1.GarbagePart;
import dev.arda.v1.GarbageSummary;
import dev.arda.v1.GetClosureRequest;
import dev.arda.v1.GetClosureResponse;
import dev.arda.v1.GetPathsRequest;
import dev.arda.v1.GetPathsResponse;
import dev.arda.v1.ListRootsRequest;
import dev.arda.v1.ListRootsResponse;
import dev.arda.v1.PathReference;
import dev.arda.v1.RemoveRootRequest;
import dev.arda.v1.RemoveRootResponse;
import dev.arda.v1.SignRequest;
import dev.arda.v1.SignResponse;
import dev.arda.v1.StoreServiceGrpc.StoreServiceImplBase;
import dev.arda.v1.VerifyRequest;
import dev.arda.v1.VerifyResponse;
import dev.arda.v1.WhyDependsRequest;
import dev.arda.v1.WhyDependsResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** {@code arda.v1.StoreService}. */
final class StoreRpc extends StoreServiceImplBase {

  /** The most paths that one request may name. */
  static final int MAX_PATHS = 1000;

  /** The most paths whose existence one request may ask for. */
  static final int MAX_CHECKED = 10_000;

  /** The longest text that is searched, in characters. */
  static final int MAX_TEXT = 512 * 1024;

  private static final int INFOS = 500;
  private static final int PATHS = 1000;

  private final Stores stores;
  private final StoreOperations operations;
  private final CallRunner runner;

  StoreRpc(Stores stores, StoreOperations operations, CallRunner runner) {
    this.stores = stores;
    this.operations = operations;
    this.runner = runner;
  }

  @Override
  public void findReferences(
      FindReferencesRequest request, StreamObserver<FindReferencesResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var context =
              context(
                  request.hasContext(),
                  request.getContext(),
                  check ->
                      check.require(request.getText().length() <= MAX_TEXT, "text", "is too long"));
          return FindReferencesResponse.newBuilder()
              .addAllPaths(
                  StoreTranslator.texts(
                      StoreDirectory.of(context).findStoreReferences(request.getText())))
              .build();
        });
  }

  @Override
  public void getPaths(GetPathsRequest request, StreamObserver<GetPathsResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var context =
              context(
                  request.hasContext(),
                  request.getContext(),
                  check -> paths(request.getPathsList(), request.getStore(), check));
          var paths = StorePaths.resolve(context, request.getPathsList());
          var infos =
              stores.closures().infos(context, paths, store(request.getStore())).stream()
                  .collect(Collectors.toMap(info -> info.path(), info -> info));
          var result = GetPathsResponse.newBuilder();
          paths.forEach(path ->
              Optional.ofNullable(infos.get(path))
                  .ifPresent(info -> result.addPaths(StoreTranslator.info(info, 0))));
          return result.build();
        });
  }

  @Override
  public void checkPaths(CheckPathsRequest request, StreamObserver<CheckPathsResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var context =
              context(
                  request.hasContext(),
                  request.getContext(),
                  check -> paths(request.getPathsList(), MAX_CHECKED, request.getStore(), check));
          var paths = StorePaths.resolve(context, request.getPathsList());
          var valid = stores.closures().valid(context, paths, store(request.getStore()));
          var result = CheckPathsResponse.newBuilder();
          for (var path : paths) {
            if (valid.contains(path)) {
              result.addValid(path.text());
            } else {
              result.addMissing(path.text());
            }
          }
          return result.build();
        });
  }

  @Override
  public void getClosure(GetClosureRequest request, StreamObserver<GetClosureResponse> responses) {
    runner.stream(
        responses,
        stream -> {
          var context =
              context(
                  request.hasContext(),
                  request.getContext(),
                  check -> paths(request.getPathsList(), request.getStore(), check));
          var closure =
              stores
                  .closures()
                  .of(
                      context,
                      StorePaths.resolve(context, request.getPathsList()),
                      store(request.getStore()));
          stream.write(
              GetClosureResponse.newBuilder().setSummary(StoreTranslator.summary(closure)).build());
          var infos = List.copyOf(closure.paths().values());
          for (int i = 0; i < infos.size(); i += INFOS) {
            var part = ClosurePart.newBuilder();
            infos
                .subList(i, Math.min(infos.size(), i + INFOS))
                .forEach(info ->
                    part.addPaths(
                        StoreTranslator.info(
                            info,
                            request.getClosureSizes() || closure.roots().contains(info.path())
                                ? closure.size(info.path())
                                : 0)));
            stream.write(GetClosureResponse.newBuilder().setPart(part).build());
          }
        });
  }

  @Override
  public void diffClosures(
      DiffClosuresRequest request, StreamObserver<DiffClosuresResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var context =
              context(
                  request.hasContext(),
                  request.getContext(),
                  check ->
                      check.text(request.getBefore(), "before").text(request.getAfter(), "after"));
          var before = StorePaths.resolve(context, request.getBefore());
          var after = StorePaths.resolve(context, request.getAfter());
          return StoreTranslator.diff(
              before, after, stores.closures().diff(context, before, after));
        });
  }

  @Override
  public void whyDepends(WhyDependsRequest request, StreamObserver<WhyDependsResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var context =
              context(
                  request.hasContext(),
                  request.getContext(),
                  check ->
                      check
                          .text(request.getPath(), "path")
                          .text(request.getDependency(), "dependency"));
          var path = StorePaths.resolve(context, request.getPath());
          var dependency = StorePaths.resolve(context, request.getDependency());
          Closure closure = stores.closures().of(context, path);
          var result =
              WhyDependsResponse.newBuilder()
                  .addAllChain(
                      StoreTranslator.texts(
                          closure.whyDepends(path, dependency).orElse(List.of())));
          if (request.getAll()) {
            closure
                .everyWay(path, dependency)
                .forEach(reference ->
                    result.addReferences(
                        PathReference.newBuilder()
                            .setFrom(reference.from().text())
                            .setTo(reference.to().text())));
          }
          return result.build();
        });
  }

  @Override
  public void listRoots(ListRootsRequest request, StreamObserver<ListRootsResponse> responses) {
    runner.stream(
        responses,
        stream -> {
          var context = context(request.hasContext(), request.getContext(), _ -> {});
          var roots = stores.roots().list(context);
          for (int i = 0; i < roots.size(); i += INFOS) {
            var part = ListRootsResponse.newBuilder();
            roots
                .subList(i, Math.min(roots.size(), i + INFOS))
                .forEach(root -> part.addRoots(StoreTranslator.root(root)));
            stream.write(part.build());
          }
        });
  }

  @Override
  public void removeRoot(RemoveRootRequest request, StreamObserver<RemoveRootResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var context =
              context(
                  request.hasContext(),
                  request.getContext(),
                  check ->
                      check
                          .require(!request.getLink().isEmpty(), "link", "is empty")
                          .text(request.getLink(), "link"));
          return RemoveRootResponse.newBuilder()
              .setRoot(StoreTranslator.root(stores.roots().remove(context, request.getLink())))
              .build();
        });
  }

  @Override
  public void findGarbage(
      FindGarbageRequest request, StreamObserver<FindGarbageResponse> responses) {
    runner.stream(
        responses,
        stream -> {
          var context = context(request.hasContext(), request.getContext(), _ -> {});
          var garbage = stores.collector().find(context);
          stream.write(
              FindGarbageResponse.newBuilder()
                  .setSummary(
                      GarbageSummary.newBuilder()
                          .setPathCount(garbage.paths().size())
                          .setSize(garbage.bytes()))
                  .build());
          for (int i = 0; i < garbage.paths().size(); i += PATHS) {
            var part = garbage.paths().subList(i, Math.min(garbage.paths().size(), i + PATHS));
            stream.write(
                FindGarbageResponse.newBuilder()
                    .setPart(GarbagePart.newBuilder().addAllPaths(StoreTranslator.texts(part)))
                    .build());
          }
        });
  }

  @Override
  public void sign(SignRequest request, StreamObserver<SignResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var context =
              context(
                  request.hasContext(),
                  request.getContext(),
                  check -> {
                    paths(request.getPathsList(), request.getStore(), check);
                    check
                        .require(
                            request.getKeyFile().startsWith("/"),
                            "key_file",
                            "is not an absolute path")
                        .text(request.getKeyFile(), "key_file");
                  });
          return SignResponse.newBuilder()
              .setAdded(
                  stores
                      .signatures()
                      .sign(
                          context,
                          StorePaths.resolve(context, request.getPathsList()),
                          Path.of(request.getKeyFile()),
                          !request.getNoRecursive(),
                          store(request.getStore())))
              .build();
        });
  }

  @Override
  public void copy(CopyRequest request, StreamObserver<CopyResponse> responses) {
    runner.stream(responses, stream -> operations.copy(request, stream));
  }

  @Override
  public void verify(VerifyRequest request, StreamObserver<VerifyResponse> responses) {
    runner.stream(responses, stream -> operations.verify(request, stream));
  }

  @Override
  public void collectGarbage(
      CollectGarbageRequest request, StreamObserver<CollectGarbageResponse> responses) {
    runner.stream(responses, stream -> operations.collectGarbage(request, stream));
  }

  /** Checks a request, and gives the caller. */
  static CallContext context(
      boolean present, dev.arda.v1.CallContext context, Consumer<RequestCheck> checks) {
    var check = new RequestCheck();
    ContextTranslator.check(present, context, check);
    checks.accept(check);
    check.done();
    return ContextTranslator.translate(context);
  }

  /** Notes what is wrong with the paths and the store of a request. */
  static void paths(List<String> paths, String store, RequestCheck check) {
    paths(paths, MAX_PATHS, store, check);
  }

  private static void paths(List<String> paths, int most, String store, RequestCheck check) {
    RepeatedCheck.texts(paths, "paths", most, check);
    check.text(store, "store");
  }

  /** The store that a request names. */
  static Optional<StoreUrl> store(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(new StoreUrl(text));
  }
}
