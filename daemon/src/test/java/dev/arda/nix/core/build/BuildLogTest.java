package dev.arda.nix.core.build;

import static dev.arda.nix.core.build.BuildStep.State.CANCELLED;
import static dev.arda.nix.core.build.BuildStep.State.FAILED;
import static dev.arda.nix.core.build.BuildStep.State.RUNNING;
import static dev.arda.nix.core.build.BuildStep.State.SUCCEEDED;
import static dev.arda.nix.core.build.BuildStep.State.UNNEEDED;
import static dev.arda.nix.core.build.BuildStep.State.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.build.BuildTotals.Count;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoder against what Nix 2.8, 2.26 and 2.34 printed, recorded with a small flake. */
class BuildLogTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "out.28.default.log",
        "out.226.default.log",
        "out.234.default.log",
        "dm.trixie.log",
        "dm.sid.log"
      })
  void threeBuilds_alsoThroughADaemon_areDone(String recording) {
    var stream = RecordedStream.of(recording, true);

    assertThat(stream.states())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("dep-a", SUCCEEDED, "dep-b", SUCCEEDED, "top", SUCCEEDED));
    assertThat(stream.last()).isEqualTo(builds(new Count(3, 0, 0, 3)));
    assertThat(stream.step("dep-a").phase()).isEqualTo("buildPhase");
    assertThat(stream.step("dep-a").machine()).isEmpty();
    assertThat(stream.lines)
        .contains("dep-a> a: line 1", "dep-a> a: line 2", "dep-b> no newline at end");
    assertThat(stream.log.error()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.28.many.log", "out.226.many.log", "out.234.many.log"})
  void sevenBuilds_theNumbersOfNixWobble_thePlanNeverShrinks(String recording) {
    var stream = RecordedStream.of(recording, true);

    assertThat(stream.steps).hasSize(7);
    assertThat(stream.steps.values()).allMatch(step -> step.state() == SUCCEEDED);
    assertThat(stream.last()).isEqualTo(builds(new Count(7, 0, 0, 7)));
    assertThat(stream.totals)
        .extracting(total -> total.builds().expected())
        .isSorted()
        .allMatch(expected -> expected <= 7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "out.28.fail.log",
        "out.226.fail.log",
        "out.234.fail.log",
        "dm.trixie.fail.log",
        "dm.sid.fail.log"
      })
  void failedBuild_saysWhyWithItsLastLines(String recording) {
    var stream = RecordedStream.of(recording, false);

    var failing = stream.step("failing");
    assertThat(failing.state()).isEqualTo(FAILED);
    assertThat(failing.failure())
        .hasValueSatisfying(failure -> {
          assertThat(failure.reason()).isEqualTo("builder failed with exit code 3");
          assertThat(failure.dependency()).isFalse();
          assertThat(failure.lastLines())
              .containsExactly("fail: about to fail", "boom: no such thing");
        });
    assertThat(stream.last()).isEqualTo(builds(new Count(0, 0, 1, 1)));
    assertThat(stream.log.error())
        .hasValueSatisfying(error -> assertThat(error.message()).contains("exit code 3"));
  }

  /** As Nix 2.8 was seen to do with two builds at a time. */
  @Test
  void buildThatEndsBetweenTheCountAndTheErrorOfAnother_hasSucceeded() {
    var stream = new RecordedStream();
    var good = "/nix/store/4c3dlrxpqv76qqgfzrqv146zs9fkfxhr-good.drv";
    var bad = "/nix/store/ypk77hvmc9ciyx4xy2498jyaqb5bwqha-bad.drv";
    var build =
        "@nix {\"action\":\"start\",\"fields\":[\"%s\",\"\",1,1],\"id\":%d,\"level\":3,\"text\":\"building\",\"type\":105}";
    var count = "@nix {\"action\":\"result\",\"fields\":[%d,2,%d,%d],\"id\":1,\"type\":105}";
    for (var line :
        List.of(
            "@nix {\"action\":\"start\",\"id\":1,\"level\":0,\"text\":\"\",\"type\":104}",
            build.formatted(bad, 2),
            build.formatted(good, 3),
            count.formatted(0, 2, 0),
            count.formatted(0, 1, 1),
            count.formatted(1, 0, 1),
            "@nix {\"action\":\"stop\",\"id\":3}",
            "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"error: builder for '%s' failed with exit code 1\",\"raw_msg\":\"\"}"
                .formatted(bad),
            "@nix {\"action\":\"stop\",\"id\":2}")) {
      stream.log.standardError(line);
    }

    assertThat(stream.states())
        .containsExactlyInAnyOrderEntriesOf(Map.of("good", SUCCEEDED, "bad", FAILED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.28.depfail.log", "out.226.depfail.log", "out.234.depfail.log"})
  void failedDependency_isToldApartFromTheFailure(String recording) {
    var stream = RecordedStream.of(recording, false);

    assertThat(stream.states())
        .containsExactlyInAnyOrderEntriesOf(Map.of("failing", FAILED, "depfail", FAILED));
    assertThat(stream.step("failing").failure().orElseThrow().dependency()).isFalse();
    assertThat(stream.step("depfail").failure().orElseThrow().dependency()).isTrue();
    assertThat(stream.last().builds()).isEqualTo(new Count(0, 0, 2, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "out.28.killINT.log",
    "out.226.killINT.log",
    "out.234.killINT.log",
    "out.28.killTERM.log",
    "out.226.killTERM.log",
    "out.234.killTERM.log"
  })
  void killedNix_whatWasNotDoneIsCancelled_andNothingFailed(String recording) {
    var stream = RecordedStream.of(recording, false);

    assertThat(stream.states().values()).isNotEmpty().containsOnly(CANCELLED);
    assertThat(stream.last().builds().failed()).isZero();
    assertThat(stream.last().builds().running()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"conc.trixie.a.log,conc.trixie.b.log", "conc.sid.a.log,conc.sid.b.log"})
  void twoNixesAtTheSameBuilds_whatTheOtherBuiltIsUnneeded(String first, String second) {
    var one = RecordedStream.of(first, true);
    var other = RecordedStream.of(second, true);

    for (var stream : List.of(one, other)) {
      assertThat(stream.states().keySet()).containsExactlyInAnyOrder("dep-a", "dep-b", "top");
      assertThat(stream.states().values()).containsOnly(SUCCEEDED, UNNEEDED);
      assertThat(stream.last()).isEqualTo(builds(new Count(3, 0, 0, 3)));
    }
    for (var name : one.states().keySet()) {
      assertThat(List.of(one.step(name).state(), other.step(name).state()))
          .as(name)
          .contains(SUCCEEDED);
    }
    assertThat(one.states().values()).contains(UNNEEDED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.28.subst.log", "out.226.subst.log", "out.234.subst.log"})
  void downloads_countPathsAndBytes(String recording) {
    var stream = RecordedStream.of(recording, true);

    assertThat(stream.last().downloads()).isEqualTo(new Count(2, 0, 0, 2));
    assertThat(stream.last().downloadBytes()).isEqualTo(new Count(3_000_400, 0, 0, 3_000_400));
    assertThat(stream.last().copies()).isEqualTo(Count.NONE);
    assertThat(stream.transfers.values())
        .hasSize(2)
        .allSatisfy(transfer -> {
          assertThat(transfer.kind()).isEqualTo(Transfer.Kind.DOWNLOAD);
          assertThat(transfer.state()).isEqualTo(Transfer.State.DONE);
          assertThat(transfer.store()).isEqualTo("file:///home/user/ijson/cache");
          assertThat(transfer.done()).isEqualTo(transfer.expected());
        });
    assertThat(stream.log.downloaded()).hasSize(2);
    // What is downloaded is built by nobody, also where Nix counts it among the builds first.
    assertThat(stream.steps).isEmpty();
    assertThat(stream.last().builds().running()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.28.withfetch.log", "out.226.withfetch.log", "out.234.withfetch.log"})
  void sourceThatIsFetchedByABuild_isADownloadToo(String recording) {
    var stream = RecordedStream.of(recording, true);

    assertThat(stream.states())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("fetched.bin", SUCCEEDED, "withfetch", SUCCEEDED));
    assertThat(stream.transfers.keySet()).containsExactly("file:///home/user/ijson/big.bin");
    assertThat(stream.last().downloads()).isEqualTo(new Count(1, 0, 0, 1));
    assertThat(stream.last().downloadBytes()).isEqualTo(new Count(3_000_000, 0, 0, 3_000_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rb.trixie.log", "rb.sid.log"})
  void remoteBuilds_areCountedOnce_andSayWhere(String recording) {
    var stream = RecordedStream.of(recording, true);

    assertThat(stream.last().builds()).isEqualTo(new Count(3, 0, 0, 3));
    assertThat(stream.steps.values())
        .hasSize(3)
        .allSatisfy(step -> {
          assertThat(step.state()).isEqualTo(SUCCEEDED);
          assertThat(step.machine()).isEqualTo("ssh-ng://root@127.0.0.1");
        });
    if (recording.contains("trixie")) {
      // The other did not print them in this form.
      assertThat(stream.lines).contains("dep-a> a: line 1", "dep-b> no newline at end");
      assertThat(stream.step("dep-a").phase()).isEqualTo("buildPhase");
    }
    assertThat(stream.last().copies()).isEqualTo(new Count(3, 0, 0, 3));
    assertThat(stream.last().copyBytes()).isEqualTo(new Count(528, 0, 0, 528));
    assertThat(stream.last().downloads()).isEqualTo(Count.NONE);
  }

  @Test
  void copiesToAStore_countPathsAndBytes() {
    var stream = RecordedStream.of("out.234.copyto.log", true);

    assertThat(stream.last().copies()).isEqualTo(new Count(3, 0, 0, 3));
    assertThat(stream.last().copyBytes()).isEqualTo(new Count(3_000_520, 0, 0, 3_000_520));
    assertThat(stream.transfers.values())
        .allSatisfy(transfer -> {
          assertThat(transfer.kind()).isEqualTo(Transfer.Kind.COPY);
          assertThat(transfer.store()).startsWith("file:///");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.28.traced.log", "out.226.traced.log", "out.234.traced.log"})
  void traces_areLinesAndNoErrors(String recording) {
    var stream = RecordedStream.of(recording, true);

    assertThat(stream.lines).contains("> trace: a trace message");
    assertThat(stream.log.error()).isEmpty();
    if (!recording.contains("28")) {
      assertThat(stream.warnings).containsExactly("evaluation warning: a warning");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.28.evalerr.log", "out.226.evalerr.log", "out.234.evalerr.log"})
  void evaluationErrors_areErrorsWithoutAFailedBuild(String recording) {
    var stream = RecordedStream.of(recording, false);

    assertThat(stream.steps).isEmpty();
    assertThat(stream.log.error())
        .hasValueSatisfying(
            error -> assertThat(error.message()).isEqualTo("evaluation went wrong"));
  }

  @Test
  void plan_isToldBeforeAnythingRuns() {
    var stream = new RecordedStream();
    for (var line : RecordedStream.read("out.226.depfail.log")) {
      if (line.contains("\"type\":105")) {
        break;
      }
      stream.log.standardError(line);
    }

    assertThat(stream.states())
        .containsExactlyInAnyOrderEntriesOf(Map.of("failing", WAITING, "depfail", WAITING));
    assertThat(stream.last().builds()).isEqualTo(new Count(0, 0, 0, 2));
  }

  @Test
  void plannedDownloads_areToldWithTheirBytes() {
    var stream = new RecordedStream();
    RecordedStream.read("out.226.subst.log").stream()
        .filter(line -> line.contains("\"msg\""))
        .forEach(stream.log::standardError);

    assertThat(stream.transfers.values())
        .extracting(Transfer::state)
        .containsExactly(Transfer.State.WAITING, Transfer.State.WAITING);
    assertThat(stream.log.plannedBytes()).isEqualTo(Math.round(2.86 * 1024 * 1024));
  }

  @Test
  void damagedLines_andLinesOfOthers_harmNothing() {
    var random = new Random(20261126);
    var lines = RecordedStream.read("rb.trixie.log");
    for (int run = 0; run < 200; run++) {
      var stream = new RecordedStream();
      for (var line : lines) {
        switch (random.nextInt(12)) {
          case 0 -> {} // lost
          case 1 -> stream.log.standardError(line.substring(0, random.nextInt(line.length())));
          case 2 -> {
            stream.log.standardError("Warning: Permanently added '127.0.0.1' to the known hosts.");
            stream.log.standardError(line);
          }
          case 3 ->
              stream.log.standardError(
                  line.replaceFirst("\"type\":[0-9]+", "\"type\":" + random.nextInt(200)));
          default -> stream.log.standardError(line);
        }
      }
      stream.log.finish(true);

      assertThat(stream.steps.values()).noneMatch(step -> step.state() == RUNNING);
      var builds = stream.log.totals().builds();
      assertThat(builds.done() + builds.failed()).isEqualTo(stream.steps.size());
      assertThat(builds.expected()).isGreaterThanOrEqualTo(builds.done());
      assertThat(stream.lines)
          .asInstanceOf(InstanceOfAssertFactories.list(String.class))
          .noneMatch(line -> line.contains("@nix {\"action\""));
    }
  }

  /** A gigabyte from a cache is 131,000 lines, which must not cost a second of their own. */
  @Test
  void gigabyteOfProgress_isToldRarely_andCostsLittle() {
    var lines = RecordedStream.read("out.226.subst.log");
    var head = lines.stream().takeWhile(line -> !line.contains("[8192,")).toList();
    var progress = lines.stream().filter(line -> line.contains("[8192,")).findFirst().orElseThrow();
    var tells = new int[1];
    var log =
        new BuildLog(
            new BuildLogListener() {
              @Override
              public void transfer(Transfer transfer) {
                tells[0]++;
              }
            },
            java.time.Clock.systemUTC());
    head.forEach(log::standardError);
    long began = System.nanoTime();
    for (long bytes = 8192; bytes <= 1L << 30; bytes += 8192) {
      log.standardError(progress.replace("[8192,3000112,", "[" + bytes + ",1073741824,"));
    }
    var took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(log.totals().downloadBytes()).isEqualTo(new Count(1L << 30, 0, 0, 1L << 30));
    assertThat(tells[0]).isLessThan(20 + (int) took.toMillis() / 40);
  }

  private static BuildTotals builds(Count builds) {
    return new BuildTotals(builds, Count.NONE, Count.NONE, Count.NONE, Count.NONE);
  }
}
