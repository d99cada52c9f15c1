package dev.arda.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;

/**
 * What a daemon wrote about itself when it began to listen.
 *
 * @param pid process id
 * @param startedAt when the kernel started that process; with the pid it names one process for ever
 * @param version version of arda
 * @param logFile what it logs to
 */
public record DaemonRecord(long pid, Instant startedAt, String version, Path logFile) {

  /** A record is a few hundred bytes; whatever is longer is none. */
  private static final long LONGEST = 64 * 1024;

  /**
   * The kernel counts in hundredths of a second from boot, and the time of boot may be adjusted.
   */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  /** What was found in place of a record. */
  public sealed interface Reading {
    /** No file. */
    record Missing() implements Reading {}

    /**
     * A file that is not a record.
     *
     * @param why what is wrong with it
     */
    record Corrupt(String why) implements Reading {}

    /**
     * A record. Whether its process still lives is another question.
     *
     * @param record the record
     */
    record Present(DaemonRecord record) implements Reading {}
  }

  /** Reads a record. Never fails: a file that cannot be read is a corrupt one. */
  public static Reading read(Path file) {
    try {
      if (Files.size(file) > LONGEST) {
        return new Reading.Corrupt("it is larger than a record can be");
      }
      return parse(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return new Reading.Missing();
    } catch (IOException e) {
      return new Reading.Corrupt(PrivateFiles.explain(e));
    }
  }

  private static Reading parse(byte[] json) throws IOException {
    var fields = new HashMap<String, String>();
    try (var parser = new JsonFactory().createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new Reading.Corrupt("it is not a JSON object");
      }
      for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        if (parser.nextToken().isScalarValue()) {
          fields.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
      return new Reading.Present(
          new DaemonRecord(
              Long.parseLong(fields.getOrDefault("pid", "")),
              Instant.parse(fields.getOrDefault("startedAt", "")),
              fields.getOrDefault("version", ""),
              Path.of(fields.getOrDefault("logFile", ""))));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return new Reading.Corrupt("it is not JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException | DateTimeException e) {
      // Numbers and paths that are none are illegal arguments.
      return new Reading.Corrupt("it has no pid, start time and log file that can be read");
    }
  }

  /**
   * The process of this record, if it still lives. A process that merely has its id, because the
   * system gave it out again, started at another time and is not returned: it must never be
   * signalled.
   */
  public Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid)
        .filter(handle ->
            handle
                .info()
                .startInstant()
                .filter(start -> Duration.between(start, startedAt).abs().compareTo(TOLERANCE) <= 0)
                .isPresent());
  }
}
