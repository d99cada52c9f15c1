package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.client.Trust.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {

  @TempDir Path directory;
  private Trust trust;
  private Path flake;

  @BeforeEach
  void setUp() throws IOException {
    trust = Trust.of(new Places(directory).environment());
    flake = Files.createDirectories(directory.resolve("a/flake"));
  }

  @Test
  void nothingIsTrusted_untilItIsDecided() throws IOException {
    assertThat(trust.decision(flake)).isEmpty();
    assertThat(trust.decisions()).isEmpty();
  }

  @Test
  void decision_countsForWhatIsBelow_andTheNearestWins() throws Exception {
    trust.decide(directory.resolve("a"), Decision.TRUSTED);
    assertThat(trust.decision(flake)).contains(Decision.TRUSTED);
    assertThat(trust.decision(directory)).isEmpty();
    trust.decide(flake, Decision.REFUSED);
    assertThat(trust.decision(flake)).contains(Decision.REFUSED);
    assertThat(trust.forget(flake)).isTrue();
    assertThat(trust.forget(flake)).isFalse();
    assertThat(trust.decision(flake)).contains(Decision.TRUSTED);
  }

  @Test
  void decision_isOfTheRealPath() throws Exception {
    var link = Files.createSymbolicLink(directory.resolve("link"), flake);
    assertThat(trust.decide(link, Decision.TRUSTED)).isEqualTo(flake.toRealPath());
    assertThat(trust.decision(flake)).contains(Decision.TRUSTED);
    Files.delete(link);
    Files.createSymbolicLink(link, directory);
    assertThat(trust.decision(link)).isEmpty();
  }

  @Test
  void pathsWithLineEnds_areRefused() throws IOException {
    var hostile = Files.createDirectory(directory.resolve("x\ntrusted "));
    assertThatThrownBy(() -> trust.decide(hostile, Decision.TRUSTED))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line end");
    assertThat(trust.decisions()).isEmpty();
  }

  @Test
  void fileThatOthersCanWrite_countsForNothing() throws Exception {
    trust.decide(flake, Decision.TRUSTED);
    Files.setPosixFilePermissions(trust.file(), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> trust.decision(flake))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("somebody else");
  }

  @Test
  void directoryThatIsNotThere_cannotBeTrusted() {
    assertThatThrownBy(() -> trust.decide(directory.resolve("none"), Decision.TRUSTED))
        .isInstanceOf(IOException.class);
  }
}
