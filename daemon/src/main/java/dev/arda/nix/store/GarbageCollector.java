package dev.arda.nix.store;

import dev.arda.nix.core.InternalJsonLog;
import dev.arda.nix.core.NixLogEvent;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds and removes what nothing keeps. */
public final class GarbageCollector {

  private static final Pattern FREED =
      Pattern.compile("([0-9]+) store paths deleted, ([0-9.]+) (bytes|[KMGT]?i?B) freed");

  private static final Pattern DELETING = Pattern.compile("^deleting '([^']+)'");

  /** What Nix puts beside paths while it makes them. */
  private static final Pattern REMAINS = Pattern.compile("\\.(lock|chroot|check|tmp)$");

  private static final Map<String, Long> UNITS =
      Map.of(
          "bytes", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

  private final StoreCalls calls;
  private final Closures closures;

  GarbageCollector(StoreCalls calls, Closures closures) {
    this.calls = calls;
    this.closures = closures;
  }

  /**
   * What can be, or was, removed.
   *
   * @param paths the store paths, in order
   * @param bytes their size; of what was removed as Nix tells it, to a hundredth of its unit
   */
  public record Garbage(List<StorePath> paths, long bytes) {
    /** Copies the list. */
    public Garbage {
      paths = List.copyOf(paths);
    }
  }

  /**
   * What would be removed now; removes nothing. The size is that of the paths as archives, which
   * takes no account of files that are shared.
   */
  public Garbage find(CallContext context) {
    var said = calls.run(context, (commands, _) -> commands.deadPaths());
    if (!said.result().succeeded()) {
      throw StoreErrors.of("find what nothing keeps", said.error());
    }
    var paths = paths(said.result().outputText().lines());
    // Remains of what was never finished are listed too, and have no size that Nix knows.
    var valid = closures.valid(context, paths, Optional.empty());
    var bytes =
        closures.infos(context, valid, Optional.empty()).stream()
            .mapToLong(PathInfo::narSize)
            .sum();
    return new Garbage(paths, bytes);
  }

  /**
   * Removes what nothing keeps.
   *
   * @param maxFreed stop when so many bytes are free again; empty: remove everything
   * @param listener hears what Nix prints
   * @throws StoreException {@code STORE_FAILED}; what was removed until then is gone
   */
  public Garbage collect(CallContext context, OptionalLong maxFreed, OutputListener listener) {
    var deleted = new ArrayList<String>();
    var said =
        calls.run(
            context,
            (commands, _) -> commands.collectGarbage(maxFreed),
            Optional.empty(),
            new OutputListener() {
              @Override
              public void standardError(String line) {
                listener.standardError(line);
                if (InternalJsonLog.decode(line).orElse(null)
                    instanceof NixLogEvent.Message message) {
                  var match = DELETING.matcher(message.text());
                  if (match.find()) {
                    deleted.add(match.group(1));
                  }
                }
              }
            });
    if (!said.result().succeeded()) {
      throw StoreErrors.of("collect garbage", said.error());
    }
    var freed = FREED.matcher(said.result().outputText() + "\n" + said.text());
    var bytes = 0L;
    while (freed.find()) {
      bytes =
          Math.round(Double.parseDouble(freed.group(2)) * UNITS.getOrDefault(freed.group(3), 1L));
    }
    return new Garbage(paths(deleted.stream()), bytes);
  }

  private static List<StorePath> paths(Stream<String> lines) {
    return lines
        .filter(line -> !REMAINS.matcher(line).find())
        .flatMap(line -> StorePath.of(line).stream())
        .sorted()
        .toList();
  }
}
