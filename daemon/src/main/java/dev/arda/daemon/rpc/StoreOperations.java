package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.operation.store.StoreWork;
import dev.arda.nix.core.StoreCommands.Copying;
import dev.arda.nix.core.StoreCommands.Direction;
import dev.arda.nix.core.StoreCommands.Verification;
import dev.arda.nix.store.StoreDirectory;
import dev.arda.nix.store.StorePaths;
import dev.arda.nix.store.StoreUrl;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StorePath;
import dev.arda.v1.CollectGarbageRequest;
import dev.arda.v1.CollectGarbageResponse;
import dev.arda.v1.CopyRequest;
import dev.arda.v1.CopyResponse;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationKind;
import dev.arda.v1.VerifyRequest;
import dev.arda.v1.VerifyResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** The methods of {@code arda.v1.StoreService} that start operations. */
final class StoreOperations {

  private static final int MAX_SIGNATURES = 100;

  /** How many paths a title names. */
  private static final int NAMED = 3;

  private final StoreWork work;
  private final OperationStream operations;

  StoreOperations(StoreWork work, Operations operations) {
    this.work = work;
    this.operations = new OperationStream(operations);
  }

  void copy(CopyRequest request, ResponseStream<CopyResponse> stream) {
    var context =
        StoreRpc.context(
            request.hasContext(),
            request.getContext(),
            check -> {
              StoreRpc.paths(request.getPathsList(), "", check);
              check
                  .require(
                      request.getFrom().isEmpty() != request.getTo().isEmpty(),
                      "to",
                      "is to be given, or else from, and not both")
                  .text(request.getFrom(), "from")
                  .text(request.getTo(), "to")
                  .require(
                      request.getTo().isEmpty()
                          ? request.getKeyFile().isEmpty()
                          : request.getKeyFile().isEmpty() || request.getKeyFile().startsWith("/"),
                      "key_file",
                      "is not an absolute path, or not allowed with from")
                  .text(request.getKeyFile(), "key_file");
            });
    var to = !request.getTo().isEmpty();
    var other = new StoreUrl(to ? request.getTo() : request.getFrom());
    var paths = StorePaths.resolve(context, request.getPathsList());
    var copy =
        new StoreWork.Copy(
            paths,
            to ? Direction.TO : Direction.FROM,
            other,
            new Copying(
                !request.getNoCheckSignatures(),
                request.getSubstituteOnDestination(),
                !request.getNoRecursive()),
            request.getKeyFile().isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(request.getKeyFile())),
            request.getConfirm());
    start(
        "copy %s %s %s".formatted(named(paths), to ? "to" : "from", other),
        request.getRequestId(),
        "",
        request.getDetached(),
        work.copy(context, copy),
        stream,
        event -> CopyResponse.newBuilder().setEvent(event).build());
  }

  void verify(VerifyRequest request, ResponseStream<VerifyResponse> stream) {
    var context =
        StoreRpc.context(
            request.hasContext(),
            request.getContext(),
            check -> {
              StoreRpc.paths(request.getPathsList(), request.getStore(), check);
              check.require(
                  Integer.compareUnsigned(request.getSignaturesNeeded(), MAX_SIGNATURES) <= 0,
                  "signatures_needed",
                  "is more than " + MAX_SIGNATURES);
            });
    var paths = StorePaths.resolve(context, request.getPathsList());
    start(
        "verify " + named(paths),
        request.getRequestId(),
        "",
        request.getDetached(),
        work.verify(
            context,
            paths,
            new Verification(
                !request.getNoContents(),
                !request.getNoTrust(),
                request.getSignaturesNeeded(),
                !request.getNoRecursive()),
            StoreRpc.store(request.getStore())),
        stream,
        event -> VerifyResponse.newBuilder().setEvent(event).build());
  }

  void collectGarbage(
      CollectGarbageRequest request, ResponseStream<CollectGarbageResponse> stream) {
    CallContext context =
        StoreRpc.context(
            request.hasContext(),
            request.getContext(),
            check -> check.require(request.getMaxFreed() >= 0, "max_freed", "is too large"));
    var most =
        request.getMaxFreed() == 0 ? OptionalLong.empty() : OptionalLong.of(request.getMaxFreed());
    var store = StoreDirectory.of(context);
    start(
        "collect garbage in " + store.physical(),
        request.getRequestId(),
        // A second collection would only wait for the first.
        "gc %s %d".formatted(store.physical(), request.getMaxFreed()),
        request.getDetached(),
        work.collectGarbage(context, most),
        stream,
        event -> CollectGarbageResponse.newBuilder().setEvent(event).build());
  }

  private <T> void start(
      String title,
      String requestId,
      String joinKey,
      boolean detached,
      OperationWork what,
      ResponseStream<T> stream,
      Function<OperationEvent, T> response) {
    operations.start(
        OperationSpec.of(OperationKind.OPERATION_KIND_STORE, title)
            .requestId(requestId)
            .joinKey(joinKey)
            .survivesClients(detached)
            .build(),
        what,
        stream,
        response);
  }

  private static String named(List<StorePath> paths) {
    var names = String.join(" ", paths.stream().limit(NAMED).map(StorePath::name).toList());
    return paths.size() <= NAMED ? names : "%s and %d more".formatted(names, paths.size() - NAMED);
  }
}
