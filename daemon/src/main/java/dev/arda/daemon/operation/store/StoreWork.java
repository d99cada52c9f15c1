package dev.arda.daemon.operation.store;

import com.google.rpc.Status;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.StoreCommands.Copying;
import dev.arda.nix.core.StoreCommands.Direction;
import dev.arda.nix.core.StoreCommands.Verification;
import dev.arda.nix.store.GarbageCollector.Garbage;
import dev.arda.nix.store.Signatures;
import dev.arda.nix.store.StoreCopies.Copied;
import dev.arda.nix.store.StoreUrl;
import dev.arda.nix.store.Stores;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import dev.arda.v1.CopyOutcome;
import dev.arda.v1.GarbageOutcome;
import dev.arda.v1.ModifiedPath;
import dev.arda.v1.OperationResult;
import dev.arda.v1.VerifyOutcome;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Operations on stores.
 *
 * @param stores does them
 * @param errors makes of a failure the error that clients are told
 * @param clock tells when things began and ended
 */
public record StoreWork(Stores stores, Function<Throwable, Status> errors, InstantSource clock) {

  /** How many store paths an outcome names. */
  private static final int NAMED = 1000;

  /**
   * A copy.
   *
   * @param paths what is copied, with all that it needs unless {@code how} says otherwise
   * @param direction which way
   * @param other the other store
   * @param keyFile signs before; only with {@link Direction#TO}
   * @param confirm asks the other store afterwards; only with {@link Direction#TO}
   */
  public record Copy(
      List<StorePath> paths,
      Direction direction,
      StoreUrl other,
      Copying how,
      Optional<Path> keyFile,
      boolean confirm) {

    /** Copies the list. */
    public Copy {
      paths = List.copyOf(paths);
    }
  }

  /** Copies. */
  public OperationWork copy(CallContext context, Copy copy) {
    return report -> {
      var copies = stores.copies();
      var copied =
          heard(
              report,
              listener ->
                  switch (copy.direction()) {
                    case FROM ->
                        copies.copyFrom(context, copy.paths(), copy.other(), copy.how(), listener);
                    case TO ->
                        copy.confirm() || copy.keyFile().isPresent()
                            ? copies.push(
                                context,
                                copy.paths(),
                                copy.other(),
                                copy.keyFile(),
                                copy.how(),
                                listener)
                            : copies.copyTo(
                                context, copy.paths(), copy.other(), copy.how(), listener);
                  });
      return OperationResult.newBuilder().setCopy(outcome(copied)).build();
    };
  }

  private static CopyOutcome outcome(Copied copied) {
    return CopyOutcome.newBuilder()
        .addAllCopiedPaths(named(copied.copied()))
        .setCopiedCount(copied.copied().size())
        .setCopiedBytes(copied.bytesCopied())
        .setPathCount(copied.paths())
        .setPathBytes(copied.bytes())
        .build();
  }

  /** Verifies. */
  public OperationWork verify(
      CallContext context, List<StorePath> paths, Verification what, Optional<StoreUrl> store) {
    return report -> {
      var found =
          heard(
              report,
              listener -> stores.signatures().verify(context, paths, what, store, listener));
      var result = OperationResult.newBuilder().setVerify(outcome(found));
      if (!found.isClean()) {
        result.setError(errors.apply(failure(found)));
      }
      return result.build();
    };
  }

  private static VerifyOutcome outcome(Signatures.Report found) {
    var result =
        VerifyOutcome.newBuilder()
            .setChecked(found.checked())
            .addAllUntrusted(found.untrusted().stream().map(StorePath::text).toList());
    for (var modified : found.modified()) {
      result.addModified(
          ModifiedPath.newBuilder()
              .setPath(modified.path().text())
              .setExpectedHash(modified.expected())
              .setActualHash(modified.actual()));
    }
    return result.build();
  }

  private static StoreException failure(Signatures.Report found) {
    var modified = found.modified().size();
    var untrusted = found.untrusted().size();
    return new StoreException(
        Reason.STORE_FAILED,
        "Of %d store paths %s%s%s."
            .formatted(
                found.checked(),
                modified == 0 ? "" : modified + (modified == 1 ? " was" : " were") + " modified",
                modified > 0 && untrusted > 0 ? " and " : "",
                untrusted == 0
                    ? ""
                    : untrusted + (untrusted == 1 ? " is" : " are") + " not trusted"),
        Details.NONE
            .with("modified", Integer.toString(modified))
            .with("untrusted", Integer.toString(untrusted)));
  }

  /**
   * Collects garbage.
   *
   * @param maxFreed stop when so many bytes are free again
   */
  public OperationWork collectGarbage(CallContext context, OptionalLong maxFreed) {
    return report -> {
      // What was held long enough is garbage too.
      stores.roots().removeExpired();
      var garbage =
          heard(report, listener -> stores.collector().collect(context, maxFreed, listener));
      return OperationResult.newBuilder().setGarbage(outcome(garbage)).build();
    };
  }

  private static GarbageOutcome outcome(Garbage garbage) {
    return GarbageOutcome.newBuilder()
        .addAllRemovedPaths(named(garbage.paths()))
        .setRemovedCount(garbage.paths().size())
        .setFreedBytes(garbage.bytes())
        .build();
  }

  private static List<String> named(List<StorePath> paths) {
    return paths.stream().limit(NAMED).map(StorePath::text).toList();
  }

  private <T> T heard(OperationReport report, Function<OutputListener, T> work) {
    return work.apply(new ReportedNix(report, clock));
  }
}
