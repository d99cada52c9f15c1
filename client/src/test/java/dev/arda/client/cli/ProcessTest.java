package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.FakeDaemon;
import dev.arda.client.Places;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: signals, pipes, and what Java itself prints. */
final class ProcessTest {

  @TempDir private Path directory;
  private Places places;
  private FakeDaemon daemon;

  @BeforeEach
  void start() throws IOException {
    places = new Places(directory);
    daemon = new FakeDaemon(places.makeRuntime());
  }

  @AfterEach
  void stop() throws Exception {
    daemon.close();
    places.endDaemons();
  }

  private List<String> command(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Darda.launcher=" + places.launcher,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.arda.client.cli.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  private Process run(List<String> command) throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(places.environment().variables());
    return builder.start();
  }

  private static String text(java.io.InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void anAnswer_isAllThatIsPrinted() throws Exception {
    var process = run(command("eval", "a"));
    assertThat(text(process.getErrorStream())).isEmpty();
    assertThat(text(process.getInputStream())).isEqualTo("\"a\"\n");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void selectorsBeyondAscii_arriveInTheCLocaleToo() throws Exception {
    places.with("LC_ALL", "C");
    var process = run(command("eval", "é.日本", "", "💡"));
    assertThat(text(process.getInputStream())).contains("\"é.日本\"", "\"💡\"");
    assertThat(process.waitFor()).isZero();
    assertThat(daemon.selections.getFirst().getSelectorsList()).containsExactly("é.日本", "", "💡");
  }

  @Test
  void interruptSignal_cancelsTheEvaluation_andExitsWith130_silently() throws Exception {
    daemon.selection = (request, answers) -> answers.awaitCancel();
    var process = run(command("eval", "a"));
    assertThat(daemon.selecting.await(30, TimeUnit.SECONDS)).isTrue();
    signal("INT", Long.toString(process.pid()));
    assertThat(daemon.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(text(process.getErrorStream())).isEmpty();
    assertThat(text(process.getInputStream())).isEmpty();
  }

  /** In a group of its own, as a shell at a terminal starts it: an orphan is never stopped. */
  @Test
  void stopSignal_stopsTheProcess_andItGoesOn() throws Exception {
    var shell = new ArrayList<>(List.of("bash", "-c", "set -m; \"$@\" <&0 & wait -f $!", "bash"));
    shell.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            SuspendedMain.class.getName()));
    var process = new ProcessBuilder(shell).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var output = process.inputReader();
    var pid = output.readLine();
    for (int round = 0; round < 2; round++) {
      signal("TSTP", pid);
      assertThat(output.readLine()).isEqualTo("before");
      while (!Files.readString(Path.of("/proc", pid, "stat")).contains(") T ")) {
        LockSupport.parkNanos(1_000_000);
      }
      signal("CONT", pid);
      assertThat(output.readLine()).isEqualTo("after");
    }
    process.getOutputStream().close();
    assertThat(output.readLine()).isEqualTo("end");
    assertThat(process.waitFor()).isZero();
  }

  private static void signal(String name, String pid) throws Exception {
    new ProcessBuilder("sh", "-c", "kill -%s %s".formatted(name, pid)).start().waitFor();
  }

  @Test
  void readerThatGoesAway_endsTheCommandQuietly() throws Exception {
    daemon.selection =
        (request, answers) -> {
          for (int i = 0; i < request.getSelectorsCount(); i++) {
            answers.value(i, "\"" + "x".repeat(200_000) + "\"");
          }
        };
    var shell =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "\"$@\" | head -c 20; code=${PIPESTATUS[0]}; echo; echo $code",
                "bash"));
    shell.addAll(command("eval", "a", "b", "c", "d"));
    var process = run(shell);
    assertThat(text(process.getErrorStream())).isEmpty();
    assertThat(text(process.getInputStream())).isEqualTo("{\"selector\":\"a\",\"val\n141\n");
  }
}
