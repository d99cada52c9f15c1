package dev.arda.nix.flake.watch;

import dev.arda.nix.flake.watch.DirectoryEvents.Interest;
import dev.arda.nix.flake.watch.DirectoryEvents.Kind;
import dev.arda.nix.flake.watch.RegionFilter.Effect;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The watches of one source from their set-up to their loss; a source that lost them gets a new
 * set.
 *
 * <p>Set-up registers everything the layout names and then reads the layout again: a change before
 * its directory was registered makes the two differ, a later one raises an event.
 */
final class WatchSet implements WatchedRegion.Listener {

  /** Whom the set tells. Called by any thread, possibly with the engine's lock held. */
  interface Owner {
    /** Something that matters changed. */
    void changed();

    /** The set is of no further use. */
    void lost(WatchSet set, String reason);
  }

  private enum State {
    SETTING_UP,
    /** A change of structure came during set-up. */
    DISTURBED,
    ACTIVE,
    LOST
  }

  private final Engine engine;
  private final SourceSpec spec;
  private final Layout layout;
  private final Owner owner;
  private final List<WatchedRegion> regions = new ArrayList<>();
  private final List<Engine.Subscription> anchors = new ArrayList<>();
  private final AtomicReference<State> state = new AtomicReference<>(State.SETTING_UP);
  private final List<String> mountLines;
  private final Object rootKey;
  private volatile Mounts mounts;
  private volatile String end = "";
  // Guarded by this.
  private Object rootTimes;

  /**
   * Prepares a set; {@link #establish} does the work.
   *
   * @throws IOException when the root cannot be read
   */
  WatchSet(Engine engine, SourceSpec spec, Layout layout, Mounts mounts, Owner owner)
      throws IOException {
    this.engine = engine;
    this.spec = spec;
    this.layout = layout;
    this.mounts = mounts;
    this.owner = owner;
    mountLines = concerning(mounts);
    RootState root = rootState();
    rootKey = root.key();
    rootTimes = root.times();
  }

  /** Which directory the source's root is, and its own times where they are part of the source. */
  private record RootState(Object key, Object times) {}

  Engine engine() {
    return engine;
  }

  boolean isActive() {
    return state.get() == State.ACTIVE;
  }

  int directories() {
    return regions.stream().mapToInt(WatchedRegion::watched).sum();
  }

  /**
   * Registers everything.
   *
   * @return whether nothing changed shape meanwhile; false: end this set and try again
   * @throws IOException when a limit is reached or a root is missing
   */
  boolean establish() throws IOException, InterruptedException {
    Map<Path, Set<Path>> names = new HashMap<>();
    for (PathChain chain : layout.chains()) {
      for (PathChain.Link link : chain.links()) {
        names.computeIfAbsent(link.directory(), _ -> new HashSet<>()).add(link.name());
      }
    }
    for (Map.Entry<Path, Set<Path>> entry : names.entrySet()) {
      anchor(entry.getKey(), entry.getValue());
    }
    for (Layout.Region region : layout.regions()) {
      WatchedRegion watched = new WatchedRegion(engine, region, this);
      regions.add(watched);
      watched.establish();
    }
    return Layout.of(spec).equals(layout) && state.get() == State.SETTING_UP;
  }

  private void anchor(Path directory, Set<Path> names) throws IOException {
    try {
      anchors.add(engine.subscribe(directory, Interest.NAMES, new Anchor(directory, names)));
    } catch (AccessDeniedException | NoSuchFileException | NotDirectoryException _) {
      // May be passed through but not read: verify() notices when the path leads elsewhere.
    }
  }

  /** Why the set was lost; empty: it was not. */
  String lossReason() {
    return end;
  }

  /** From now on barriers rely on this set; false: it was disturbed or lost meanwhile. */
  boolean activate() {
    return state.compareAndSet(State.SETTING_UP, State.ACTIVE);
  }

  /** Ends all subscriptions; takes a while for large trees. */
  void end() {
    state.set(State.LOST);
    regions.forEach(WatchedRegion::end);
    anchors.forEach(engine::unsubscribe);
  }

  /** Declares the set useless; only the first reason counts. */
  @Override
  public void lost(String reason) {
    if (state.getAndSet(State.LOST) != State.LOST) {
      end = reason;
      owner.lost(this, reason);
    }
  }

