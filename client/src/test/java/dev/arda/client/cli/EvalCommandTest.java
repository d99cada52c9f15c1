package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import dev.arda.client.FakeDaemon;
import dev.arda.v1.InputOverride;
import dev.arda.v1.NixSetting;
import dev.arda.v1.ValueEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Values that {@code arda eval} prints. */
final class EvalCommandTest extends CliTestCase {

  @Test
  void oneSelector_printsItsValue_andNothingElse() {
    answer("{\"a\":[1,2],\"b\":{}}");
    var result = cli.run("eval", "a.b");
    assertThat(result.out()).isEqualTo("{\"a\":[1,2],\"b\":{}}\n");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }

  @Test
  void alias_select_isTheSame() {
    answer("1");
    assertThat(cli.run("select", "a").out()).isEqualTo("1\n");
  }

  @Test
  void onATerminal_theValueIsLaidOut_andKeepsItsTokens() {
    cli.terminals = "1";
    answer(
        "{\"big\":9223372036854775807,\"small\":1e-07,\"e\":[],\"o\":{},\"l\":[1,{\"ü\":\"a\\\"{,}\"}]}");
    assertThat(cli.run("eval", "a").out())
        .isEqualTo(
            """
            {
              "big": 9223372036854775807,
              "small": 1e-07,
              "e": [],
              "o": {},
              "l": [
                1,
                {
                  "ü": "a\\"{,}"
                }
              ]
            }
            """);
    assertThat(cli.run("--json", "eval", "a").out()).startsWith("{\"big\":9223372036854775807,");
  }

  @Test
  void onATerminal_noControlCharacterArrives_andTheJsonMeansTheSame() {
    cli.terminals = "1";
    answer("\"del\u007f csi\u009b31m rlo\u202e ok\"");
    assertThat(cli.run("eval", "a").out())
        .isEqualTo("\"del\\u007f csi\\u009b31m rlo\\u202e ok\"\n");
    answer("\"\\u001b]0;title\\u0007 line\\nnext\"");
    assertThat(cli.run("eval", "--raw", "a").out()).isEqualTo("\\u001b]0;title\\u0007 line\nnext");
  }

  @Test
  void notOnATerminal_bytesPassUnchanged() {
    var json = "\"del\u007f csi\u009b rlo\u202e 💡 é\"";
    answer(json);
    assertThat(cli.run("eval", "a").out()).isEqualTo(json + "\n");
  }

  @Test
  void raw_printsTheStringAlone() {
    answer("\"a\\\"b\\\\c\\/\\n\\t\\u00e9\\ud83d\\udca1ü\"");
    var result = cli.run("eval", "--raw", "a");
    assertThat(result.out()).isEqualTo("a\"b\\c/\n\té💡ü");
    assertThat(result.code()).isZero();
  }

  @Test
  void raw_inPiecesOfOneByte_printsTheSame() {
    var json = FakeDaemon.bytes("\"é\\ud83d\\udca1\\ud83dx\\n💡\"");
    cli.daemon.selection =
        (request, answers) -> {
          for (int i = 0; i < json.size(); i++) {
            answers.chunk(0, json.substring(i, i + 1));
          }
          answers.done(0);
        };
    assertThat(cli.run("eval", "--raw", "a").out()).isEqualTo("é💡\uFFFDx\n💡");
  }

  @Test
  void raw_ofSomethingElse_isAnError() {
    answer("{\"a\":1}");
    var result = cli.run("eval", "--raw", "a");
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("the value is a set; --raw prints strings only");
    assertThat(result.code()).isEqualTo(1);
    answer("null");
    assertThat(cli.run("eval", "--raw", "a").err()).contains("the value is null");
  }

  @Test
  void raw_withSeveralSelectorsOrJson_isWrongUsage() {
    assertThat(cli.run("eval", "--raw", "a", "b").code()).isEqualTo(2);
    assertThat(cli.run("eval", "--raw", "--json", "b").code()).isEqualTo(2);
    assertThat(cli.daemon.selections).isEmpty();
  }

