package dev.arda.nix.flake.watch;

import dev.arda.nix.flake.watch.DirectoryEvents.Arrival;
import dev.arda.nix.flake.watch.DirectoryEvents.Change;
import dev.arda.nix.flake.watch.DirectoryEvents.Handle;
import dev.arda.nix.flake.watch.DirectoryEvents.Interest;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event queue, the thread that consumes it, and the directories registered with it.
 *
 * <p>The lock guards the directories, their subscriptions, and everything subscribers keep about
 * them. The consumer thread applies events holding it, and releases cookies only when the queue is
 * empty. An engine that fails once is never used again: its owner is told, takes all watches for
 * lost, and opens another.
 */
final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  final ReentrantLock lock = new ReentrantLock();
  final CookieBarrier cookies;
  final OrderProof proof;

  private final DirectoryEvents events;
  private final Handle cookieHandle;
  private final BiConsumer<Engine, String> onFailure;
  private final WatchCounters counters;
  private final Map<Handle, Directory> directories = new HashMap<>();
  private final Map<Object, Directory> byFile = new HashMap<>();
  private final AtomicBoolean failed = new AtomicBoolean();
  private final Thread consumer;
  private volatile boolean closed;

  /** A registered directory. Guarded by the lock. */
  private static final class Directory {
    final Handle handle;
    final Object fileKey;
    Interest interest;
    final List<Subscription> subscriptions = new ArrayList<>();

    Directory(Handle handle, Object fileKey, Interest interest) {
      this.handle = handle;
      this.fileKey = fileKey;
      this.interest = interest;
    }
  }

  /** One subscriber of one directory. */
  static final class Subscription {
    private final Directory directory;
    private final Subscriber subscriber;

    private Subscription(Directory directory, Subscriber subscriber) {
      this.directory = directory;
      this.subscriber = subscriber;
    }

    /** Whether both are about the same directory, whatever its path. */
    boolean sameDirectory(Subscription other) {
      return directory == other.directory;
    }
  }

  /**
   * Opens a queue and starts the consumer.
   *
   * @param onFailure told once when the engine can no longer be trusted, by any thread
   * @throws IOException when there is no queue to be had or the cookie directory cannot be used
   */
  Engine(
      DirectoryEvents.Factory factory,
      WatchSettings settings,
      WatchCounters counters,
      LongSupplier nanoTime,
      BiConsumer<Engine, String> onFailure)
      throws IOException {
    this.counters = counters;
    this.onFailure = onFailure;
    cookies = new CookieBarrier(settings, counters, nanoTime, this::fail);
    events = factory.open();
    try {
      cookieHandle = events.register(cookies.directory(), Interest.NAMES);
    } catch (IOException | RuntimeException e) {
      events.close();
      throw e;
    }
    proof = new OrderProof(this, settings);
    consumer = Thread.ofPlatform().daemon().name("arda-watch").unstarted(this::consume);
    consumer.start();
  }

  /**
   * Adds a subscriber to a directory that is no link. Its events from now on are delivered.
   *
   * @throws IOException when it is missing, no directory, unreadable, or the limit of watches is
   *     reached
   */
  Subscription subscribe(Path path, Interest wanted, Subscriber subscriber) throws IOException {
    lock.lock();
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isDirectory()) {
        throw new NotDirectoryException(path.toString());
      }
      Object fileKey = Optional.ofNullable(attributes.fileKey()).orElse(path);
      // Registering again replaces the mask, so a weaker interest must not narrow a stronger one.
      Directory known = byFile.get(fileKey);
      Interest interest =
          known != null && known.interest == Interest.EVERYTHING ? Interest.EVERYTHING : wanted;
      Handle handle = events.register(path, interest);
      Directory directory = directories.get(handle);
      if (directory == null) {
        directory = new Directory(handle, fileKey, interest);
        directories.put(handle, directory);
      } else if (directory.interest == Interest.EVERYTHING && interest == Interest.NAMES) {
        // Another directory took this path between the two calls: its mask was narrow for a moment.
        events.register(path, Interest.EVERYTHING);
        List.copyOf(directory.subscriptions).forEach(s -> s.subscriber.overflowed());
      } else {
        directory.interest = interest;
      }
      byFile.put(fileKey, directory);
      Subscription subscription = new Subscription(directory, subscriber);
      directory.subscriptions.add(subscription);
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a subscription, and the watch when it was the last. */
  void unsubscribe(Subscription subscription) {
    lock.lock();
    try {
      Directory directory = subscription.directory;
      if (directory.subscriptions.remove(subscription) && directory.subscriptions.isEmpty()) {
        forget(directory);
        if (!closed) {
          cancel(directory.handle);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private static void cancel(Handle handle) {
    try {
      handle.cancel();
    } catch (ClosedWatchServiceException _) {
      // Closing has ended it.
    }
  }

  private void forget(Directory directory) {
    directories.remove(directory.handle, directory);
    byFile.remove(directory.fileKey, directory);
  }

  /** How many directories are registered, the cookie's not counted. */
  int directories() {
    lock.lock();
    try {
      return directories.size();
    } finally {
      lock.unlock();
    }
  }

  private void consume() {
    try {
      while (!closed) {
        @Nullable Arrival arrival = cookies.anySeen() ? events.poll().orElse(null) : events.take();
        if (arrival == null) {
          cookies.releaseDrained();
        } else {
          apply(arrival);
          cookies.releaseOverdue();
        }
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      // Whatever ends this thread ends the promise that events are applied.
      if (!closed) {
        LOG.warn("The thread that follows file changes ended; sources are scanned instead.", e);
        fail("the watching thread ended: " + e);
      }
    } finally {
      cookies.end();
    }
  }

  private void apply(Arrival arrival) {
    if (arrival.overflow()) {
      counters.overflows.increment();
    }
    if (arrival.handle().equals(cookieHandle)) {
      if (arrival.overflow() || !arrival.alive()) {
        fail(arrival.overflow() ? "events were lost" : "the cookie directory is gone");
      }
      for (Change change : arrival.changes()) {
        if (change.kind() == DirectoryEvents.Kind.CREATED) {
          cookies.seen(change.name());
        }
      }
      return;
    }
    lock.lock();
    try {
      Directory directory = directories.get(arrival.handle());
      if (directory == null) {
        return;
      }
      counters.events.add(arrival.changes().size());
      List<Subscription> subscriptions = List.copyOf(directory.subscriptions);
      if (!arrival.alive()) {
        forget(directory);
        directory.subscriptions.clear();
      }
      for (Subscription subscription : subscriptions) {
        if (arrival.overflow()) {
          subscription.subscriber.overflowed();
        }
        for (Change change : arrival.changes()) {
          subscription.subscriber.changed(change.kind(), change.name());
        }
        if (!arrival.alive()) {
          subscription.subscriber.gone();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Declares the engine unusable; only the first reason is reported. */
  void fail(String reason) {
    if (!closed && failed.compareAndSet(false, true)) {
      onFailure.accept(this, reason);
    }
  }

  /** Ends the thread, releases all waiters, closes the queue. */
  @Override
  public void close() {
    closed = true;
    try {
      events.close();
    } catch (IOException e) {
      LOG.debug("Closing the event queue failed.", e);
    }
    consumer.interrupt();
    cookies.end();
  }

  /** The consumer, for tests of its end. */
  Thread consumer() {
    return consumer;
  }
}
