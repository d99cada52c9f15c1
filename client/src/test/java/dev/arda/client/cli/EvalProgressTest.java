package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.FlakeState;
import dev.arda.v1.Progress;
import dev.arda.v1.SelectResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code arda eval} while it waits, and when nobody waits for it any more. */
final class EvalProgressTest extends CliTestCase {

  @Test
  void interrupted_cancelsTheEvaluation_andExitsWith130() throws Exception {
    cli.daemon.selection = (request, answers) -> answers.awaitCancel();
    var result = CompletableFuture.supplyAsync(() -> cli.run("eval", "a"));
    assertThat(cli.daemon.selecting.await(60, TimeUnit.SECONDS)).isTrue();
    cli.interruption.trigger();
    assertThat(result.get(60, TimeUnit.SECONDS).code()).isEqualTo(130);
    assertThat(result.get().err()).isEmpty();
    assertThat(cli.daemon.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closedOutput_endsQuietly_andCancelsTheEvaluation() throws Exception {
    cli.daemon.selection =
        (request, answers) -> {
          answers.value(0, "1");
          answers.awaitCancel();
        };
    var closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    var result = cli.run(closed, new ByteArrayOutputStream(), "eval", "a", "b");
    assertThat(result.code()).isEqualTo(141);
    assertThat(result.err()).isEmpty();
    assertThat(cli.daemon.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void progress_isShownOnATerminalAfterAWhile_andErasedBeforeTheValue() {
    cli.terminals = "12";
    cli.places.with("COLUMNS", "30");
    var err = new ByteArrayOutputStream();
    cli.daemon.selection =
        (request, answers) -> {
          answers.send(
              SelectResponse.newBuilder()
                  .setState(FlakeState.newBuilder().setFlakeRef("x"))
                  .build());
          answers.send(
              SelectResponse.newBuilder()
                  .setProgress(
                      Progress.newBuilder()
                          .setText("copying\u001b /etc/nixos to the store and more"))
                  .build());
          // Sent only once the line was seen.
          while (!err.toString(StandardCharsets.UTF_8).contains("copying")) {
            Thread.onSpinWait();
          }
          answers.value(0, "{\"a\":1}");
        };
    var environment = cli.places.environment("12");
    // One terminal: both streams arrive at the same place, in the order they are written.
    int code =
        new Arda(environment, new Console(err, err, environment), cli.interruption)
            .run(java.util.List.of("eval", "a"));
    var screen = err.toString(StandardCharsets.UTF_8);
    assertThat(code).isZero();
    assertThat(screen).containsPattern("\r[⠋⠙⠹⠸] copying[^\u001b]{0,15}… \\([0-9.]+s\\)\u001b\\[K");
    assertThat(screen).endsWith("\r\u001b[K{\n  \"a\": 1\n}\n");
    for (var frame : screen.split("\r", -1)) {
      var visible = frame.replaceAll("\u001b\\[K[\\s\\S]*", "");
      assertThat(CharacterWidth.of(visible)).isLessThan(30);
    }
  }

  @Test
  void noProgress_whereStandardErrorIsNoTerminal() {
    cli.terminals = "1";
    cli.daemon.selection =
        (request, answers) -> {
          answers.send(
              SelectResponse.newBuilder()
                  .setProgress(Progress.newBuilder().setText("copying"))
                  .build());
          answers.value(0, "1");
        };
    assertThat(cli.run("eval", "a").err()).isEmpty();
  }
}
