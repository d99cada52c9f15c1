package dev.arda.nix.flake.watch;

import dev.arda.nix.flake.watch.DirectoryEvents.Interest;
import dev.arda.nix.flake.watch.DirectoryEvents.Kind;
import dev.arda.nix.flake.watch.RegionFilter.Effect;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The watched directories of one region. A directory is registered before it is listed, so an entry
 * is either in the list or raises an event. A moved directory keeps its watch under its new path;
 * the old path's node goes when the event of its disappearance comes, in whatever order.
 *
 * <p>All nodes are guarded by the engine's lock. The walk that sets a region up takes it for one
 * directory at a time, so that the consumer can apply events in between: the two may find the same
 * new directory, which is harmless.
 */
final class WatchedRegion {

  /** Is told what events mean. Called with the engine's lock held. */
  interface Listener {
    /** An entry that matters changed. */
    void affected(WatchedRegion region, Effect effect, Path entry);

    /** The region can no longer be followed. */
    void lost(String reason);
  }

  private final Engine engine;
  private final Listener listener;
  private final Path rootPath;
  private final Node root;
  private RegionFilter filter;
  private boolean ended;
  private final AtomicInteger watched = new AtomicInteger();

  WatchedRegion(Engine engine, Layout.Region region, Listener listener) {
    this.engine = engine;
    this.listener = listener;
    this.rootPath = region.root();
    this.filter = region.filter();
    this.root = new Node(null, rootPath, "");
  }

  RegionFilter filter() {
    return filter;
  }

  int watched() {
    return watched.get();
  }

  /**
   * Registers the region. May run beside the consumer.
   *
   * @throws IOException when the root is missing or a limit is reached
   */
  void establish() throws IOException, InterruptedException {
    grow(root);
    engine.lock.lock();
    try {
      if (root.subscription == null) {
        throw new NoSuchFileException(rootPath.toString(), null, "missing or unreadable");
      }
    } finally {
      engine.lock.unlock();
    }
  }

  /** Ends all subscriptions. */
  void end() {
    engine.lock.lock();
    try {
      ended = true;
      remove(root);
    } finally {
      engine.lock.unlock();
    }
  }

