package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.arda.v1.CacheTotals;
import dev.arda.v1.EvaluatorStatus;
import dev.arda.v1.EvaluatorTotals;
import dev.arda.v1.FlakeStatus;
import dev.arda.v1.ProtocolRange;
import dev.arda.v1.SourceMode;
import dev.arda.v1.SourceStatus;
import dev.arda.v1.StatusResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code arda daemon status} prints for people. */
final class DaemonStatusTextTest {

  private static final long START = 1_800_000_000L;

  private static StatusResponse.Builder status() {
    return StatusResponse.newBuilder()
        .setPid(4711)
        .setVersion("1.2.3")
        .setProtocol(ProtocolRange.newBuilder().setMin(1).setMax(1))
        .setStartedAt(Timestamp.newBuilder().setSeconds(START))
        .setUptime(Duration.newBuilder().setSeconds(3700))
        .setHeapUsedBytes(61L << 20)
        .setHeapMaxBytes(256L << 20)
        .setResidentBytes(188L << 20)
        .setEvaluators(
            EvaluatorTotals.newBuilder()
                .setRunning(2)
                .setBusy(1)
                .setWaiting(3)
                .setMaxRunning(3)
                .setResidentBytes(412L << 20)
                .setMaxResidentBytes(4L << 30))
        .setCache(
            CacheTotals.newBuilder()
                .setStates(14)
                .setBytes(22L << 20)
                .setMaxBytes(64L << 20)
                .setHits(1204)
                .setMisses(1))
        .setRuntimeDirectory("/run/user/0/arda")
        .setLogFile("/root/.local/state/arda/log/daemon.log");
  }

  private static FlakeStatus.Builder flake(String ref) {
    return FlakeStatus.newBuilder()
        .setFlakeRef(ref)
        .setIdentity("3fa91c02d1e4a7")
        .setLastUsedAt(Timestamp.newBuilder().setSeconds(START + 3700 - 130))
        .setHits(120)
        .setSelectorsEvaluated(8)
        .setKeptBytes(3_355_443)
        .addSources(
            SourceStatus.newBuilder()
                .setSource("/x")
                .setMode(SourceMode.SOURCE_MODE_WATCHED)
                .setWatchedDirectories(12))
        .addEvaluators(EvaluatorStatus.newBuilder().setPid(9).setResidentBytes(204L << 20));
  }

  private static FlakeStatus.Builder scanned(String ref) {
    return flake(ref)
        .clearSources()
        .addSources(
            SourceStatus.newBuilder()
                .setMode(SourceMode.SOURCE_MODE_SCANNED)
                .setScannedReason("the file system nfs4 may be changed by other machines"))
        .clearEvaluators()
        .setOneShotReason("this Nix cannot be kept warm and pure");
  }

  @Test
  void text_withoutTerminal_showsEverythingInFull() {
    var path = "git+file:///home/user/" + "very/".repeat(40) + "deep";
    var text =
        new DaemonStatusText(
                status()
                    .addFlakes(flake(path))
                    .addFlakes(scanned("/nfs/fleet"))
                    .addFlakes(
                        flake("github:a/b")
                            .clearSources()
                            .setAskedReason("it is not a directory of this machine")
                            .setRunningEvaluations(1))
                    .build(),
                Integer.MAX_VALUE)
            .text();

    assertThat(text)
        .contains(
            """
            process:   4711
            version:   1.2.3, protocol 1
            up for:    1 h 1 min
            calls:     0
            memory:    heap 61 MiB of 256 MiB, resident 188 MiB
            warm:      2 of 3 evaluators, 412 MiB of 4.0 GiB, 1 busy, 3 waiting
            kept:      14 states, 22 MiB of 64 MiB, 1,204 hits, 1 miss
            """)
        .endsWith(
            "  "
                + path
                + "\n"
                + """
                    3fa91c02  watched  1 warm, 204 MiB  120 hits  8 misses  3.2 MiB kept  2 min ago
                  /nfs/fleet
                    3fa91c02  scanned  one-shot         120 hits  8 misses  3.2 MiB kept  2 min ago
                    scanned: the file system nfs4 may be changed by other machines
                    one-shot: this Nix cannot be kept warm and pure
                  github:a/b
                    3fa91c02  asked    1 warm, 204 MiB  120 hits  8 misses  3.2 MiB kept  1 question open
                    asked of Nix each time: it is not a directory of this machine
                """);
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 140, 40})
  void text_tenFlakesWithLongPaths_fitsTheTerminal(int width) {
    var status = status();
    for (int i = 0; i < 10; i++) {
      var ref = "git+file:///home/user/" + "projects/".repeat(12) + "flake-" + i;
      status.addFlakes(i % 2 == 0 ? flake(ref) : scanned(ref));
    }
    var text = new DaemonStatusText(status.build(), width).text();

    assertThat(text.lines())
        .allSatisfy(
            line -> assertThat(CharacterWidth.of(line)).as(line).isLessThanOrEqualTo(width));
    for (int i = 0; i < 10; i++) {
      assertThat(text).as("the end of a path tells it from the others").contains("flake-" + i);
    }
    if (width >= 80) {
      assertThat(text).contains("8 misses").doesNotContain("misse…");
    }
  }

  @Test
  void text_pathsWithCommandsToTheTerminal_areWrittenOut() {
    var text =
        new DaemonStatusText(
                status()
                    .addFlakes(scanned("/a\u001b[31m\nb\u202ec").setOneShotReason("x\u0007y"))
                    .build(),
                80)
            .text();

    assertThat(text)
        .contains("  /a\\u001b[31m\\u000ab\\u202ec\n", "one-shot: x\\u0007y\n")
        .doesNotContain("\u001b", "\u202e", "\u0007");
  }

  @Test
  void sizes_haveTwoDigitsAtLeast() {
    assertThat(Sizes.text(0)).isEqualTo("0 B");
    assertThat(Sizes.text(999)).isEqualTo("999 B");
    assertThat(Sizes.text(1000)).isEqualTo("1.0 KiB");
    assertThat(Sizes.text(10_200)).isEqualTo("10 KiB");
    assertThat(Sizes.text(5L << 40)).isEqualTo("5.0 TiB");
  }

  @Test
  void ellipsis_keepsBeginningAndEnd_alsoOfWideCharacters() {
    assertThat(Ellipsis.middle("abcdefghij", 10)).isEqualTo("abcdefghij");
    assertThat(Ellipsis.middle("abcdefghijk", 10)).isEqualTo("abc…fghijk");
    assertThat(CharacterWidth.of(Ellipsis.middle("漢字漢字漢字漢字", 9))).isLessThanOrEqualTo(9);
    assertThat(Ellipsis.end("abcdef", 4)).isEqualTo("abc…");
  }
}