  @Test
  void severalSelectors_printOneLineEach_inTheOrderAsked() {
    cli.daemon.selection =
        (request, answers) -> {
          answers.value(2, "[3]");
          answers.failure(
              1, FakeDaemon.error(Code.NOT_FOUND, "ATTRIBUTE_MISSING", "no \"b\"\nhere"));
          answers.chunk(0, FakeDaemon.bytes("{\"n\":"));
          answers.chunk(0, FakeDaemon.bytes("9223372036854775807}"));
          answers.done(0);
        };
    var result = cli.run("eval", "a", "b", "\"x y\".ü");
    assertThat(result.out())
        .isEqualTo(
            """
            {"selector":"a","value":{"n":9223372036854775807}}
            {"selector":"b","error":{"reason":"ATTRIBUTE_MISSING","message":"no \\"b\\"\\nhere"}}
            {"selector":"\\"x y\\".ü","value":[3]}
            """);
    assertThat(result.err()).isEqualTo("error: 1 of 3 selectors failed\n");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void severalSelectors_eachLineIsPrintedBeforeTheNextIsEvaluated() throws Exception {
    var first = new CompletableFuture<String>();
    var out = new ByteArrayOutputStream();
    var target =
        new OutputStream() {
          @Override
          public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            out.write(bytes, offset, length);
            first.complete(out.toString(StandardCharsets.UTF_8));
          }
        };
    cli.daemon.selection =
        (request, answers) -> {
          answers.value(0, "1");
          // The second value is not sent before the first was printed.
          first.get(60, TimeUnit.SECONDS);
          answers.value(1, "2");
        };
    var result = cli.run(target, out, "eval", "a", "b");
    assertThat(first.get()).isEqualTo("{\"selector\":\"a\",\"value\":1}\n");
    assertThat(result.out()).endsWith("{\"selector\":\"b\",\"value\":2}\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void twentyMegabytes_passByteExactly_alsoOutOfTurn() {
    long seed = 42;
    var random = new Random(seed);
    var text = new StringBuilder("[");
    while (text.length() < 20_000_000) {
      text.append(random.nextLong()).append(",1e-07,\"ü💡").append(random.nextInt()).append("\",");
    }
    var json = FakeDaemon.bytes(text.append("9223372036854775807]").toString());
    cli.daemon.selection =
        (request, answers) -> {
          for (int i = request.getSelectorsCount() - 1; i >= 0; i--) {
            for (int at = 0; at < json.size(); at += 256 * 1024) {
              answers.chunk(i, json.substring(at, Math.min(json.size(), at + 256 * 1024)));
            }
            answers.done(i);
          }
        };
    assertThat(cli.run("eval", "a").bytes())
        .as("seed %d", seed)
        .isEqualTo(json.concat(FakeDaemon.bytes("\n")));
    var line = FakeDaemon.bytes("{\"selector\":\"a\",\"value\":").concat(json);
    assertThat(
            cli.run("eval", "a", "b")
                .bytes()
                .startsWith(line.concat(FakeDaemon.bytes("}\n{\"selector\":\"b\",\"value\":["))))
        .isTrue();
    cli.terminals = "1";
    var pretty = cli.run("eval", "a").out();
    assertThat(pretty.replace("\n", "").replace(" ", "")).isEqualTo(json.toStringUtf8());
  }

  @Test
  void withoutImpure_variablesThatAreNotListedStayHere() {
    cli.places.with("NIX_CONFIG", "x").with("MINE", "m");
    answer("1");

    assertThat(cli.run("eval", "x").code()).isZero();

    assertThat(cli.daemon.selections.getFirst().getContext().getEnvMap())
        .containsEntry("NIX_CONFIG", "x")
        .doesNotContainKeys("MINE");
  }

  @Test
  void options_travelInTheRequest_wherEverTheyStand() throws IOException {
    var bin = Files.createDirectory(directory.resolve("bin"));
    var nix = Files.writeString(bin.resolve("nix"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(nix, PosixFilePermissions.fromString("rwxr-xr-x"));
    cli.places.with("PATH", "relative::" + bin).with("NIX_CONFIG", "x").with("MINE", "m");
    answer("1");
    var result =
        cli.run(
            "--option",
            "a",
            "1",
            "--impure",
            "--flake",
            "wrong",
            "eval",
            "--option",
            "b",
            "-2",
            "--flake",
            ".?dir=x",
            "--override-input",
            "nixpkgs",
            "path:/n",
            "--offline",
            "--refresh",
            "--system",
            "aarch64-linux",
            "--realise",
            "--typed",
            "x",
            "--debug",
            "--show-trace",
            "--",
            "-y",
            "--json",
            "z#1");
    assertThat(result.code()).as(result.err()).isEqualTo(1);
    var request = cli.daemon.selections.getFirst();
    assertThat(request.getSelectorsList()).containsExactly("x", "-y", "--json", "z#1");
    assertThat(request.getFlake()).isEqualTo(".?dir=x");
    assertThat(request.getRealise()).isTrue();
    assertThat(request.getEncoding()).isEqualTo(ValueEncoding.VALUE_ENCODING_TYPED);
    var context = request.getContext();
    assertThat(context.getCwd()).isEqualTo(directory.toString());
    assertThat(context.getNixProgram()).isEqualTo(nix.toString());
    assertThat(context.getEnvMap())
        .containsEntry("NIX_CONFIG", "x")
        .containsKeys("PATH", "HOME", "ARDA_RUNTIME_DIR")
        .containsEntry("MINE", "m");
    var options = context.getOptions();
    assertThat(options.getSettingsList())
        .containsExactly(
            NixSetting.newBuilder().setName("a").setValue("1").build(),
            NixSetting.newBuilder().setName("b").setValue("-2").build());
    assertThat(options.getInputOverridesList())
        .containsExactly(
            InputOverride.newBuilder().setInputPath("nixpkgs").setFlakeRef("path:/n").build());
    assertThat(options.getSystem()).isEqualTo("aarch64-linux");
    assertThat(options.getImpure()).isTrue();
    assertThat(options.getOffline()).isTrue();
    assertThat(options.getRefresh()).isTrue();
    assertThat(options.getShowTrace()).isTrue();
    assertThat(options.getDebug()).isTrue();
    assertThat(options.getNoWriteLockFile()).isFalse();
  }

  @Test
  void selectorsThatLookLikeFilesOrVariables_stayText() {
    answer("1");
    assertThat(cli.run("eval", "--", "@/etc/passwd").code()).isZero();
    assertThat(cli.run("eval", "${HOME}").code()).isZero();
    assertThat(cli.run("eval", "${sys:user.home}.\"a b\"").code()).isZero();
    assertThat(cli.daemon.selections.stream().map(r -> r.getSelectors(0)))
        .containsExactly("@/etc/passwd", "${HOME}", "${sys:user.home}.\"a b\"");
  }

  private void answer(String json) {
    cli.daemon.selection = (request, answers) -> answers.value(0, json);
  }
}
