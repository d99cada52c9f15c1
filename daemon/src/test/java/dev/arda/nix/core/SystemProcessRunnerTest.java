package dev.arda.nix.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class SystemProcessRunnerTest {

  private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  @TempDir Path directory;

  private final SystemProcessRunner runner = SystemProcessRunner.create();

  @AfterEach
  void endAll() {
    runner.close();
  }

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

  private static final class Lines implements OutputListener {
    private final List<String> out = Collections.synchronizedList(new ArrayList<>());
    private final List<String> err = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch first = new CountDownLatch(1);

    @Override
    public void standardOutput(String line) {
      out.add(line);
      first.countDown();
    }

    @Override
    public void standardError(String line) {
      err.add(line);
    }
  }

  private Command.Builder command(String... arguments) {
    return Command.of(List.of(arguments), PATH, directory);
  }

  private Command.Builder shell(String script) {
    return command("sh", "-c", script);
  }

  private CommandException failure(Command command) {
    return failure(runner, command);
  }

  private static CommandException failure(ProcessRunner runner, Command command) {
    var thrown = catchThrowableOfType(CommandException.class, () -> runner.run(command));
    assertThat(thrown).isNotNull();
    return thrown;
  }

  private static void awaitGone(long pid) {
    awaitGone(pid, Duration.ofSeconds(60));
  }

  private static void awaitGone(long pid, Duration limit) {
    var deadline = System.nanoTime() + limit.toNanos();
    while (lives(pid) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(5_000_000);
    }
    assertThat(lives(pid)).as("process %d lives", pid).isFalse();
  }

  /** A process that is dead but not yet collected by its parent does not live. */
  private static boolean lives(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
      return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
    } catch (IOException e) {
      return false;
    }
  }

  private long awaitPid(String file) {
    var path = directory.resolve(file);
    while (true) {
      try {
        if (Files.exists(path) && Files.readString(path).endsWith("\n")) {
          return Long.parseLong(Files.readString(path).strip());
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void run_program_returnsExitCodeOutputAndErrors() {
    var lines = new Lines();
    var result = runner.run(shell("echo out; echo err >&2; exit 7").build(), lines);

    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.outputText()).isEqualTo("out\n");
    assertThat(result.errorTail()).isEqualTo("err\n");
    assertThat(lines.out).containsExactly("out");
    assertThat(lines.err).containsExactly("err");
    assertThatThrownBy(result::orThrow)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.reason()).isEqualTo(Reason.COMMAND_FAILED))
        .hasMessage("sh failed with exit code 7: err");
  }

  @Test
  void run_endedBySignal_exitCodeIs128PlusSignal() {
    assertThat(runner.run(shell("kill -9 $$").build()).exitCode()).isEqualTo(137);
  }

  @Test
  void run_arguments_arriveUnchangedWithoutAShell() {
    var arguments = List.of("$HOME", "a b", "", "*", "'", "\"", "--", "-x", "\n", "é", "`id`", ";");
    var command = new ArrayList<>(List.of("printf", "[%s]"));
    command.addAll(arguments);
    var result = runner.run(Command.of(command, PATH, directory).build());

    assertThat(result.outputText()).isEqualTo("[" + String.join("][", arguments) + "]");
  }

  @Test
  void run_environment_isExactlyWhatWasGiven() {
    var given = Map.of("PATH", "/usr/bin:/bin", "ONE", "1 \n=é", "EMPTY", "");
    var result = runner.run(Command.of(List.of("env", "-0"), given, directory).build());

    assertThat(result.outputText().split("\0", 0))
        .containsExactlyInAnyOrder("PATH=/usr/bin:/bin", "ONE=1 \n=é", "EMPTY=");
  }

  @Test
  void run_directory_isTheOneGiven() throws IOException {
    assertThat(runner.run(command("pwd").build()).outputText().strip())
        .isEqualTo(directory.toRealPath().toString());
  }

  @Test
  void run_withoutInput_programSeesTheEnd() {
    assertThat(runner.run(command("cat").build()).output()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 300_000, 20_000_000})
  void run_inputOfAnySizeThroughCat_comesBackByteForByte(int size) {
    var seed = 4711L + size;
    var bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    var result = runner.run(command("cat").input(bytes).build());

    assertThat(Arrays.equals(result.output(), bytes)).as("seed %d", seed).isTrue();
  }

  @Test
  void run_programThatReadsNoInput_doesNotFail() {
    assertThat(runner.run(command("true").input(new byte[1_000_000]).build()).succeeded()).isTrue();
  }

  @Test
  void run_muchOnBothOutputs_neitherWaitsForTheOther() {
    var lines = new Lines();
    var script = "head -c 3000000 /dev/zero | tr '\\0' 'e' >&2; head -c 3000000 /dev/zero";
    var result = runner.run(shell(script).build(), lines);

    assertThat(result.output()).hasSize(3_000_000);
    assertThat(result.errorTail().length()).isBetween(65_000, 65_536);
    assertThat(lines.err).allMatch(line -> line.length() <= 1 << 20);
    assertThat(String.join("", lines.err)).hasSize(3_000_000);
  }

  @Test
  void run_moreOutputThanTheLimit_failsAndEndsTheProgram() {
    var thrown = failure(command("yes").outputLimit(1_000_000).build());

    assertThat(thrown.reason()).isEqualTo(Reason.COMMAND_FAILED);
    assertThat(thrown).hasMessage("yes printed more than 1000000 bytes and was ended.");
  }

  @Test
  void run_lineInPieces_isOneLine() {
    var lines = new Lines();
    var script =
        "printf 'one '; sleep 0.1; printf 'line\\nsecond\\r\\n'; sleep 0.1; printf 'no end'";
    runner.run(shell(script).build(), lines);

    assertThat(lines.out).containsExactly("one line", "second", "no end");
  }

  @Test
  void run_listenerThatThrows_outputIsStillComplete() {
    var result =
        runner.run(
            command("seq", "1000").build(),
            new OutputListener() {
              @Override
              public void standardOutput(String line) {
                throw new IllegalStateException("a faulty listener, thrown on purpose");
              }
            });
    assertThat(result.outputText()).endsWith("999\n1000\n");
  }

  @Test
  void run_invalidUtf8_isReplacedInLinesAndKeptInBytes() {
    var lines = new Lines();
    var result = runner.run(command("printf", "a\\377b\\n").build(), lines);

    assertThat(lines.out).containsExactly("a\uFFFDb");
    assertThat(result.output()).containsExactly('a', 0xFF, 'b', '\n');
  }

  @Test
  void run_missingProgram_namesItAndThePath() {
    var thrown = failure(command("no-such-program").build());

    assertThat(thrown.reason()).isEqualTo(Reason.COMMAND_FAILED);
    assertThat(thrown)
        .hasMessage("The program no-such-program is not on the PATH (/usr/bin:/bin).");
    assertThat(failure(command("/no/such").build()))
        .hasMessage("The program /no/such is not there or cannot be executed.");
  }

  @Test
  void run_missingDirectory_namesIt() {
    var gone = directory.resolve("gone");
    assertThat(failure(Command.of(List.of("true"), PATH, gone).build()))
        .hasMessageContaining(gone.toString());
  }

  @Test
  void run_programFound_onThePathOfTheCommandOnly() throws IOException {
    var program = Files.writeString(directory.resolve("only-here"), "#!/bin/sh\necho found\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();

    var environment = Map.of("PATH", directory.toString());
    assertThat(
            runner
                .run(Command.of(List.of("only-here"), environment, directory).build())
                .outputText())
        .isEqualTo("found\n");
  }

  @Test
  void run_nulInArgument_isRefused() {
    assertThatThrownBy(() -> command("echo", "a\0b").build())
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REQUEST_INVALID));
  }

  @Test
  void run_argumentLongerThanTheSystemAllows_isRefused() {
    var thrown = failure(command("true", "x".repeat(200_000)).build());

    assertThat(thrown.reason()).isEqualTo(Reason.REQUEST_INVALID);
    assertThat(thrown.getMessage()).hasSizeLessThan(200);
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
  void run_secrets_appearNowhereButInTheOutputBytes() {
    var canary = "s3cret-canary";
    var key = "-----BEGIN KEY-----\nabcdefgh\n-----END KEY-----";
    var lines = new Lines();
    var command =
        shell("echo \"$1\"; echo \"$2\" >&2; exit 1; # " + canary)
            .secrets(List.of(canary, key, ""))
            .build();
    var withArguments =
        Command.of(
                List.of(
                    "sh", "-c", "echo \"$1\"; echo \"key: $2\" >&2; exit 1", canary, canary, key),
                PATH,
                directory)
            .secrets(List.of(canary, key, ""))
            .build();
    var result = runner.run(withArguments, lines);

    assertThat(result.outputText()).isEqualTo(canary + "\n");
    assertThat(lines.out).containsExactly("<redacted>");
    assertThat(result.errorTail()).isEqualTo("key: <redacted>\n<redacted>\n<redacted>\n");
    assertThat(command.display())
        .isEqualTo("sh -c 'echo \"$1\"; echo \"$2\" >&2; exit 1; # <redacted>'");
    for (var text :
        List.of(
            withArguments.toString(),
            withArguments.display(),
            String.valueOf(catchThrowableOfType(CommandException.class, result::orThrow)),
            lines.err.toString(),
            failure(command("/no/such/" + canary).secrets(List.of(canary)).build()).toString(),
            failure(
                    command("sleep", "9", canary + "x".repeat(200_000))
                        .secrets(List.of(canary))
                        .build())
                .toString())) {
      assertThat(text).doesNotContain(canary).doesNotContain("abcdefgh").isNotEmpty();
    }
  }

  @Test
  void start_conversation_linesGoBothWays() throws Exception {
    var lines = new Lines();
    try (var child = runner.start(shell("echo hi >&2; exec cat").build(), lines)) {
      var reader = child.standardOutput();
      for (var question : List.of("one\n", "two\n")) {
        child.standardInput().write(question.getBytes(UTF_8));
        child.standardInput().flush();
        assertThat(new String(reader.readNBytes(question.length()), UTF_8)).isEqualTo(question);
      }
      assertThat(child.isAlive()).isTrue();
      child.standardInput().close();
      assertThat(child.onExit().get(60, TimeUnit.SECONDS)).isZero();
      assertThat(lines.err).containsExactly("hi");
      assertThat(child.errorTail()).isEqualTo("hi\n");
    }
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

  @Test
  void run_fiftyAtOnce_eachGetsItsOwnOutput() throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<java.util.concurrent.Future<String>>();
      for (var i = 0; i < 50; i++) {
        var text = "number " + i;
        futures.add(
            executor.submit(() -> runner.run(command("cat").input(text).build()).outputText()));
      }
      for (var i = 0; i < 50; i++) {
        assertThat(futures.get(i).get()).isEqualTo("number " + i);
      }
    }
  }
}
