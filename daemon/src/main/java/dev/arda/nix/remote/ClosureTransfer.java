package dev.arda.nix.remote;

import dev.arda.nix.core.InternalJsonLog;
import dev.arda.nix.core.NixLogEvent;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.StoreCommands.Copying;
import dev.arda.nix.store.Closure;
import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.store.PathInfo;
import dev.arda.nix.store.StoreCopies.Copied;
import dev.arda.nix.store.StoreUrl;
import dev.arda.nix.store.Stores;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import dev.arda.nix.types.TimeLimit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Takes closures to another machine, and compares them with what it has. What this machine has of
 * them is asked once. Used by one thread.
 */
public final class ClosureTransfer {

  /** What is the case after a copy that was ended. */
  static final String COPIED_STAYS =
      "What was copied stays there, so that the next attempt goes on from it.";

  private final Stores stores;
  private final CallContext context;
  private final Shell shell;
  private final String label;

  /** Of the caller's store. */
  private final Map<StorePath, Closure> known = new HashMap<>();

  /**
   * A way for closures.
   *
   * @param stores copies and compares
   * @param context the caller
   * @param shell the way to the machine
   * @param label the machine, for messages
   */
  public ClosureTransfer(Stores stores, CallContext context, Shell shell, String label) {
    this.stores = stores;
    this.context = context;
    this.shell = shell;
    this.label = label;
  }

  /**
   * Copies a path with all that it needs.
   *
   * @param substitute whether the machine may fetch from its own substituters
   * @param limit how long it may take
   * @param late what is the case when it took too long, in a sentence
   * @param progress hears the name of each path when its copy begins
   * @return what was copied; empty if it is this machine
   * @throws NixException if it cannot be copied; {@code HOST_COPY_TIMEOUT} if it takes too long, or
   *     nothing comes for ten minutes: what was copied until then is there
   */
  public Optional<Copied> copy(
      StorePath path, boolean substitute, TimeLimit limit, String late, Consumer<String> progress) {
    return shell instanceof SshConnection connection
        ? Optional.of(
            limit.during(
                "The copy to " + label,
                late + " " + COPIED_STAYS,
                () ->
                    stores
                        .copies()
                        .copyTo(
                            connection.toContext(context),
                            here(path),
                            new StoreUrl(connection.storeUrl()),
                            new Copying(false, substitute, true),
                            limit.time(),
                            begun(progress))))
        : Optional.empty();
  }

  /**
   * How many bytes the machine lacks of a path with all that it needs, as archives.
   *
   * @param enough if all of it is not more than this, the machine is not asked what it has
   * @return empty if it is this machine
   * @throws NixException if nothing can be said
   */
  public OptionalLong lacking(StorePath path, long enough) {
    if (!(shell instanceof SshConnection connection)) {
      return OptionalLong.empty();
    }
    var closure = here(path);
    if (closure.size() <= enough) {
      return OptionalLong.empty();
    }
    var all = closure.paths();
    var there =
        stores
            .closures()
            .valid(
                connection.toContext(context),
                List.copyOf(all.keySet()),
                Optional.of(new StoreUrl(connection.storeUrl())));
    return OptionalLong.of(
        all.values().stream()
            .filter(info -> !there.contains(info.path()))
            .mapToLong(PathInfo::narSize)
            .sum());
  }

  private static OutputListener begun(Consumer<String> progress) {
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
   * What changes from one path to another.
   *
   * <p>Of what this machine does not have, the other one is asked.
   *
   * @throws NixException if nothing can be said
   */
  public ClosureDiff compare(StorePath before, StorePath after) {
    return ClosureDiff.between(anywhere(before), anywhere(after));
  }

  /** What a path of the caller's store needs. */
  private Closure here(StorePath path) {
    var found = known.get(path);
    if (found == null) {
      found = stores.closures().of(context, path);
      known.put(path, found);
    }
    return found;
  }

  private Closure anywhere(StorePath path) {
    try {
      return here(path);
    } catch (StoreException e) {
      if (e.reason() == Reason.STORE_PATH_MISSING && shell instanceof SshConnection connection) {
        return stores
            .closures()
            .of(
                connection.toContext(context),
                List.of(path),
                Optional.of(new StoreUrl(connection.storeUrl())));
      }
      throw e;
    }
  }
}
