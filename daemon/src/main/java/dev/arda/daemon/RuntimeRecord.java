package dev.arda.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;

/**
 * What a daemon tells clients about itself, in a file beside its socket. A process is the one in
 * the record only if both its id and its start time agree: ids are used again.
 *
 * @param pid process id
 * @param startedAt when the kernel started the process
 * @param version version of arda
 * @param protocolMin oldest protocol it speaks
 * @param protocolMax newest protocol it speaks
 * @param socket path of its socket
 * @param logFile path of its log
 */
record RuntimeRecord(
    long pid,
    Instant startedAt,
    String version,
    int protocolMin,
    int protocolMax,
    Path socket,
    Path logFile) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_BYTES = 64 * 1024;

  /**
   * Puts the record in its place in one step: readers see the old file or the whole new one, even
   * after a crash.
   */
  void write(Path file) throws IOException {
    var next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    try (var channel =
        FileChannel.open(
            next,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PrivateDirectories.OWNER_FILE)) {
      var bytes = ByteBuffer.wrap(toJson().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    try (var directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** The record in a file; empty if there is none or it is not one. */
  static Optional<RuntimeRecord> read(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
        return Optional.empty();
      }
      var tree = JSON.readTree(Files.readAllBytes(file));
      return Optional.of(
          new RuntimeRecord(
              tree.required("pid").asLong(),
              Instant.parse(tree.required("startedAt").asText()),
              tree.required("version").asText(),
              tree.required("protocolMin").asInt(),
              tree.required("protocolMax").asInt(),
              Path.of(tree.required("socket").asText()),
              Path.of(tree.required("logFile").asText())));
    } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private String toJson() throws JsonProcessingException {
    var tree =
        JSON.createObjectNode()
            .put("pid", pid)
            .put("startedAt", startedAt.toString())
            .put("version", version)
            .put("protocolMin", protocolMin)
            .put("protocolMax", protocolMax)
            .put("socket", socket.toString())
            .put("logFile", logFile.toString());
    return JSON.writeValueAsString(tree) + "\n";
  }
}