  /**
   * Consumer: other files are tracked now. Only directories that became or ceased to be relevant
   * are touched; the caller has counted the change already.
   *
   * @throws IOException when a limit is reached
   */
  void refilter(TrackedFilter newFilter) throws IOException, InterruptedException {
    filter = newFilter;
    Deque<Node> work = new ArrayDeque<>(List.of(root));
    while (!work.isEmpty()) {
      Node node = work.removeLast();
      for (Node known : List.copyOf(node.children.values())) {
        if (newFilter.descends(node.relative, known.name())) {
          work.addLast(known);
        } else {
          remove(known);
        }
      }
      for (String text : newFilter.tracked().names(node.relative)) {
        Path name = Path.of(text);
        if (newFilter.descends(node.relative, name)
            && !node.children.containsKey(name)
            && Files.isDirectory(node.path.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          Node created = child(node, name);
          if (created != null) {
            grow(created);
          }
        }
      }
    }
  }

  /** Registers and lists a directory and all below it. */
  private void grow(Node start) throws IOException, InterruptedException {
    Deque<Node> work = new ArrayDeque<>(List.of(start));
    while (!work.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Node node = work.removeLast();
      if (register(node)) {
        for (Path name : directoriesIn(node)) {
          Node child = child(node, name);
          if (child != null) {
            work.addLast(child);
          }
        }
      }
    }
  }

  private boolean register(Node node) throws IOException {
    engine.lock.lock();
    try {
      if (ended || node.removed) {
        return false;
      }
      Engine.Subscription old = node.subscription;
      Engine.Subscription fresh;
      try {
        fresh = engine.subscribe(node.path, Interest.EVERYTHING, node);
      } catch (NoSuchFileException | NotDirectoryException _) {
        remove(node); // Its disappearance raises an event in the parent.
        return false;
      } catch (AccessDeniedException _) {
        node.unreadable = true; // Nobody can read it either, until its mode changes.
        return false;
      }
      node.unreadable = false;
      node.subscription = fresh;
      if (old == null) {
        watched.incrementAndGet();
        return true;
      }
      if (!old.sameDirectory(fresh)) {
        // Another directory took the path; what was below the old one is not below this one.
        List.copyOf(node.children.values()).forEach(this::remove);
      }
      engine.unsubscribe(old);
      return true;
    } finally {
      engine.lock.unlock();
    }
  }

  /** Lists without the lock: large directories take time. */
  private List<Path> directoriesIn(Node node) throws IOException {
    RegionFilter current = filterNow();
    List<Path> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(node.path)) {
      for (Path entry : stream) {
        Path name = Objects.requireNonNull(entry.getFileName());
        if (current.descends(node.relative, name)
            && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException _) {
      return names; // Gone again, or unreadable for as long as its mode stays; both raise events.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  private RegionFilter filterNow() {
    engine.lock.lock();
    try {
      return filter;
    } finally {
      engine.lock.unlock();
    }
  }

  private @Nullable Node child(Node node, Path name) {
    engine.lock.lock();
    try {
      if (ended || node.removed) {
        return null;
      }
      return node.children.computeIfAbsent(
          name, n -> new Node(node, node.path.resolve(n), RegionFilter.child(node.relative, n)));
    } finally {
      engine.lock.unlock();
    }
  }

  private void remove(Node node) {
    node.removed = node != root || ended;
    if (node.parent != null) {
      node.parent.children.remove(node.name(), node);
    }
    Deque<Node> work = new ArrayDeque<>(List.of(node));
    while (!work.isEmpty()) {
      Node next = work.removeLast();
      next.removed |= next != root;
      work.addAll(next.children.values());
      next.children.clear();
      if (next.subscription != null) {
        engine.unsubscribe(next.subscription);
        next.subscription = null;
        watched.decrementAndGet();
      }
    }
  }

  /** One directory below the root. */
  private final class Node implements Subscriber {
    final @Nullable Node parent;
    final Path path;
    final String relative;
    final Map<Path, Node> children = new HashMap<>();
    Engine.@Nullable Subscription subscription;
    boolean removed;
    boolean unreadable;

    Node(@Nullable Node parent, Path path, String relative) {
      this.parent = parent;
      this.path = path;
      this.relative = relative;
    }

    Path name() {
      return Objects.requireNonNull(path.getFileName());
    }

    @Override
    public void changed(Kind kind, Path name) {
      if (ended) {
        return;
      }
      Effect effect = filter.effect(relative, name);
      if (effect != Effect.NONE) {
        listener.affected(WatchedRegion.this, effect, path.resolve(name));
      }
      // The listener may have ended the region or changed the filter.
      if (ended || removed || !filter.descends(relative, name)) {
        return;
      }
      try {
        Node child = children.get(name);
        switch (kind) {
          case DELETED -> {
            if (child != null) {
              remove(child);
            }
          }
          case CREATED -> {
            if (Files.isDirectory(path.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
              Node created = child(this, name);
              if (created != null) {
                grow(created);
              }
            }
          }
          case MODIFIED -> {
            if (child != null && child.unreadable) {
              grow(child);
            }
          }
        }
      } catch (IOException e) {
        listener.lost("a new directory cannot be watched: " + e.getMessage());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        listener.lost("the watching thread was interrupted");
      }
    }

    @Override
    public void overflowed() {
      if (!ended) {
        listener.lost("events were lost in " + path);
      }
    }

    @Override
    public void gone() {
      if (ended) {
        return;
      }
      if (subscription != null) {
        subscription = null;
        watched.decrementAndGet();
      }
      if (this == root) {
        listener.lost(path + " was deleted or unmounted");
      } else {
        listener.affected(WatchedRegion.this, Effect.COUNTS, path);
      }
    }
  }
}
