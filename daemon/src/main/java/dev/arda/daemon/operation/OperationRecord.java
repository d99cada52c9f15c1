package dev.arda.daemon.operation;

import dev.arda.v1.Operation;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The small file that says what an operation is and how it ended, without its events. Written when
 * the operation is accepted, and again when it has ended.
 *
 * @param operation the operation
 * @param requestIds those it was started or joined with
 */
record OperationRecord(Operation operation, Set<String> requestIds) {

  private static final int OPERATION = 1;
  private static final int REQUEST_IDS = 2;

  OperationRecord {
    requestIds = Set.copyOf(requestIds);
  }

  /** The file is replaced as a whole. */
  void write(Path file) throws IOException {
    var unfinished = file.resolveSibling(file.getFileName() + ".new");
    var operationFrame = new Frame(OPERATION, operation.toByteArray()).encode();
    var ids = String.join("\n", requestIds).getBytes(StandardCharsets.UTF_8);
    var idFrame = new Frame(REQUEST_IDS, ids).encode();
    try (var out = new RandomAccessFile(unfinished.toFile(), "rw")) {
      out.setLength(0);
      out.write(operationFrame);
      out.write(idFrame);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Reads a record; empty if it is damaged or holds something else. */
  static Optional<OperationRecord> read(Path file) throws IOException {
    try (var reader = new FrameReader(file)) {
      long limit = reader.length();
      var operation = reader.next(OPERATION, limit).filter(f -> f.number() == OPERATION);
      if (operation.isEmpty()) {
        return Optional.empty();
      }
      var ids = reader.next(REQUEST_IDS, limit);
      var text = ids.map(frame -> new String(frame.payload(), StandardCharsets.UTF_8)).orElse("");
      var parsed = Operation.parseFrom(operation.get().payload());
      return Optional.of(
          new OperationRecord(
              parsed,
              text.isEmpty() ? Set.of() : new LinkedHashSet<>(Arrays.asList(text.split("\n")))));
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
