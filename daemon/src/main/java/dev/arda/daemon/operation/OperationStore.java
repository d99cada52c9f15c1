package dev.arda.daemon.operation;

import com.google.protobuf.Timestamp;
import com.google.rpc.Status;
import dev.arda.v1.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations on disk: those that have ended, and those that another daemon of the same user
 * runs now. One directory for each, in a directory that all daemons of the user share. An operation
 * whose daemon died is closed by the first that finds it. Thread-safe.
 */
final class OperationStore {

  private static final Logger LOG = LoggerFactory.getLogger(OperationStore.class);

  private final Path root;
  private final Clock clock;
  private final OperationLimits limits;
  private final Supplier<Status> interruption;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Known> known = new HashMap<>();
  private final Set<String> ours = new HashSet<>();
  private final Set<String> unreadable = new HashSet<>();

  /**
   * A store.
   *
   * @param root its directory; need not be there
   * @param interruption the error of an operation whose daemon died
   */
  OperationStore(Path root, Clock clock, OperationLimits limits, Supplier<Status> interruption) {
    this.root = root;
    this.clock = clock;
    this.limits = limits;
    this.interruption = interruption;
  }

  /** What is remembered of a record: without what came of it, which may be large. */
  private record Known(Operation operation, Set<String> requestIds, FileTime written) {
    boolean isFinal() {
      return OperationStates.isFinal(operation.getState());
    }
  }

  /**
   * Creates the files of an operation of this process.
   *
   * @throws IOException if that is not possible
   */
  OperationFiles create(OperationRecord record) throws IOException {
    var id = OperationNames.id(record.operation().getName());
    lock.lock();
    try {
      ours.add(id); // before others of this process can look at it
      return OperationFiles.create(root, id, record);
    } finally {
      lock.unlock();
    }
  }

  /** An operation of this process has ended, and its files are complete. */
  void ended(String name) {
    lock.lock();
    try {
      ours.remove(OperationNames.id(name));
    } finally {
      lock.unlock();
    }
  }

  /** Where the files of an operation lie. */
  Path directory(String name) {
    return root.resolve(OperationNames.id(name));
  }

  /** All but those of this process, without what came of them. */
  List<Operation> list() {
    lock.lock();
    try {
      refresh();
      return known.values().stream().map(Known::operation).toList();
    } finally {
      lock.unlock();
    }
  }

