package dev.arda.daemon.operation;

import static dev.arda.daemon.operation.TestOperations.build;
import static dev.arda.daemon.operation.TestOperations.node;
import static dev.arda.daemon.operation.TestOperations.nothing;
import static dev.arda.daemon.operation.TestOperations.read;
import static dev.arda.daemon.operation.TestOperations.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationState;
import dev.arda.v1.OperationUpdate;
import dev.arda.v1.OperationWarning;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class JournalTest {

  private static final String ID = "abcdefgh";
  private static final OperationNodeState RUNNING = OperationNodeState.OPERATION_NODE_STATE_RUNNING;
  private static final OperationNodeState DONE = OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED;

  @TempDir Path directory;

  private TestOperations another() {
    return new TestOperations(directory, TestOperations.limits(4));
  }

  private static OperationWork printing() {
    return report -> {
      report.node(node("a", RUNNING).toBuilder().setName("hello").build());
      report.log("a", "one");
      report.log("", "two");
      report.node(node("a", DONE).toBuilder().setName("hello").build());
      return nothing();
    };
  }

  private static String text(Operations operations, String name, String node) throws Exception {
    try (var log = operations.log(name, node, true).orElseThrow()) {
      var text = new StringBuilder();
      for (var part = log.next(); part.isPresent(); part = log.next()) {
        text.append(part.get());
      }
      return text.toString();
    }
  }

  @Test
  void anotherDaemon_tellsAnEarlierOperationByteForByte() throws Exception {
    var first = another();
    var started = first.operations.start(spec("f", "id", "", false), printing());
    var events = read(started.events(0));
    first.awaitIdle();
    var view = first.operations.get(started.name()).orElseThrow();

    var second = another().operations;

    assertThat(second.list()).extracting(Operation::getName).containsExactly(started.name());
    assertThat(second.get(started.name())).contains(view);
    assertThat(view.operation().getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    for (int after = 0; after <= events.size(); after++) {
      assertThat(read(second.watch(started.name(), after).orElseThrow()))
          .isEqualTo(events.subList(after, events.size()));
    }
    assertThat(text(second, started.name(), "")).isEqualTo("hello> one\ntwo\n");
    assertThat(text(second, started.name(), "a")).isEqualTo("one\n");
    var again = second.start(spec("f", "id", "", false), printing());
    assertThat(again.name()).isEqualTo(started.name());
    assertThat(read(again.events(0))).isEqualTo(events);
  }

  @Test
  void anotherDaemon_seesAnOperationThatGoesOn_andDoesNotTakeItOver() throws Exception {
    var first = another();
    var go = new CountDownLatch(1);
    var ready = new CountDownLatch(1);
    var started =
        first.operations.start(
            build("f"),
            report -> {
              report.log("", "before");
              ready.countDown();
              go.await();
              report.log("", "after");
              return nothing();
            });
    ready.await();

    var second = another().operations;
    second.tidy();

    assertThat(second.get(started.name()).orElseThrow().operation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_RUNNING);
    assertThatThrownBy(() -> second.cancel(started.name(), Duration.ZERO))
        .isInstanceOf(ForeignOperationException.class);
    try (var events = second.watch(started.name(), 0).orElseThrow()) {
      assertThat(events.next().orElseThrow().hasAccepted()).isTrue();
      go.countDown();
      assertThat(read(events).getLast().getFinished().getOperation().getState())
          .isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    }
    assertThat(text(second, started.name(), "")).isEqualTo("before\nafter\n");
    first.awaitIdle();
  }

  /** Leaves what a daemon leaves that dies. */
  private List<OperationEvent> die() throws IOException {
    var operation =
        Operation.newBuilder()
            .setName("operations/" + ID)
            .setState(OperationState.OPERATION_STATE_RUNNING)
            .setCreatedAt(now())
            .build();
    var events = new ArrayList<OperationEvent>();
    try (var files =
        OperationFiles.create(directory, ID, new OperationRecord(operation, Set.of("id")))) {
      var log = eventLog(files.eventsPath(), files.events());
      events.add(
          log.append(n ->
              event(n)
                  .setAccepted(dev.arda.v1.OperationAccepted.newBuilder().setOperation(operation))
                  .build()));
      for (int i = 0; i < 20; i++) {
        var id = Integer.toString(i / 2);
        var state = i % 2 == 1 && i < 18 ? DONE : RUNNING;
        events.add(
            log.append(n ->
                event(n)
                    .setUpdate(OperationUpdate.newBuilder().addNodes(node(id, state)))
                    .build()));
      }
      files.log().append(List.of(new LogFile.Text("1", "it\n".getBytes(StandardCharsets.UTF_8))));
    }
    return events;
  }

  private static Timestamp now() {
    return Timestamp.newBuilder().setSeconds(System.currentTimeMillis() / 1000).build();
  }

  private static EventLog eventLog(Path path, FrameWriter writer) {
    return new EventLog(Optional.of(new EventLog.EventFile(path, writer)), e -> {});
  }

  private static OperationEvent.Builder event(long number) {
    return OperationEvent.newBuilder().setSequence(number).setTime(now());
  }

  @Test
  void operationOfADaemonThatDied_isInterrupted_withItsEventsAndItsLog() throws Exception {
    var events = die();

    var operations = another().operations;
    operations.tidy();

    var view = operations.get("operations/" + ID).orElseThrow();
    assertThat(view.operation().getState()).isEqualTo(OperationState.OPERATION_STATE_INTERRUPTED);
    assertThat(view.nodes()).hasSize(10).extracting(n -> n.getState()).doesNotContain(RUNNING);
    assertThat(view.nodes().getLast().getState())
        .isEqualTo(OperationNodeState.OPERATION_NODE_STATE_CANCELLED);
    var told = read(operations.watch("operations/" + ID, 0).orElseThrow());
    assertThat(told.subList(0, events.size())).isEqualTo(events);
    assertThat(new ClientFold(0).addAll(told).fold.nodes()).isEqualTo(view.nodes());
    assertThat(text(operations, "operations/" + ID, "1")).isEqualTo("it\n");
    assertThat(operations.start(spec("f", "id", "", false), printing()).name())
        .isEqualTo("operations/" + ID);
  }

  @Test
  void damagedFiles_areSurvived_andWhatIsMissingIsTold() throws Exception {
    var random = new Random(20261126);
    var file = directory.resolve(ID).resolve(OperationFiles.EVENTS);
    for (int i = 0; i < 200; i++) {
      var events = die();
      damage(file, random);
      // Where a file is cut between two events, nothing tells that there were more. Only a loss of
      // power does that, and it ends all who could have read them.
      var sum = StoredEvents.sum(file);
      int seen = sum.tailDamaged() ? events.size() : (int) sum.last();
      var operations = another().operations;
      operations.tidy();

      int after = random.nextInt(seen + 1);
      var view = operations.get("operations/" + ID).orElseThrow();
      var last = view.operation().getLastSequence();
      if (after <= last) {
        var client = new ClientFold(0).addAll(events.subList(0, after));
        client.addAll(read(operations.watch("operations/" + ID, after).orElseThrow()));
        assertThat(client.finished).as("seed 20261126, round %d", i).isTrue();
        if (client.sawGap) {
          assertThat(client.fold.nodes()).containsExactlyInAnyOrderElementsOf(view.nodes());
        }
      }
      assertThat(view.operation().getState()).isEqualTo(OperationState.OPERATION_STATE_INTERRUPTED);
      Directories.delete(directory.resolve(ID));
    }
  }

  private static void damage(Path file, Random random) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long length = bytes.length();
      switch (random.nextInt(5)) {
        case 0 -> bytes.setLength(random.nextLong(length));
        case 1 -> bytes.setLength(0);
        case 2 -> {
          bytes.seek(length);
          bytes.write(new byte[random.nextInt(200)]);
        }
        default -> {
          long place = random.nextLong(length);
          bytes.seek(place);
          int old = bytes.read();
          bytes.seek(place);
          bytes.write(old ^ 1 << random.nextInt(8));
        }
      }
    }
  }

  @Test
  void foreignFilesAndDirectories_areLeftAlone() throws Exception {
    die();
    Files.writeString(directory.resolve("notes.txt"), "mine");
    Files.createDirectory(directory.resolve("aaaaaaaa"));
    Files.writeString(directory.resolve("aaaaaaaa/record"), "no record at all");
    Files.createDirectory(directory.resolve("something"));

    var operations = another().operations;
    operations.tidy();

    assertThat(operations.list()).hasSize(1);
    assertThat(operations.get("operations/aaaaaaaa")).isEmpty();
    assertThat(operations.get("operations/../../etc")).isEmpty();
    assertThat(directory.resolve("notes.txt")).exists();
  }

  @Test
  void tidy_forgetsTheOldestBeyondEachLimit() throws Exception {
    var fixture =
        new TestOperations(directory, new OperationLimits(1, 3, Duration.ofDays(1), 1L << 30));
    var names = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      var started = fixture.operations.start(build("f"), printing());
      names.add(started.name());
      read(started.events(0));
      fixture.awaitIdle();
    }
    assertThat(fixture.operations.list())
        .extracting(Operation::getName)
        .containsExactlyInAnyOrderElementsOf(names.reversed().subList(0, 3));

    var none =
        new TestOperations(directory, new OperationLimits(1, 9, Duration.ofDays(1), 0)).operations;
    none.tidy();
    assertThat(none.list()).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }

  /** Fails as a full disk does, with a part of the bytes written. */
  private static final class FullDisk extends FrameWriter {
    boolean full;

    FullDisk(Path path) throws IOException {
      super(path, 0);
    }

    @Override
    void put(RandomAccessFile to, long place, byte[] bytes) throws IOException {
      if (full) {
        super.put(to, place, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        throw new IOException("No space left on device");
      }
      super.put(to, place, bytes);
    }
  }

  private static OperationEvent update(long number, String nodeId, int padding) {
    return event(number)
        .setUpdate(
            OperationUpdate.newBuilder()
                .addNodes(node(nodeId, RUNNING))
                .addWarnings(OperationWarning.newBuilder().setText("x".repeat(padding))))
        .build();
  }

  @Test
  void fullDisk_delaysNobody_andLateReadersAreToldWhatIsMissing() throws Exception {
    var file = directory.resolve("events");
    var failures = new ArrayList<IOException>();
    try (var disk = new FullDisk(file)) {
      var log = new EventLog(Optional.of(new EventLog.EventFile(file, disk)), failures::add);
      var early = log.open(0);
      for (int i = 0; i < 10; i++) {
        var id = "a" + i;
        log.append(n -> update(n, id, 10));
      }
      disk.full = true;
      for (int i = 0; i < 100; i++) { // more than the ring holds
        var id = "b" + i;
        log.append(n -> update(n, id, 10_000));
      }
      assertThat(failures).hasSize(1);
      assertThat(log.isWritten()).isFalse();

      var first = early.next().orElseThrow();
      assertThat(first.getSequence()).isEqualTo(1);
      var late = new ClientFold(0);
      try (var events = log.open(0)) {
        while (late.position < log.last()) {
          late.add(events.next().orElseThrow());
        }
      }
      assertThat(late.sawGap).isTrue();
      assertThat(late.fold.nodes()).isEqualTo(log.fold(Fold::nodes));

      disk.full = false;
      log.append(n -> update(n, "c", 10));
      log.append(
          n -> event(n).setFinished(dev.arda.v1.OperationFinished.getDefaultInstance()).build());
      assertThat(log.isWritten()).isTrue();
      for (long after = 0; after < log.last(); after++) {
        try (var stored = new StoredCursor(file, Optional::empty, after)) {
          var client = new ClientFold(after).addAll(read(stored));
          assertThat(client.finished).isTrue();
          if (after == 0) {
            assertThat(client.fold.nodes()).isEqualTo(log.fold(Fold::nodes));
          }
        }
      }
      early.close();
    }
  }

  @Test
  void unwritableDirectory_theOperationGoesOnAndSaysSo() throws Exception {
    var occupied = Files.writeString(directory.resolve("file"), "no directory");
    var fixture = new TestOperations(occupied, TestOperations.limits(1));

    var events = read(fixture.operations.start(build("f"), printing()).events(0));

    assertThat(events.getLast().getFinished().getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    assertThat(events.stream().flatMap(e -> e.getUpdate().getWarningsList().stream()))
        .singleElement()
        .satisfies(warning -> assertThat(warning.getText()).contains("cannot be kept"));
    fixture.awaitIdle();
    assertThat(fixture.operations.list()).hasSize(1);
  }
}
