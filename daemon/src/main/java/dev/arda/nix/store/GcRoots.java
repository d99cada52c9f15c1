package dev.arda.nix.store;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps store paths from the garbage collector, and lists what does.
 *
 * <p>arda's own roots are links in a directory of its state. The name of each says until when it is
 * held ({@code UNTIL.LABEL.HASH}, with {@code UNTIL} in seconds since 1970, or {@code kept}), so
 * that what a daemon held outlives it and is still removed in time by the next.
 */
public final class GcRoots {

  private static final Logger LOG = LoggerFactory.getLogger(GcRoots.class);

  private static final String KEPT = "kept";
  private static final Pattern LABEL = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern OWN =
      Pattern.compile(
          "(?<until>[0-9]{1,18}|kept)\\.(?<label>[a-z0-9-]{1,64})\\.(?<hash>[0-9a-z]{32})");
  private static final Pattern GENERATION = Pattern.compile(".*-[0-9]+-link");

  private final StoreCalls calls;
  private final Path directory;
  private final Clock clock;

  GcRoots(StoreCalls calls, Path directory, Clock clock) {
    this.calls = calls;
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Makes a link that keeps a path (the seed's {@code nix_add_to_gcroots}): an indirect root, so
   * that removing the link is all it takes to give the path free. As in the seed nothing is done
   * inside a sandbox, where nothing is collected. An older link to something in the store is
   * replaced.
   *
   * @param link absolute path of the link
   * @throws StoreException {@code GC_ROOT_REFUSED} if there is something else in its place, or it
   *     cannot be written; {@code STORE_PATH_MISSING}
   */
  public void nixAddToGcroots(CallContext context, StorePath path, Path link) {
    if (calls.nix(context).variables().inNixSandbox()) {
      return;
    }
    add(context, path, link);
  }

  private void add(CallContext context, StorePath path, Path link) {
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && storePath(context, link).isEmpty()) {
      throw refused(
          link.toString(),
          "%s cannot become a link to %s: there is something else of that name."
              .formatted(StorePaths.shown(link.toString()), path));
    }
    try {
      Path parent = link.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
    } catch (IOException e) {
      throw refused(
          link.toString(), "%s cannot be made: %s".formatted(StorePaths.shown(link.toString()), e));
    }
    var said =
        calls.ask(
            context,
            "Keeping " + path,
            (_, nix) -> nix.nixStoreRealise(path.text(), link),
            Optional.empty());
    if (!said.result().succeeded()) {
      var failure = StoreErrors.of("keep " + path, said.error());
      throw failure.reason() == Reason.STORE_FAILED
          ? refused(
              link.toString(),
              "%s cannot be made: %s"
                  .formatted(StorePaths.shown(link.toString()), said.error().message()))
          : failure;
    }
  }

  /**
   * Holds a path under a label, for example the name of an operation, in arda's own directory.
   * Holding the same path under the same label again only moves the end.
   *
   * @param label lower-case letters, digits and hyphens, at most 64
   * @param time how long; empty: until it is released
   * @return the link
   */
  public Path hold(CallContext context, StorePath path, String label, Optional<Duration> time) {
    if (!LABEL.matcher(label).matches()) {
      throw new IllegalArgumentException("not a label: " + label);
    }
    var until =
        time.map(length -> Long.toString(clock.instant().plus(length).getEpochSecond()))
            .orElse(KEPT);
    Path link = directory.resolve(until + "." + label + "." + path.hash());
    add(context, path, link);
    for (var older : own()) {
      if (older.label().equals(label)
          && older.hash().equals(path.hash())
          && !older.link().equals(link)) {
        delete(older.link());
      }
    }
    return link;
  }

  /**
   * Until when a path is held under a label; empty: it is not. Only looks at links, and asks no
   * Nix: what was held was complete, and cannot have been collected since.
   *
   * @return {@link Instant#MAX} if it is held until it is released
   */
  public Optional<Instant> heldUntil(CallContext context, StorePath path, String label) {
    if (!Files.exists(StoreDirectory.of(context).getPhysicalStorePath(path))) {
      return Optional.empty();
    }
    return own().stream()
        .filter(root -> root.label().equals(label) && root.hash().equals(path.hash()))
        .filter(root -> isRoot(context, root.link(), path))
        .map(root -> root.until().orElse(Instant.MAX))
        .max(Comparator.naturalOrder());
  }

  /** Whether a link leads to a path and Nix knows it as a root of it. Asks no Nix. */
  public boolean isRoot(CallContext context, Path link, StorePath path) {
    if (storePath(context, link).filter(path::equals).isEmpty()) {
      return false;
    }
    var state = context.environment().getOrDefault("NIX_STATE_DIR", "/nix/var/nix");
    try {
      return Files.readSymbolicLink(
              Path.of(state, "gcroots", "auto", IndirectRoot.name(link.toString())))
          .equals(link);
    } catch (IOException e) {
      return false;
    }
  }

  /** Gives everything free that is held under a label; nothing happens if nothing is. */
  public void release(String label) {
    own().stream().filter(root -> root.label().equals(label)).map(Own::link).forEach(this::delete);
  }

  /** Gives a path free that is held under a label; nothing happens if it is not. */
  public void release(String label, StorePath path) {
    own().stream()
        .filter(root -> root.label().equals(label) && root.hash().equals(path.hash()))
        .map(Own::link)
        .forEach(this::delete);
  }

  /** Gives free what was held long enough, and removes links whose path is gone. */
  public void removeExpired() {
    var now = clock.instant();
    for (var root : own()) {
      if (root.until().filter(until -> until.isBefore(now)).isPresent()
          || !Files.exists(root.link())) {
        delete(root.link());
      }
    }
  }

  /** Everything that keeps something of the caller's store, in order of kinds and links. */
  public List<GcRoot> list(CallContext context) {
    var said = calls.run(context, (commands, _) -> commands.roots());
    if (!said.result().succeeded()) {
      throw StoreErrors.of("list what is kept", said.error());
    }
    var result = new ArrayList<GcRoot>();
    var link = new StringBuilder();
    for (var line : said.result().outputText().split("\n", -1)) {
      // A link's name may contain anything, a line's end and an arrow too; a store path may not.
      var arrow = line.lastIndexOf(" -> ");
      var target =
          arrow < 0 ? Optional.<StorePath>empty() : StorePath.of(line.substring(arrow + 4));
      if (target.isEmpty()) {
        link.append(line).append('\n');
        continue;
      }
      var name = unquoted(link + line.substring(0, arrow));
      link.setLength(0);
      result.add(
          new GcRoot(name, target.get(), kind(context, name), own(name).flatMap(Own::until)));
    }
    result.sort(Comparator.comparing(GcRoot::kind).thenComparing(GcRoot::link));
    return List.copyOf(result);
  }

  /** Nix 2.34 puts links in quotes, and a backslash before quotes and backslashes. */
  private static String unquoted(String text) {
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1).replaceAll("\\\\([\"\\\\])", "$1")
        : text;
  }

