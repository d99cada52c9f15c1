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
import dev.arda.nix.types.StorePath;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes closures to another machine, and compares them with what it has.
 *
 * @param stores copies and compares
 * @param context the caller
 * @param shell the way to the machine
 * @param label the machine, for messages
 */
public record ClosureTransfer(Stores stores, CallContext context, Shell shell, String label) {

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
      StorePath path, boolean substitute, CopyLimit limit, String late, Consumer<String> progress) {
    return shell instanceof SshConnection connection
        ? Optional.of(
            limit.during(
                "The copy to " + label,
                late,
                () ->
                    stores
                        .copies()
                        .copyTo(
                            connection.toContext(context),
                            List.of(path),
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
    var closure = stores.closures().of(context, path);
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
    var closures = stores.closures();
    if (!(shell instanceof SshConnection connection)) {
      return closures.diff(context, before, after);
    }
    var here = closures.valid(context, List.of(before, after), Optional.empty());
    return here.size() == 2
        ? closures.diff(context, before, after)
        : ClosureDiff.between(closure(connection, before, here), closure(connection, after, here));
  }

  private Closure closure(SshConnection connection, StorePath path, Set<StorePath> here) {
    return here.contains(path)
        ? stores.closures().of(context, path)
        : stores
            .closures()
            .of(
                connection.toContext(context),
                List.of(path),
                Optional.of(new StoreUrl(connection.storeUrl())));
  }
}
