package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpawnerTest {

  /** Starts a program that would run for five minutes, says its number, and waits to be killed. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
      try (var runner = SystemProcessRunner.create()) {
        var child =
            runner.start(
                Command.of(
                        List.of("sh", "-c", "echo $$; exec sleep 300"),
                        Map.of("PATH", "/usr/bin:/bin"),
                        Path.of("/"))
                    .build(),
                OutputListener.NONE);
        System.out.write(child.standardOutput().readNBytes(1));
        child.standardOutput().transferTo(System.out);
        new CountDownLatch(1).await();
      }
    }
  }

  @Test
  void processIsKilled_soAreThoseThatItStarted() throws Exception {
    var java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path", ""),
                Main.class.getName())
            .start();
    try (var output = process.inputReader()) {
      var child = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
      assertThat(child.isAlive()).isTrue();

      process.destroyForcibly();

      child.onExit().get(1, TimeUnit.MINUTES);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void threadThatAskedEnds_theProgramGoesOn() throws Exception {
    try (var spawner = Spawner.system()) {
      var started = new Process[1];
      var asking =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  var line = new java.util.ArrayList<>(spawner.prefix());
                  line.addAll(List.of("sleep", "300"));
                  started[0] = spawner.start(new ProcessBuilder(line));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      asking.join();
      assertThat(started[0].waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
      started[0].destroyForcibly().waitFor();
    }
  }

  @Test
  void noSuchProgram_saysSo() {
    try (var spawner = new Spawner(java.util.Optional.empty())) {
      assertThatThrownBy(() -> spawner.start(new ProcessBuilder("/no/such/program")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("/no/such/program")
          .hasMessageContaining("error: 2");
    }
  }
}