  private GcRoot.Kind kind(CallContext context, String link) {
    var state = context.environment().getOrDefault("NIX_STATE_DIR", "/nix/var/nix");
    if (!link.startsWith("/") || link.startsWith("/proc/")) {
      return GcRoot.Kind.PROCESS;
    }
    if (own(link).isPresent()) {
      return GcRoot.Kind.ARDA;
    }
    if (link.startsWith(state + "/profiles/") || GENERATION.matcher(link).matches()) {
      return GcRoot.Kind.PROFILE;
    }
    return link.startsWith(state + "/gcroots/") || link.startsWith("/run/")
        ? GcRoot.Kind.SYSTEM
        : GcRoot.Kind.LINK;
  }

  /**
   * Removes a root, so that what it kept may be collected.
   *
   * @param text path of the link as {@link #list} tells it, relative ones from the caller's
   *     directory
   * @return what was removed
   * @throws StoreException {@code GC_ROOT_MISSING} if it is no root; {@code GC_ROOT_REFUSED} if it
   *     is one that has to be removed in another way, which the message says
   */
  public GcRoot remove(CallContext context, String text) {
    var shown = StorePaths.shown(text);
    Path link = absolute(context, text, shown);
    var root =
        list(context).stream()
            .filter(one -> one.link().equals(link.toString()) || one.link().equals(text))
            .findFirst()
            .orElseThrow(() -> missing(text, link, shown));
    switch (root.kind()) {
      case ARDA, LINK -> {}
      case PROFILE ->
          throw refused(
              text,
              "%s is a generation of a profile, which has a history to keep in order: use nix profile wipe-history or nix-env --delete-generations."
                  .formatted(shown));
      case SYSTEM ->
          throw refused(
              text, "%s belongs to the system, and is not arda's to remove.".formatted(shown));
      case PROCESS ->
          throw refused(
              text, "%s is used by a process that is running; it ends with it.".formatted(shown));
    }
    // Between the list and now somebody may have put something of value there.
    if (storePath(context, link).filter(root.path()::equals).isEmpty()) {
      throw refused(text, "%s is not a link to %s any more.".formatted(shown, root.path()));
    }
    try {
      Files.delete(link);
      return root;
    } catch (IOException e) {
      throw refused(text, "%s cannot be removed: %s".formatted(shown, e));
    }
  }

