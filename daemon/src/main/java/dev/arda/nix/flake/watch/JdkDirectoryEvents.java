package dev.arda.nix.flake.watch;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The JDK's watch service: on Linux one inotify instance, read by one thread of the JDK that moves
 * events to their keys. A key overflows at 512 events ({@code
 * -Djdk.nio.file.WatchService.maxEventsPerPoll} raises that), the kernel's queue at {@code
 * fs.inotify.max_queued_events}; both arrive as {@code OVERFLOW}.
 */
final class JdkDirectoryEvents implements DirectoryEvents {
  private final WatchService service;

  JdkDirectoryEvents(FileSystem fileSystem) throws IOException {
    try {
      service = fileSystem.newWatchService();
    } catch (IOException e) {
      throw advised(e);
    }
  }

  /** The JDK tells the limits only by text; says which setting raises them. */
  private static IOException advised(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("limit of inotify watches")) {
      return new IOException(message + "; raise fs.inotify.max_user_watches", e);
    }
    if (message.contains("limit of inotify instances")) {
      return new IOException(message + "; raise fs.inotify.max_user_instances", e);
    }
    return e;
  }

  private record KeyHandle(WatchKey key) implements Handle {
    @Override
    public void cancel() {
      key.cancel();
    }
  }

  @Override
  public Handle register(Path directory, Interest interest) throws IOException {
    try {
      return new KeyHandle(
          switch (interest) {
            case NAMES -> directory.register(service, ENTRY_CREATE, ENTRY_DELETE);
            case EVERYTHING ->
                directory.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
          });
    } catch (IOException e) {
      throw advised(e);
    }
  }

  @Override
  public Arrival take() throws InterruptedException {
    return arrival(service.take());
  }

  @Override
  public Optional<Arrival> poll() {
    return Optional.ofNullable(service.poll()).map(JdkDirectoryEvents::arrival);
  }

  /**
   * The key is reset at once: what arrives from now on queues it again, behind the others. A key
   * that ended between the two calls may keep events for itself; {@code alive} is false then.
   */
  private static Arrival arrival(WatchKey key) {
    List<Change> changes = new ArrayList<>();
    boolean overflow = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      WatchEvent.Kind<?> kind = event.kind();
      if (kind.equals(OVERFLOW) || !(event.context() instanceof Path name)) {
        overflow = true;
      } else if (kind.equals(ENTRY_CREATE)) {
        changes.add(new Change(Kind.CREATED, name));
      } else if (kind.equals(ENTRY_DELETE)) {
        changes.add(new Change(Kind.DELETED, name));
      } else {
        changes.add(new Change(Kind.MODIFIED, name));
      }
    }
    return new Arrival(new KeyHandle(key), changes, overflow, key.reset());
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