  /** One that is not of this process, with what came of it. */
  Optional<Operation> find(String name) {
    if (!OperationNames.isName(name)) {
      return Optional.empty();
    }
    lock.lock();
    try {
      var id = OperationNames.id(name);
      if (ours.contains(id)) {
        return Optional.empty();
      }
      refresh(id);
      return known.containsKey(id)
          ? OperationRecord.read(root.resolve(id).resolve(OperationFiles.RECORD))
              .map(OperationRecord::operation)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** The name of the one that was started with an id, if it is not of this process. */
  Optional<String> findRequest(String requestId) {
    lock.lock();
    try {
      refresh();
      return known.values().stream()
          .filter(k -> k.requestIds().contains(requestId))
          .map(k -> k.operation().getName())
          .findFirst();
    } finally {
      lock.unlock();
    }
  }

  private void refresh() {
    var there = ids();
    known.keySet().retainAll(there);
    there.stream().filter(id -> !ours.contains(id)).forEach(this::refresh);
  }

  private Set<String> ids() {
    var result = new HashSet<String>();
    try (var entries = Files.newDirectoryStream(root)) {
      for (var entry : entries) {
        var id = entry.getFileName().toString();
        if (OperationNames.isId(id)) {
          result.add(id);
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing was ever kept.
    } catch (IOException e) {
      LOG.warn("The directory of operations cannot be read: {}", e.toString());
    }
    return result;
  }

  private void refresh(String id) {
    var before = Optional.ofNullable(known.get(id));
    if (before.filter(Known::isFinal).isPresent()) {
      return;
    }
    try {
      read(id, before);
    } catch (NoSuchFileException e) {
      known.remove(id);
    } catch (IOException | RuntimeException e) {
      complain(id, e.toString());
    }
  }

  private void read(String id, Optional<Known> before) throws IOException {
    var file = root.resolve(id).resolve(OperationFiles.RECORD);
    var written = Files.getLastModifiedTime(file);
    var now =
        before.filter(k -> k.written().equals(written)).isPresent()
            ? before
            : OperationRecord.read(file).map(record -> known(record, written));
    if (now.isEmpty()) {
      complain(id, "its record is damaged");
      return;
    }
    known.put(id, now.get());
    if (!now.get().isFinal()) {
      takeOver(id);
    }
  }

  private static Known known(OperationRecord record, FileTime written) {
    return new Known(OperationStates.brief(record.operation()), record.requestIds(), written);
  }

  private void complain(String id, String why) {
    known.remove(id);
    if (unreadable.add(id)) {
      LOG.warn("The operation in {} cannot be used: {}", root.resolve(id), why);
    }
  }

  /** Ends an operation whose daemon is dead. Does nothing if it lives. */
  private void takeOver(String id) throws IOException {
    var directory = root.resolve(id);
    var taken = OperationLock.take(directory.resolve(OperationFiles.LOCK));
    if (taken.isEmpty()) {
      return;
    }
    try (var _ = taken.get()) {
      var file = directory.resolve(OperationFiles.RECORD);
      var record = OperationRecord.read(file);
      if (record.isEmpty()) {
        complain(id, "its record is damaged");
        return;
      }
      if (!OperationStates.isFinal(record.get().operation().getState())) {
        var ended =
            new Interruption(record.get().operation(), now(), interruption.get())
                .close(directory.resolve(OperationFiles.EVENTS));
        new OperationRecord(ended, record.get().requestIds()).write(file);
        LOG.info("{} is {}: its daemon died", ended.getName(), ended.getState());
      }
      known.put(
          id, known(OperationRecord.read(file).orElseThrow(), Files.getLastModifiedTime(file)));
    }
  }

  private Timestamp now() {
    var instant = clock.instant();
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** Removes what is beyond the limits, and what others left unfinished. */
  void tidy() {
    lock.lock();
    try {
      refresh();
      var oldest = now().getSeconds() - limits.age().toSeconds();
      var newestFirst =
          known.values().stream()
              .filter(Known::isFinal)
              .map(Known::operation)
              .sorted(Comparator.comparing(OperationStates::finishedAt).reversed())
              .toList();
      long bytes = 0;
      int kept = 0;
      boolean full = false;
      for (var operation : newestFirst) {
        bytes += Directories.size(directory(operation.getName()));
        full |= kept >= limits.kept() || bytes > limits.bytes();
        if (full || operation.getFinishedAt().getSeconds() < oldest) {
          remove(OperationNames.id(operation.getName()));
        } else {
          kept++;
        }
      }
      removeAbandoned();
    } catch (IOException | RuntimeException e) {
      LOG.warn("Old operations cannot be removed: {}", e.toString());
    } finally {
      lock.unlock();
    }
  }

  private void remove(String id) throws IOException {
    var hidden = root.resolve(OperationFiles.HIDDEN + id);
    Files.move(root.resolve(id), hidden, StandardCopyOption.ATOMIC_MOVE);
    known.remove(id);
    Directories.delete(hidden);
  }

  /** Directories that a daemon died over while it made or removed them. */
  private void removeAbandoned() throws IOException {
    var hour = FileTime.from(clock.instant().minusSeconds(3600));
    Collection<Path> abandoned = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(root, OperationFiles.HIDDEN + "*")) {
      for (var entry : entries) {
        if (OperationNames.isId(entry.getFileName().toString().substring(1))
            && Files.getLastModifiedTime(entry).compareTo(hour) < 0) {
          abandoned.add(entry);
        }
      }
    } catch (NoSuchFileException e) {
      return;
    }
    for (var directory : abandoned) {
      Directories.delete(directory);
    }
  }
}