  private static Path absolute(CallContext context, String text, String shown) {
    try {
      if (text.isEmpty() || text.indexOf('\0') >= 0) {
        throw new InvalidPathException(shown, "empty or with NUL");
      }
      return context.cwd().resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw new StoreException(
          Reason.GC_ROOT_MISSING,
          "%s is no path.".formatted(shown),
          Details.NONE.with("root", shown));
    }
  }

  private static StoreException missing(String text, Path link, String shown) {
    return new StoreException(
        Reason.GC_ROOT_MISSING,
        Files.exists(link, LinkOption.NOFOLLOW_LINKS)
            ? "%s keeps nothing: Nix does not know it as a root.".formatted(shown)
            : "There is no %s.".formatted(shown),
        Details.NONE.with("root", StorePaths.shown(text)));
  }

  /** The store path that a link leads to in one step. */
  private static Optional<StorePath> storePath(CallContext context, Path link) {
    try {
      return Files.isSymbolicLink(link)
          ? StoreDirectory.of(context)
              .containing(link.resolveSibling(Files.readSymbolicLink(link)).normalize())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static StoreException refused(String link, String message) {
    return new StoreException(
        Reason.GC_ROOT_REFUSED, message, Details.NONE.with("root", StorePaths.shown(link)));
  }

  /** One of arda's own links. */
  private record Own(Path link, String label, String hash, Optional<Instant> until) {}

  private Optional<Own> own(String link) {
    var prefix = directory + "/";
    return link.startsWith(prefix) ? own(Path.of(link)) : Optional.empty();
  }

  private static Optional<Own> own(Path link) {
    var name = OWN.matcher(String.valueOf(link.getFileName()));
    if (!name.matches()) {
      return Optional.empty();
    }
    var until = name.group("until");
    return Optional.of(
        new Own(
            link,
            name.group("label"),
            name.group("hash"),
            until.equals(KEPT)
                ? Optional.empty()
                : Optional.of(Instant.ofEpochSecond(Long.parseLong(until)))));
  }

  private List<Own> own() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> links = Files.list(directory)) {
      return links.flatMap(link -> own(link).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete(Path link) {
    try {
      Files.deleteIfExists(link);
    } catch (IOException e) {
      LOG.warn("The garbage collector root {} cannot be removed", link, e);
    }
  }
}
