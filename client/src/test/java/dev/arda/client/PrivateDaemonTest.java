package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The daemon of one client alone. */
final class PrivateDaemonTest extends PlacesTestCase {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void privateDaemon_endsWithItsClient_andLeavesNothing() throws Exception {
    places.with("TMPDIR", Files.createDirectory(directory.resolve("tmp")).toString());
    ProcessHandle process;
    try (var client = ArdaClient.startPrivate(places.environment(), Deadline.after(PATIENCE))) {
      assertThat(client.startReason()).contains(DaemonStartReason.PRIVATE);
      process = ProcessHandle.of(client.greeting().getPid()).orElseThrow();
      assertThat(process.isAlive()).isTrue();
    }
    process.onExit().get(60, TimeUnit.SECONDS);
    assertThat(directory.resolve("tmp")).isEmptyDirectory();
    assertThat(places.runtime).doesNotExist();
    assertThat(places.starts().getFirst()).contains("--private");
  }

  @Test
  void privateDaemonThatDiesAtStart_isAnError_andLeavesNothing() throws Exception {
    places
        .with("TMPDIR", Files.createDirectory(directory.resolve("tmp")).toString())
        .with("FAKE_DAEMON", "die");
    assertThatThrownBy(
            () -> ArdaClient.startPrivate(places.environment(), Deadline.after(PATIENCE)))
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("the disk is on fire");
    assertThat(directory.resolve("tmp")).isEmptyDirectory();
  }
}
