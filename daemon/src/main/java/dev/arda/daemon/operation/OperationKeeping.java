package dev.arda.daemon.operation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept of a live operation on disk. A disk that is full or gone ends no operation: that it
 * is, is told once, for all files. Thread-safe as far as the files are.
 */
final class OperationKeeping {

  private static final Logger LOG = LoggerFactory.getLogger(OperationKeeping.class);

  private final String name;
  private final Consumer<IOException> trouble;
  private final AtomicBoolean told = new AtomicBoolean();
  private final Optional<OperationFiles> files;

  /**
   * Creates the files.
   *
   * @param opener may fail; nothing is kept then
   * @param record the operation as it begins
   * @param trouble is told, once, why something cannot be kept
   */
  OperationKeeping(FileOpener opener, OperationRecord record, Consumer<IOException> trouble) {
    this.name = record.operation().getName();
    this.trouble = trouble;
    this.files = open(opener, record);
  }

  /** Creates the files of an operation. */
  interface FileOpener {
    /**
     * Creates them.
     *
     * @throws IOException if that is not possible
     */
    OperationFiles open(OperationRecord record) throws IOException;
  }

  private Optional<OperationFiles> open(FileOpener opener, OperationRecord record) {
    try {
      return Optional.of(opener.open(record));
    } catch (IOException e) {
      LOG.warn("{} is not kept on disk: {}", name, e.toString());
      failed(e);
      return Optional.empty();
    }
  }

  private void failed(IOException e) {
    if (told.compareAndSet(false, true)) {
      trouble.accept(e);
    }
  }

  /** A log of events that writes them to the file, if there is one. */
  EventLog events() {
    return new EventLog(
        files.map(f -> new EventLog.EventFile(f.eventsPath(), f.events())), this::failed);
  }

  /** The whole log; empty if it is not kept. */
  Optional<LogFile> log() {
    return files.map(OperationFiles::log);
  }

  /** Adds lines to the log. */
  void log(List<LogFile.Text> lines) {
    boolean kept = lines.isEmpty() || log().map(log -> log.append(lines)).orElse(true);
    if (!kept) {
      failed(new IOException("the log cannot be written"));
    }
  }

  /**
   * Writes the operation as it is.
   *
   * @return whether it is on disk
   */
  boolean record(OperationRecord record) {
    try {
      if (files.isPresent()) {
        files.get().record(record);
      }
      return files.isPresent();
    } catch (IOException e) {
      LOG.warn("The record of {} cannot be written: {}", name, e.toString());
      return false;
    }
  }

  /** Closes the files; may wait for the disk. */
  void close() {
    try {
      if (files.isPresent()) {
        files.get().close();
      }
    } catch (IOException e) {
      // There is nothing that another attempt could do.
      LOG.warn("The files of {} cannot be closed: {}", name, e.toString());
    }
  }
}
