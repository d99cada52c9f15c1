package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is found in place of a record. */
final class DaemonRecordTest extends PlacesTestCase {

  @Test
  void records_thatCannotBeRead_areCorruptAndNeverAnException() throws Exception {
    var file = directory.resolve("record");
    for (var text :
        List.of(
            "",
            "null",
            "[]",
            "{",
            "{}",
            "{\"pid\":\"x\"}",
            "{\"pid\":1,\"startedAt\":\"yesterday\"}",
            "{\"pid\":99999999999999999999,\"startedAt\":\"2020-01-01T00:00:00Z\"}",
            "\0\0\0",
            "{\"pid\":1,\"startedAt\":\"2020-01-01T00:00:00Z\",\"logFile\":\"\\u0000\"}")) {
      Files.writeString(file, text);
      assertThat(DaemonRecord.read(file)).as(text).isInstanceOf(DaemonRecord.Reading.Corrupt.class);
    }
    Files.writeString(file, "x".repeat(70_000));
    assertThat(DaemonRecord.read(file)).isInstanceOf(DaemonRecord.Reading.Corrupt.class);
    assertThat(DaemonRecord.read(directory.resolve("none")))
        .isInstanceOf(DaemonRecord.Reading.Missing.class);
  }
}
