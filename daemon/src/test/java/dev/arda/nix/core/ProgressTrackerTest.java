package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.NixProgress.Phase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTrackerTest {

  private static final long MILLISECOND = 1_000_000;

  private final List<NixProgress> told = new ArrayList<>();
  private final Deque<Runnable> delayed = new ArrayDeque<>();
  private final List<Duration> delays = new ArrayList<>();
  private long now = -5_000_000_000L; // System.nanoTime may be negative
  private final ProgressTracker tracker =
      new ProgressTracker(
          told::add,
          () -> now,
          (delay, task) -> {
            delays.add(delay);
            delayed.add(task);
          });

  private void start(long id, int type, String text, String fields) {
    tracker.standardError(
        "@nix {\"action\":\"start\",\"id\":%d,\"level\":3,\"text\":\"%s\",\"type\":%d,\"fields\":%s}"
            .formatted(id, text, type, fields));
  }

  private void stop(long id) {
    tracker.standardError("@nix {\"action\":\"stop\",\"id\":%d}".formatted(id));
  }

  private void result(long id, int type, String fields) {
    tracker.standardError(
        "@nix {\"action\":\"result\",\"id\":%d,\"type\":%d,\"fields\":%s}"
            .formatted(id, type, fields));
  }

  private void pass(long milliseconds) {
    now += milliseconds * MILLISECOND;
  }

  @Test
  void standardError_first_isToldAtOnce() {
    start(1, 101, "downloading 'https://x/y'", "[\"https://x/y\"]");
    assertThat(told)
        .containsExactly(new NixProgress(Phase.FETCHING, "downloading 'https://x/y'", 0, 0));
  }

  @Test
  void standardError_manyInShortTime_onlyTheNewestIsToldLater() {
    start(1, 101, "downloading 'a'", "[]");
    for (var i = 2; i < 1000; i++) {
      start(i, 101, "downloading '" + i + "'", "[]");
    }
    pass(40);
    start(1000, 101, "downloading 'last'", "[]");
    assertThat(told).hasSize(1);
    assertThat(delays).containsExactly(Duration.ofMillis(100));

    pass(60);
    delayed.remove().run();
    assertThat(told)
        .extracting(NixProgress::text)
        .containsExactly("downloading 'a'", "downloading 'last'");
    assertThat(delayed).isEmpty();
  }

  @Test
  void standardError_oneEveryTenMilliseconds_isToldTenTimesASecond() {
    for (var i = 0; i < 200; i++) {
      start(i, 101, "downloading '" + i + "'", "[]");
      pass(10);
      if (!delayed.isEmpty() && i % 10 == 9) {
        delayed.remove().run();
      }
    }
    assertThat(told).hasSizeBetween(19, 21);
  }

  @Test
  void standardError_builds_showNamePlaceInTheQueueMachineAndPhase() {
    start(1, 104, "", "[]");
    result(1, 105, "[1,5,1,0]");
    start(
        2,
        105,
        "building '/nix/store/4c3dlrxpqv76qqgfzrqv146zs9fkfxhr-dep-a-1.0.drv'",
        "[\"/nix/store/4c3dlrxpqv76qqgfzrqv146zs9fkfxhr-dep-a-1.0.drv\",\"ssh://host\",1,1]");
    pass(100);
    result(2, 104, "[\"build\\u001b[31mPhase\"]");

    assertThat(told)
        .containsExactly(
            new NixProgress(Phase.BUILDING, "building dep-a-1.0 on ssh://host (2/5)", 1, 5),
            new NixProgress(
                Phase.BUILDING, "building dep-a-1.0 on ssh://host (2/5): buildPhase", 1, 5));
  }

  @Test
  void said_eventLongerThanALine_isItsMessageOnly() {
    var frames = "{\"raw_msg\":\"while\"},".repeat(100_000);
    var event =
        "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"error: too deep\",\"trace\":["
            + frames
            + "{}]}";
    tracker.standardError(event.substring(0, 1 << 20));
    tracker.standardError(event.substring(1 << 20));
    tracker.standardError("ssh: plain");

    assertThat(tracker.said()).isEqualTo("error: too deep\nssh: plain\n");
  }

  @Test
  void said_sourceLongerThanAnyoneReads_isShortened() {
    tracker.standardError("error: boom");
    tracker.standardError("            1| " + "x".repeat(70_000));
    tracker.standardError("             | " + " ".repeat(70_000) + "^");

    assertThat(tracker.said()).startsWith("error: boom\n").hasSizeLessThan(1_000);
  }

  @Test
  void standardError_transfer_showsItsBytes() {
    start(1, 100, "copying path '/nix/store/x' from 'https://c'", "[\"x\",\"c\",\"local\"]");
    pass(100);
    result(1, 105, "[10,40,0,0]");
    assertThat(told.getLast())
        .isEqualTo(
            new NixProgress(
                Phase.FETCHING, "copying path '/nix/store/x' from 'https://c'", 10, 40));
  }

  @Test
  void standardError_fetchIsOver_itEvaluates() {
    start(1, 0, "copying '/home/user/flake' to the store", "[]");
    pass(100);
    stop(1);
    assertThat(told)
        .extracting(NixProgress::phase)
        .containsExactly(Phase.FETCHING, Phase.EVALUATING);
  }

  @Test
  void standardError_innerActivityEnds_theOuterOneIsToldAgain() {
    start(1, 0, "evaluating derivation 'x'", "[]");
    pass(100);
    start(2, 112, "fetching 'y'", "[]");
    pass(100);
    stop(2);
    assertThat(told)
        .extracting(NixProgress::text)
        .containsExactly("evaluating derivation 'x'", "fetching 'y'", "evaluating derivation 'x'");
  }

  @Test
  void standardError_waiting_isSaid() {
    start(1, 111, "waiting for lock on \\u001b[35;1m'/nix/store/x'\\u001b[0m", "[]");
    assertThat(told)
        .containsExactly(
            new NixProgress(Phase.WAITING, "waiting for lock on '/nix/store/x'", 0, 0));
  }

  @Test
  void close_afterwards_nothingIsTold() {
    start(1, 0, "evaluating a", "[]");
    start(2, 0, "evaluating b", "[]");
    tracker.close();
    delayed.remove().run();
    pass(1000);
    start(3, 0, "evaluating c", "[]");
    assertThat(told).hasSize(1);
  }

  @Test
  void said_messagesBuildLogsAndOtherLines_inOrder() {
    tracker.standardError("warning: dirty");
    tracker.standardError("@nix {\"action\":\"msg\",\"level\":1,\"msg\":\"one\\ntwo\"}");
    start(1, 105, "building", "[\"/nix/store/x.drv\",\"\",1,1]");
    result(1, 101, "[\"from the builder\"]");
    tracker.standardError("@nix {\"damaged");
    tracker.standardError("@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"error: end\"}");

    assertThat(tracker.said())
        .isEqualTo("warning: dirty\none\ntwo\nfrom the builder\nerror: end\n");
    assertThat(NixErrors.read(tracker.said()).message()).isEqualTo("end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"conc.sid.b", "out.226.many", "out.234.subst", "out.28.withfetch", "rb.sid"})
  void standardError_recordedLogs_tellReadableProgress(String name) {
    for (var line : NixErrorsTest.resource("internal-json/" + name + ".log").lines().toList()) {
      tracker.standardError(line);
      pass(100);
    }
    assertThat(told).extracting(NixProgress::phase).contains(Phase.FETCHING);
    assertThat(told)
        .allSatisfy(progress -> {
          assertThat(progress.text()).isNotBlank();
          assertThat(progress.text().chars()).noneMatch(Character::isISOControl);
        });
  }

  @Test
  void standardError_manyBuilds_countUp() {
    for (var line : NixErrorsTest.resource("internal-json/out.226.many.log").lines().toList()) {
      tracker.standardError(line);
      pass(100);
    }
    assertThat(told)
        .extracting(NixProgress::text)
        .contains("building leaf-0 (1/7)", "building many (7/7)");
  }

  @Test
  void telling_systemClock_tellsTheLastOneWithoutAnotherEvent() throws Exception {
    var last = new CountDownLatch(1);
    try (var real =
        ProgressTracker.telling(progress -> {
          if (progress.text().equals("evaluating last")) {
            last.countDown();
          }
        })) {
      for (var text : List.of("first", "second", "last")) {
        real.standardError(
            "@nix {\"action\":\"start\",\"id\":1,\"type\":0,\"text\":\"evaluating %s\"}"
                .formatted(text));
      }
      assertThat(last.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
