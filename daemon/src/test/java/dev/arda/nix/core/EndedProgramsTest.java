package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Programs that are ended, by limits, interruptions and the end of the runner, and what they
 * started.
 */
@Timeout(300)
class EndedProgramsTest extends RunnerFixture {

  /** The ways to end a group: what a system offers differs. */
  enum Means {
    CALL,
    PROGRAM,
    TREE_ONLY;

    SystemProcessRunner runner() {
      var threads = Thread.ofVirtual().factory();
      return switch (this) {
        case CALL -> SystemProcessRunner.create();
        case PROGRAM ->
            new SystemProcessRunner(
                Optional.of(Path.of("/usr/bin/setsid")),
                Spawner.system(),
                Signals.byProgram(),
                threads);
        case TREE_ONLY ->
            new SystemProcessRunner(
                Optional.empty(), new Spawner(Optional.empty()), Signals.system(), threads);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_longerThanItsLimit_failsAndEndsTheGroup(Means means) {
    try (var other = means.runner()) {
      var command =
          shell("sleep 1000 & echo $! > child; wait").timeLimit(Duration.ofSeconds(1)).build();
      var thrown = failure(other, command);

      assertThat(thrown.reason()).isEqualTo(Reason.COMMAND_TIMEOUT);
      assertThat(thrown).hasMessage("sh did not finish within 1 s and was ended.");
      awaitGone(awaitPid("child"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_programThatIgnoresTerm_isKilledAfterTheGrace(Means means) {
    try (var other = means.runner()) {
      var command =
          shell("trap '' TERM; echo $$ > leader; while :; do sleep 1; done")
              .timeLimit(Duration.ofSeconds(1))
              .grace(Duration.ofMillis(200))
              .build();
      assertThat(failure(other, command).reason()).isEqualTo(Reason.COMMAND_TIMEOUT);
      awaitGone(awaitPid("leader"));
    }
  }

  @Test
  void run_silentForLongerThanItsLimit_failsAndEndsTheGroup() {
    var command =
        shell("echo once; sleep 1000 & echo $! > child; wait")
            .silenceLimit(Duration.ofSeconds(1))
            .build();
    var thrown = failure(command);

    assertThat(thrown.reason()).isEqualTo(Reason.COMMAND_TIMEOUT);
    assertThat(thrown).hasMessage("sh printed nothing for 1 s and was ended.");
    awaitGone(awaitPid("child"));
  }

  /** It is never silent for longer than a twentieth of the limit. */
  @Test
  void run_longerThanTheLimitOfSilenceButNeverSilent_succeeds() {
    var command =
        shell("for i in $(seq 15); do echo $i; sleep 0.1; echo $i >&2; sleep 0.1; done")
            .silenceLimit(Duration.ofSeconds(2))
            .build();
    assertThat(runner.run(command).outputText()).endsWith("15\n");
  }

  @Test
  void run_graceThatBecomesShorterWhileItIsWaitedOut_counts() throws Exception {
    var grace = new AtomicReference<>(Duration.ofMinutes(10));
    var command =
        shell("trap 'echo told > told' TERM; echo $$ > leader; while :; do sleep 0.05; done")
            .grace(grace::get)
            .build();
    var thread = Thread.ofVirtual().start(() -> failure(command));
    awaitPid("leader");
    thread.interrupt();
    while (!Files.exists(directory.resolve("told"))) {
      Thread.onSpinWait();
    }
    assertThat(thread.isAlive()).isTrue();

    grace.set(Duration.ZERO);

    assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    awaitGone(awaitPid("leader"));
  }

  @Test
  void run_programThatEndsOnTerm_mayTidyUp() throws IOException {
    var command =
        shell("trap 'echo tidy > tidied; exit' TERM; while :; do sleep 0.05; done")
            .timeLimit(Duration.ofSeconds(1))
            .build();
    assertThat(failure(command).reason()).isEqualTo(Reason.COMMAND_TIMEOUT);
    assertThat(Files.readString(directory.resolve("tidied"))).isEqualTo("tidy\n");
  }

  @Test
  void run_interrupted_endsTheGroupAndKeepsTheInterrupt() throws Exception {
    var outcome = new CompletableFuture<String>();
    var thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                runner.run(shell("sleep 1000 & echo $! > child; wait").build());
                outcome.complete("no failure");
              } catch (CommandException e) {
                outcome.complete(e.reason() + " " + Thread.currentThread().isInterrupted());
              }
            });
    var child = awaitPid("child");
    thread.interrupt();

    assertThat(outcome.get(60, TimeUnit.SECONDS)).isEqualTo("CANCELLED true");
    awaitGone(child);
  }

  @Test
  void run_interruptedBefore_startsNothing() {
    Thread.currentThread().interrupt();
    try {
      assertThat(failure(shell("touch started").build()).reason()).isEqualTo(Reason.CANCELLED);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(directory.resolve("started")).doesNotExist();
  }

  /** The grandchild's parent is gone, so only the group still knows it. */
  private static final String DOUBLE_FORK =
      "(sh -c 'echo $$ > grandchild; exec sleep 1000' &) ; while ! test -s grandchild; do :; done;";

  @Test
  void run_succeedsAndLeavesDoubleForkedGrandchild_grandchildEnds() {
    var result = runner.run(shell(DOUBLE_FORK + " echo done").build());

    assertThat(result.outputText()).isEqualTo("done\n");
    awaitGone(awaitPid("grandchild"), Duration.ZERO);
  }

  @Test
  void run_grandchildThatIgnoresTerm_isKilledAfterTheGrace() {
    var script =
        "(trap '' TERM; sh -c 'echo $$ > grandchild; while :; do sleep 1; done' &);"
            + " while ! test -s grandchild; do :; done; exit 3";
    var result = runner.run(shell(script).grace(Duration.ofMillis(200)).build());

    assertThat(result.exitCode()).isEqualTo(3);
    awaitGone(awaitPid("grandchild"), Duration.ZERO);
  }

  @Test
  void run_timeoutWithDoubleForkedGrandchild_grandchildEnds() {
    var command = shell(DOUBLE_FORK + " sleep 1000").timeLimit(Duration.ofSeconds(1)).build();

    assertThat(failure(command).reason()).isEqualTo(Reason.COMMAND_TIMEOUT);
    awaitGone(awaitPid("grandchild"), Duration.ZERO);
  }

  @Test
  void run_daemonThatLeftTheSessionHoldsThePipes_isNotWaitedFor() {
    var script =
        "setsid sh -c 'echo $$ > daemon; exec sleep 1000' & "
            + "while ! test -s daemon; do :; done; echo done";
    var result = runner.run(shell(script).build());
    var daemon = awaitPid("daemon");
    try {
      assertThat(result.outputText()).isEqualTo("done\n");
    } finally {
      ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void stop_childWithAnotherSessionWhileLeaderLives_isEndedToo() {
    var command =
        shell("setsid sh -c 'echo $$ > daemon; exec sleep 1000' & wait")
            .timeLimit(Duration.ofSeconds(1))
            .build();
    assertThat(failure(command).reason()).isEqualTo(Reason.COMMAND_TIMEOUT);
    awaitGone(awaitPid("daemon"), Duration.ZERO);
  }

  @Test
  void stop_withoutGrace_killsAtOnce() throws Exception {
    var child =
        runner.start(
            shell("trap '' TERM; echo; while :; do sleep 1; done").build(), OutputListener.NONE);
    assertThat(child.standardOutput().read()).isEqualTo('\n');
    child.stop(Duration.ZERO);

    assertThat(child.isAlive()).isFalse();
    assertThat(child.onExit().get(60, TimeUnit.SECONDS)).isEqualTo(137);
    child.stop(Duration.ZERO);
  }

  @Test
  void close_runningPrograms_areEndedAndNoneIsStarted() throws Exception {
    var other = SystemProcessRunner.create();
    var children = new ArrayList<ChildProcess>();
    for (var i = 0; i < 5; i++) {
      children.add(other.start(command("sleep", "1000").build(), OutputListener.NONE));
    }
    other.close();

    assertThat(children).noneMatch(ChildProcess::isAlive);
    assertThat(failure(other, command("true").build()).reason()).isEqualTo(Reason.CANCELLED);
  }
}
