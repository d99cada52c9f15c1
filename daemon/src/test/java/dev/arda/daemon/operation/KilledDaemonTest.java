package dev.arda.daemon.operation;

import static dev.arda.daemon.operation.TestOperations.build;
import static dev.arda.daemon.operation.TestOperations.node;
import static dev.arda.daemon.operation.TestOperations.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that runs an operation is killed. */
@Timeout(300)
class KilledDaemonTest {

  @TempDir Path directory;

  /** Runs an operation that never ends, and says its name when it has told something. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
      var operations =
          new TestOperations(Path.of(arguments[0]), TestOperations.limits(1)).operations;
      var started =
          operations.start(
              build("f"),
              report -> {
                report.node(node("a", OperationNodeState.OPERATION_NODE_STATE_RUNNING));
                report.log("a", "it works");
                new CountDownLatch(1).await();
                return TestOperations.nothing();
              });
      try (var events = started.events(0)) {
        while (events.next().orElseThrow().getUpdate().getLogsCount() == 0) {}
      }
      System.err.println(started.name());
      System.err.flush();
      new CountDownLatch(1).await();
    }
  }

  @Test
  void operation_isInterrupted_butNotWhileTheProcessLives() throws Exception {
    var java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path", ""),
                    Main.class.getName(),
                    directory.toString()))
            .start();
    try (var errors = process.errorReader()) {
      var name = errors.lines().filter(line -> line.startsWith("operations/")).findFirst();
      var operations = new TestOperations(directory, TestOperations.limits(1)).operations;
      operations.tidy();
      assertThat(operations.get(name.orElseThrow()).orElseThrow().operation().getState())
          .isEqualTo(OperationState.OPERATION_STATE_RUNNING);
      var watching = operations.watch(name.get(), 0).orElseThrow();
      assertThat(watching.next().orElseThrow().hasAccepted()).isTrue();

      process.destroyForcibly();
      process.waitFor();

      var told = read(watching);
      assertThat(told.getLast().getFinished().getOperation().getState())
          .isEqualTo(OperationState.OPERATION_STATE_INTERRUPTED);
      assertThat(told).noneMatch(event -> event.hasGap());
      assertThat(operations.get(name.get()).orElseThrow().nodes())
          .containsExactly(
              node("a", OperationNodeState.OPERATION_NODE_STATE_CANCELLED).toBuilder()
                  .setFinishedAt(
                      operations.get(name.get()).orElseThrow().nodes().getFirst().getFinishedAt())
                  .build());
      try (var log = operations.log(name.get(), "a", true).orElseThrow()) {
        assertThat(log.next()).contains("it works\n");
        assertThat(log.next()).isEmpty();
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
