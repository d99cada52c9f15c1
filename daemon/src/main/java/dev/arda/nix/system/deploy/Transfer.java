package dev.arda.nix.system.deploy;

import dev.arda.nix.core.InternalJsonLog;
import dev.arda.nix.core.NixLogEvent;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.StoreCommands.Copying;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.SshConnection;
import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.store.StoreUrl;
import dev.arda.nix.store.Stores;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StorePath;
import dev.arda.nix.types.SystemException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes systems to a target, and compares them with what is there.
 *
 * @param stores copies and compares
 * @param context the caller
 * @param shell the way to the target; this machine has everything already
 */
record Transfer(Stores stores, CallContext context, Shell shell) {

  /**
   * Copies a system with all that it needs.
   *
   * @param substitute whether the target may fetch from its own substituters
   * @param progress hears the name of each path when its copy begins
   * @return what was done, in a few words
   * @throws NixException if it cannot be copied
   */
  String copy(String system, boolean substitute, Consumer<String> progress) {
    if (!(shell instanceof SshConnection connection)) {
      return "it is here";
    }
    var copied =
        stores
            .copies()
            .copyTo(
                connection.toContext(context),
                List.of(path(system)),
                new StoreUrl(connection.storeUrl()),
                new Copying(false, substitute, true),
                copying(progress));
    return copied.copied().isEmpty()
        ? "everything was there"
        : "%d of %d paths".formatted(copied.copied().size(), copied.paths());
  }

  private static OutputListener copying(Consumer<String> progress) {
    return new OutputListener() {
      @Override
      public void standardError(String line) {
        InternalJsonLog.decode(line)
            .ifPresent(event -> {
              if (event instanceof NixLogEvent.Start start
                  && start.type() == NixLogEvent.ActivityType.COPY_PATH
                  && !start.fields().isEmpty()) {
                progress.accept(start.fields().getFirst().replaceFirst("^.*/[0-9a-z]{32}-", ""));
              }
            });
      }
    };
  }

  /**
   * What changes from one system to another.
   *
   * @param before store path of the system that the target runs; the target is asked for what it
   *     needs if this machine does not have it
   * @param trouble is told why nothing can be said, where that is so
   */
  Optional<ClosureDiff> compare(String before, String after, Consumer<String> trouble) {
    var old = StorePath.of(before);
    if (old.isEmpty()) {
      return Optional.empty();
    }
    var closures = stores.closures();
    try {
      if (shell instanceof SshConnection connection
          && closures.valid(context, List.of(old.get()), Optional.empty()).isEmpty()) {
        return Optional.of(
            ClosureDiff.between(
                closures.of(
                    connection.toContext(context),
                    List.of(old.get()),
                    Optional.of(new StoreUrl(connection.storeUrl()))),
                closures.of(context, path(after))));
      }
      return Optional.of(closures.diff(context, old.get(), path(after)));
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      trouble.accept(e.getMessage());
      return Optional.empty();
    }
  }

  /** The store path that a text is. */
  static StorePath path(String text) {
    return StorePath.of(text)
        .orElseThrow(
            () -> new SystemException(Reason.STORE_PATH_INVALID, text + " is no store path."));
  }
}
