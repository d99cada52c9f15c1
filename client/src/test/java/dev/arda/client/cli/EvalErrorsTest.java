package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import dev.arda.client.FakeDaemon;
import dev.arda.v1.NixError;
import dev.arda.v1.NixTraceFrame;
import dev.arda.v1.SelectorError;
import dev.arda.v1.SourcePosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

/** What {@code arda eval} says when something fails. */
final class EvalErrorsTest extends CliTestCase {

  @Test
  void failedSelector_isExplained_withCaretAndCandidates() {
    var error =
        SelectorError.newBuilder()
            .setSelector("hosts.wb.name")
            .setOffset(6)
            .setLength(2)
            .addCandidates("web")
            .addCandidates("wbc")
            .setSuggestion("web")
            .build();
    cli.daemon.selection =
        (request, answers) ->
            answers.failure(
                0,
                FakeDaemon.error(
                    Code.NOT_FOUND, "ATTRIBUTE_MISSING", "attribute 'wb' is missing", error));
    var result = cli.run("eval", "hosts.wb.name");
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            """
            error: attribute 'wb' is missing
                   hosts.wb.name
                         ^^
                   did you mean web or wbc?
            """);
  }

  @Test
  void caret_standsUnderWideCharacters() {
    var error =
        SelectorError.newBuilder().setSelector("日本.e\u0301x").setOffset(3).setLength(3).build();
    cli.daemon.selection =
        (request, answers) ->
            answers.failure(
                0, FakeDaemon.error(Code.INVALID_ARGUMENT, "SELECTOR_INVALID", "bad", error));
    // Two columns for each of the first two, and none for the accent.
    assertThat(cli.run("eval", "日本.e\u0301x").err())
        .isEqualTo("error: bad\n       日本.e\u0301x\n            ^^\n");
  }

  @Test
  void failureOfTheWholeSelection_showsNixsLastWordsAndPlace_andTheTraceOnlyWhenAsked() {
    var nix =
        NixError.newBuilder()
            .setMessage("boom")
            .setPosition(
                SourcePosition.newBuilder().setFile("/f/flake.nix").setLine(3).setColumn(7))
            .addTrace(
                NixTraceFrame.newBuilder()
                    .setMessage("while calling 'x'")
                    .setPosition(SourcePosition.newBuilder().setFile("/f/lib.nix").setLine(9)))
            .setLogTail("warning: dirty\nerror: boom")
            .build();
    cli.daemon.selection =
        (request, answers) -> {
          throw FakeDaemon.exception(
              Code.FAILED_PRECONDITION, "EVALUATION_FAILED", "the evaluation failed", nix);
        };
    var plain = cli.run("eval", "a");
    assertThat(plain.code()).isEqualTo(1);
    assertThat(plain.err())
        .isEqualTo(
            """
            error: the evaluation failed
                   nix: boom
                   at /f/flake.nix:3:7
                   (the whole trace: --show-trace)
            """);
    assertThat(cli.run("--show-trace", "eval", "a").err())
        .contains("… while calling 'x'\n       at /f/lib.nix:9\n")
        .doesNotContain("warning: dirty");
    assertThat(cli.run("eval", "a", "--debug").err())
        .contains("while calling", "warning: dirty", "reason EVALUATION_FAILED");
  }

  @Test
  void errors_neverCommandATerminal() {
    cli.daemon.selection =
        (request, answers) ->
            answers.failure(
                0,
                FakeDaemon.error(
                    Code.INTERNAL,
                    "INTERNAL",
                    "\u001b[2Jgone\u009b",
                    NixError.newBuilder().setMessage("\u001b]0;x\u0007").build(),
                    SelectorError.newBuilder().setSelector("a\u001bb").setOffset(1).build()));
    assertThat(cli.run("eval", "a").err())
        .doesNotContain("\u001b", "\u009b", "\u0007")
        .contains("\\u001b[2Jgone\\u009b");
  }

  @Test
  void colours_areUsedOnATerminalOnly_andNotWithNoColor() {
    cli.daemon.selection =
        (request, answers) ->
            answers.failure(0, FakeDaemon.error(Code.INTERNAL, "INTERNAL", "bad"));
    cli.terminals = "2";
    assertThat(cli.run("eval", "a").err()).contains("\u001b[1;31merror:\u001b[0m bad");
    cli.places.with("NO_COLOR", "1");
    assertThat(cli.run("eval", "a").err()).contains("error: bad").doesNotContain("\u001b[1;31m");
  }

  @Test
  void installables_areAnsweredWithTheCommandThatWasMeant() {
    var result = cli.run("eval", ".#a.b");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            """
            error: .#a.b is a flake reference with an attribute, not a selector
                   write: arda eval --flake . -- a.b
            """);
    assertThat(InstallableHint.command("nixpkgs#hello^out"))
        .contains("arda eval --flake nixpkgs -- hello");
    assertThat(InstallableHint.command("github:a/b?dir=x#\"c d\".e"))
        .contains("arda eval --flake 'github:a/b?dir=x' -- '\"c d\".e'");
    assertThat(InstallableHint.command("./x y#")).contains("arda eval --flake './x y' -- '*'");
    assertThat(InstallableHint.command("~/f#a")).isPresent();
    assertThat(InstallableHint.command("..#a")).isPresent();
    assertThat(InstallableHint.command("/f#a")).isPresent();
    assertThat(InstallableHint.command("nixpkgs/nixos-23.05#a")).isPresent();
    assertThat(InstallableHint.command("a.\"b#c\"")).isEmpty();
    assertThat(InstallableHint.command("\"a#b\".c")).isEmpty();
    assertThat(InstallableHint.command("a.b#c")).isEmpty();
    assertThat(InstallableHint.command("{a,b}.c")).isEmpty();
    assertThat(cli.daemon.selections).isEmpty();
  }

  @Test
  void fullDisk_isAnError() {
    answer("1");
    var full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    var result = cli.run(full, new ByteArrayOutputStream(), "eval", "a");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo("error: cannot write to standard output: No space left on device\n");
  }

  @Test
  void answerThatStopsEarly_isAnError() {
    cli.daemon.selection = (request, answers) -> {};
    assertThat(cli.run("eval", "a").code()).isEqualTo(1);
    var result = cli.run("eval", "a", "b");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("without a result for a");
  }

  @Test
  void noDaemon_exitsWith69_andSaysWhy() throws IOException {
    cli.daemon.close();
    cli.places.with("FAKE_DAEMON", "die");
    var result = cli.run("eval", "a");
    assertThat(result.code()).isEqualTo(69);
    assertThat(result.err())
        .contains("ended with exit code 3", "the disk is on fire")
        .doesNotContain("\tat ", "Exception");
  }

  private void answer(String json) {
    cli.daemon.selection = (request, answers) -> answers.value(0, json);
  }
}
