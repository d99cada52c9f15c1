package dev.arda.client.cli.view;

import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_DOWNLOAD;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_EVALUATION;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_STEP;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.arda.client.cli.Style;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PrintersTest {

  private final Events events = new Events();

  private List<OperationEvent> build() {
    var evaluation = Events.running(Events.node(OPERATION_NODE_KIND_EVALUATION, ".#all"), 0);
    var good = Events.building("good-1.0", 1);
    var bad = Events.building("bad-2.0", 1).setMachine("ssh-ng://builder");
    var fetched = Events.running(Events.node(OPERATION_NODE_KIND_DOWNLOAD, "bash-5.2"), 1);
    var target = Events.node(OPERATION_NODE_KIND_TARGET, ".#all");
    return List.of(
        events.accepted(),
        events.update(0, Events.nodes(target, evaluation)),
        events.update(
            1,
            Events.nodes(Events.succeeded(evaluation, 1), good, bad, fetched)
                .addCounters(Events.counter(OPERATION_COUNTER_KIND_BUILDS, 0, 2, 0, 3))
                .addLogs(Events.log(good, "one\n\u001b[31mtwo\n"))
                .addLogs(Events.log(bad, "late\n").setClippedBytes(3_000_000))
                .addWarnings(Events.warning("the tree is dirty"))),
        events.update(
            4.25,
            Events.nodes(
                Events.succeeded(good, 4.2),
                Events.succeeded(fetched, 2.5).setDone(1_234_567),
                Events.failed(bad, 4.25, "builder failed with exit code 1"),
                Events.failed(target, 4.25, "1 dependency failed"))),
        events.finished(
            4.3, OperationState.OPERATION_STATE_FAILED, OperationResult.getDefaultInstance()));
  }

  private static String plain(List<OperationEvent> events, boolean logs) {
    var text = new StringBuilder();
    try (var printer = new PlainPrinter(text::append, new Style(false), logs)) {
      events.forEach(printer::show);
    }
    return text.toString();
  }

  @Test
  void plain_printsALineForWhateverBeginsOrEnds() {
    assertThat(plain(build(), false))
        .isEqualTo(
            """
            evaluating .#all
            building good-1.0
            building bad-2.0 on ssh-ng://builder
            warning: the tree is dirty
            evaluated .#all in 1.0s
            built good-1.0 in 3.2s
            downloaded bash-5.2 (1.2 MiB) in 1.5s
            failed bad-2.0 after 3.3s on ssh-ng://builder: builder failed with exit code 1
            """);
  }

  @Test
  void plainWithLogs_printsWhatBuildsPrint_withTheirNames_andWithoutControlCharacters() {
    assertThat(plain(build(), true))
        .contains(
            """
            good-1.0> one
            good-1.0> \\u001b[31mtwo
            bad-2.0> [2.9 MiB left out: too much at once]
            bad-2.0> late
            """);
  }

  @Test
  void targetThatNoBuildExplains_isToldAtOnce() {
    var target = Events.node(OPERATION_NODE_KIND_TARGET, ".#web01");
    assertThat(
            plain(
                List.of(events.update(1, Events.nodes(Events.failed(target, 1, "throw")))), false))
        .isEqualTo("failed .#web01: throw\n");
  }

  /** A host whose activation failed, as a deployment tells of it. */
  private static OperationNode.Builder failedHost(OperationNode.Builder target) {
    return Events.failed(Events.running(target, 0), 3, "switch-to-configuration ended with 2");
  }

  private static OperationNode.Builder failedStage(OperationNode.Builder target) {
    return Events.failed(
            Events.running(Events.node(OPERATION_NODE_KIND_STEP, "activate"), 1),
            3,
            "switch-to-configuration ended with 2")
        .setParentId(target.getId());
  }

  @Test
  void targetOfWhichAStepFailed_isToldOnce() {
    var target = Events.node(OPERATION_NODE_KIND_TARGET, "web01");
    var once = "failed web01: activate after 2.0s: switch-to-configuration ended with 2\n";
    var begin = events.update(0, Events.nodes(target));
    var step = events.update(3, Events.nodes(failedStage(target)));
    var host = events.update(3, Events.nodes(failedHost(target)));
    assertThat(plain(List.of(begin, step, host), false))
        .isEqualTo("starting web01: activate\n" + once);
    // Who comes later is told of both at once, of the host first.
    assertThat(
            plain(
                List.of(events.update(3, Events.nodes(failedHost(target), failedStage(target)))),
                false))
        .endsWith(once)
        .containsOnlyOnce("failed");

    var live = new Live();
    live.printer.show(events.update(0, Events.nodes(target, failedStage(target))));
    live.printer.show(events.update(3, Events.nodes(failedHost(target))));
    live.printer.close();
    assertThat(live.terminal.text()).endsWith(once).containsOnlyOnce("failed");
  }

  @Test
  void targetWhoseStepDoesNotSayWhy_saysItItself() {
    var target = Events.node(OPERATION_NODE_KIND_TARGET, "web01");
    var silent = failedStage(target).setFailure("");
    assertThat(plain(List.of(events.update(3, Events.nodes(silent, failedHost(target)))), false))
        .endsWith(
            """
            failed web01: activate after 2.0s
            failed web01: switch-to-configuration ended with 2
            """);
  }

  @Test
  void json_isOneLinePerEvent_andSaysEverything() throws Exception {
    var lines = new ArrayList<String>();
    var build = build();
    try (var printer = new JsonPrinter(lines::add)) {
      build.forEach(printer::show);
    }
    assertThat(lines).hasSameSizeAs(build).noneMatch(line -> line.contains("\n"));
    var again = new ArrayList<OperationEvent>();
    for (var line : lines) {
      var event = OperationEvent.newBuilder();
      JsonFormat.parser().merge(line, event);
      again.add(event.build());
    }
    assertThat(again).isEqualTo(build);
    assertThat(lines.getFirst())
        .startsWith("{\"sequence\":\"1\",\"time\":\"2026-11-26T10:00:00Z\",\"accepted\":{");
  }

  @Test
  void json_ofAnErrorWithADetailOfANewerDaemon_isStillPrinted() {
    var error =
        Status.newBuilder()
            .setMessage("no")
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("BUILD_FAILED").build()))
            .addDetails(
                Any.newBuilder()
                    .setTypeUrl("type.googleapis.com/arda.v2.New")
                    .setValue(ByteString.copyFromUtf8("x")));
    var lines = new ArrayList<String>();
    new JsonPrinter(lines::add)
        .show(
            events.finished(
                1,
                OperationState.OPERATION_STATE_FAILED,
                OperationResult.newBuilder().setError(error).build()));
    assertThat(lines)
        .singleElement()
        .asString()
        .contains("\"reason\":\"BUILD_FAILED\"")
        .doesNotContain("arda.v2");
  }

  @Test
  void quiet_isQuiet() {
    try (var printer = new QuietPrinter()) {
      build().forEach(printer::show);
      printer.say("x");
    }
  }

  /** A terminal, a clock and a live view on them that draws when it is told to. */
  private static final class Live {
    final VirtualTerminal terminal = new VirtualTerminal(80, 10);
    boolean foreground = true;
    boolean taken;
    Instant now = Events.START;
    final LivePrinter printer;

    Live() {
      var screen =
          new Screen() {
            @Override
            public Size size() {
              return new Size(80, 10);
            }

            @Override
            public boolean acquire() {
              taken |= foreground;
              return foreground;
            }

            @Override
            public void release() {
              taken = false;
            }

            @Override
            public void close() {
              taken = false;
            }
          };
      printer =
          new LivePrinter(
              terminal::write,
              () -> screen,
              new LivePrinter.Look(new Style(true), true, false),
              Experience.NONE,
              new Clock() {
                @Override
                public Instant instant() {
                  return now;
                }

                @Override
                public ZoneOffset getZone() {
                  return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                  return this;
                }
              });
    }

    void draw(double seconds) {
      now = Events.START.plusMillis(Math.round(seconds * 1_000));
      printer.draw();
    }
  }

  @Test
  void live_showsWhatRuns_thenLeavesOnlyWhatEnded() {
    var live = new Live();
    live.terminal.write("$ arda build\n");
    var build = build();
    build.subList(0, 3).forEach(live.printer::show);
    live.draw(2);
    assertThat(live.terminal.screen())
        .containsExactly(
            "$ arda build",
            "warning: the tree is dirty",
            "  good-1.0  1s  building     │ \\u001b[31mtwo",
            "  bad-2.0   1s  building     on ssh-ng://builder  │ late",
            "  bash-5.2  1s  downloading",
            "⠋ 0/3 built · 2 running · 2s");
    assertThat(live.terminal.writes()).as("one for the prompt, one for the picture").isEqualTo(2);
    build.subList(3, 5).forEach(live.printer::show);
    live.printer.close();
    assertThat(live.terminal.screen())
        .containsExactly(
            "$ arda build",
            "warning: the tree is dirty",
            "built good-1.0 in 3.2s",
            "failed bad-2.0 after 3.3s on ssh-ng://builder: builder failed with exit code 1",
            "");
    assertThat(live.taken).isFalse();
  }

  @Test
  void live_thatIsSuspended_leavesACleanTerminal_andGoesOnBelow() {
    var live = new Live();
    build().subList(0, 3).forEach(live.printer::show);
    live.draw(2);
    assertThat(live.taken).isTrue();
    live.printer.suspend();
    assertThat(live.taken).isFalse();
    live.terminal.write("[1]+ Stopped\n$ fg\n");
    live.draw(3);
    assertThat(live.terminal.text()).endsWith("$ fg\n");
    live.printer.resume();
    live.draw(4);
    assertThat(live.terminal.text())
        .contains("$ fg\n  good-1.0  3s")
        .doesNotContain("good-1.0  1s");
  }

  @Test
  void live_inTheBackground_printsOnlyWhatEnded() {
    var live = new Live();
    live.foreground = false;
    var build = build();
    build.forEach(live.printer::show);
    live.draw(5);
    assertThat(live.terminal.text())
        .startsWith("warning: the tree is dirty\nbuilt good-1.0")
        .doesNotContain("⠋");
    live.printer.close();
  }

  @Test
  void live_thatEndsBeforeItDraws_onlyLeavesLines() {
    var live = new Live();
    build().forEach(live.printer::show);
    live.printer.say("done");
    live.printer.close();
    live.printer.close();
    assertThat(live.terminal.text()).startsWith("warning:").endsWith("done\n");
  }

  @Test
  void foreground_isReadFromWhatTheKernelSays() {
    assertThat(Foreground.isMine("12 (a) b) (c) S 1 40 40 34817 40 4194304")).isTrue();
    assertThat(Foreground.isMine("12 (a b) S 1 40 40 34817 41 4194304")).isFalse();
    assertThat(Foreground.isMine("12 (no terminal) S 1 40 40 0 -1 4194304")).isTrue();
  }

  @Test
  void stty_isAskedOnceASecond() {
    var answers = new ArrayList<Screen.Size>();
    long[] now = {0};
    var screen =
        new SttyScreen(
            () -> {
              answers.add(new Screen.Size(100 + answers.size(), 30));
              return java.util.Optional.of(answers.getLast());
            },
            () -> now[0]);
    assertThat(screen.size().columns()).isEqualTo(100);
    now[0] = 900_000_000;
    assertThat(screen.size().columns()).isEqualTo(100);
    now[0] = 1_900_000_000;
    assertThat(screen.size().columns()).isEqualTo(101);
  }
}