  @Override
  public void affected(WatchedRegion region, Effect effect, Path entry) {
    if (state.get() == State.LOST) {
      return;
    }
    owner.changed();
    switch (effect) {
      case NONE, COUNTS -> {}
      case INDEX -> {
        if (!state.compareAndSet(State.SETTING_UP, State.DISTURBED)
            && region.filter() instanceof GitDirFilter gitDir) {
          reindex(gitDir.unit());
        }
      }
      case STRUCTURE -> restructured(entry + " changed");
    }
  }

  private void restructured(String reason) {
    if (!state.compareAndSet(State.SETTING_UP, State.DISTURBED) && state.get() != State.DISTURBED) {
      lost(reason);
    }
  }

  private void reindex(GitUnit unit) {
    if (state.get() != State.ACTIVE) {
      return;
    }
    TrackedFiles fresh = unit.tracked();
    for (WatchedRegion region : regions) {
      if (region.filter() instanceof TrackedFilter old && old.unit().equals(unit)) {
        if (fresh.unknown().isPresent() || !fresh.submodules().equals(old.tracked().submodules())) {
          lost("the index of " + unit.worktree() + " changed its submodules or its form");
          return;
        }
        try {
          region.refilter(new TrackedFilter(unit, fresh));
        } catch (IOException e) {
          lost("a newly tracked directory cannot be watched: " + e.getMessage());
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          lost("the watching thread was interrupted");
        }
        return;
      }
    }
    if (fresh.unknown().isEmpty()) {
      lost("the index of " + unit.worktree() + " can be understood again");
    }
  }

  /**
   * Looks for what raises no event: mounts, a root that is now another directory through an
   * ancestor that cannot be watched, and changes of the root's own attributes. To be called after a
   * barrier.
   *
   * @return why the set is lost; empty: it is not
   */
  Optional<String> verify(Mounts now) {
    if (!now.text().equals(mounts.text())) {
      if (!concerning(now).equals(mountLines)) {
        return Optional.of("mounts changed");
      }
      mounts = now;
    }
    RootState root;
    try {
      root = rootState();
    } catch (IOException e) {
      return Optional.of("the root cannot be read: " + e.getMessage());
    }
    if (!root.key().equals(rootKey)) {
      return Optional.of("the root is another directory now");
    }
    synchronized (this) {
      if (!root.times().equals(rootTimes)) {
        rootTimes = root.times();
        owner.changed();
      }
    }
    return Optional.empty();
  }

  private List<String> concerning(Mounts table) {
    return layout.regions().stream().flatMap(r -> table.concerning(r.root()).stream()).toList();
  }

  private RootState rootState() throws IOException {
    return switch (spec) {
      case SourceSpec.PathTree(Path root) -> {
        Map<String, Object> all = Files.readAttributes(root, "unix:dev,ino,lastModifiedTime,ctime");
        yield new RootState(
            List.of(Objects.requireNonNull(all.get("dev")), Objects.requireNonNull(all.get("ino"))),
            List.of(
                Objects.requireNonNull(all.get("lastModifiedTime")),
                Objects.requireNonNull(all.get("ctime"))));
      }
      case SourceSpec.GitTree(Path worktree) ->
          new RootState(
              Objects.requireNonNull(
                  Files.readAttributes(worktree, BasicFileAttributes.class).fileKey()),
              "");
      case SourceSpec.Fixed _, SourceSpec.All _ -> new RootState("", "");
    };
  }

  /** Watches entries on the way to a root. */
  private final class Anchor implements Subscriber {
    private final Path directory;
    private final Set<Path> names;

    Anchor(Path directory, Set<Path> names) {
      this.directory = directory;
      this.names = names;
    }

    @Override
    public void changed(Kind kind, Path name) {
      if (kind != Kind.MODIFIED && names.contains(name)) {
        owner.changed();
        restructured(directory.resolve(name) + " was moved or replaced");
      }
    }

    @Override
    public void overflowed() {
      lost("events were lost in " + directory);
    }

    @Override
    public void gone() {
      owner.changed();
      restructured(directory + " was deleted or unmounted");
    }
  }
}
