package dev.arda.nix.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class SystemProcessRunnerTest extends RunnerFixture {

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
