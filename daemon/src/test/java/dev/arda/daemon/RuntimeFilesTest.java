package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeFilesTest {

  private static final RuntimeRecord RECORD =
      new RuntimeRecord(
          42, Instant.parse("2026-01-02T03:04:05.670Z"), "1", 1, 2, Path.of("/s"), Path.of("/l"));

  @TempDir private Path temp;

  private RuntimeFiles open(Path directory) throws DaemonStartException {
    return RuntimeFiles.open(directory, User.id());
  }

  private String refusal(Path directory, long uid) {
    return String.valueOf(catchThrowable(() -> RuntimeFiles.open(directory, uid)).getMessage());
  }

  @Test
  void open_newDirectory_isCreatedClosed() throws Exception {
    var directory = temp.resolve("run");
    open(directory).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-xr-x", "rwx-----x", "rwx-w----"})
  void open_directoryIsOpenToOthers_isRefused(String mode) throws Exception {
    var directory = Files.createDirectory(temp.resolve("run"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
    assertThat(refusal(directory, User.id()))
        .contains("open to others", "chmod 700", "ARDA_RUNTIME_DIR");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void open_directoryOfSomebodyElse_isRefused() throws Exception {
    var directory = temp.resolve("run");
    open(directory).close();
    assertThat(refusal(directory, User.id() + 1)).contains("belongs to user " + User.id());
  }

  @Test
  void open_linkToADirectory_isRefused() throws Exception {
    var real = temp.resolve("real");
    open(real).close();
    var link = Files.createSymbolicLink(temp.resolve("run"), real);
    assertThat(refusal(link, User.id())).contains("not a directory");
  }

  @Test
  void open_parentIsMissing_namesIt() {
    assertThat(refusal(temp.resolve("no/run"), User.id()))
        .contains(temp.resolve("no") + " does not exist");
  }

  @Test
  void open_pathTooLongForASocket_saysHowLong() {
    assertThat(refusal(temp.resolve("x".repeat(100)), User.id()))
        .contains("bytes long, but only 100 fit");
  }

  @Test
  void open_runningLockIsALink_isRefused() throws Exception {
    var directory = temp.resolve("run");
    open(directory).close();
    Files.delete(directory.resolve("daemon-1.running"));
    var target = temp.resolve("target");
    Files.createSymbolicLink(directory.resolve("daemon-1.running"), target);
    assertThat(refusal(directory, User.id())).contains("cannot be taken");
    assertThat(target).doesNotExist();
  }

  @Test
  void publish_leftOversOfAKilledDaemon_areReplaced() throws Exception {
    var directory = temp.resolve("run");
    var files = open(directory);
    for (var name : new String[] {"daemon-1.new", "daemon-1.sock"}) {
      try (var old = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        old.bind(UnixDomainSocketAddress.of(directory.resolve(name)));
      }
    }
    Files.writeString(directory.resolve("daemon-1.json"), "half a rec");
    Files.writeString(directory.resolve("daemon-1.json.new"), "half a rec");

    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      var made = files.newSocket();
      listener.bind(UnixDomainSocketAddress.of(made));
      files.publishSocket(made);
      files.publishRecord(RECORD);

      assertThat(files.areOurs()).isTrue();
      assertThat(RuntimeRecord.read(files.recordFile())).contains(RECORD);
      files.close();
    }
    try (var left = Files.list(directory)) {
      assertThat(left).containsExactly(directory.resolve("daemon-1.running"));
    }
  }

  @Test
  void record_asWritten_isWhatClientsExpect() throws Exception {
    var file = temp.resolve("daemon-1.json");
    RECORD.write(file);
    assertThat(file)
        .hasContent(
            "{\"pid\":42,\"startedAt\":\"2026-01-02T03:04:05.670Z\",\"version\":\"1\",\"protocolMin\":1,\"protocolMax\":2,\"socket\":\"/s\",\"logFile\":\"/l\"}");
    assertThat(RuntimeRecord.read(file)).contains(RECORD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "{}",
        "{\"pid\":1}",
        "{\"pid\":42,\"startedAt\":\"yesterday\",\"version\":\"1\",\"protocolMin\":1,\"protocolMax\":2,\"socket\":\"/s\",\"logFile\":\"/l\"}",
        "{\"pid\":42,\"startedAt\":\"2026-01-02T03:04:05.670Z\",\"version\":\"1\",\"protocolMin\":1,\"protocolMax\":2,\"socket\":\"\\u0000\",\"logFile\":\"/l\"}"
      })
  void record_damaged_isNone(String content) throws Exception {
    var file = temp.resolve("daemon-1.json");
    Files.writeString(file, content);
    assertThat(RuntimeRecord.read(file)).isEmpty();
  }

  @Test
  void record_link_isNone() throws Exception {
    var file = temp.resolve("real.json");
    RECORD.write(file);
    var link = Files.createSymbolicLink(temp.resolve("daemon-1.json"), file);
    assertThat(RuntimeRecord.read(link)).isEmpty();
  }
}
