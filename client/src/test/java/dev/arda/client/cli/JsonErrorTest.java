package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import dev.arda.client.FakeDaemon;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With {@code --json} the last line says why a command failed, whatever the command. */
final class JsonErrorTest extends CliTestCase {

  @BeforeEach
  void arrange() {
    cli.daemon.selection =
        (_, answers) ->
            answers.failure(
                0, FakeDaemon.error(Code.NOT_FOUND, "ATTRIBUTE_MISSING", "attribute is missing"));
  }

  @ParameterizedTest
  @CsvSource({
    "eval nope.x, 1, ATTRIBUTE_MISSING",
    "user show nope, 1, USER_NOT_FOUND",
    "ops show nope, 1, OPERATION_NOT_FOUND",
    "ops watch nope, 1, OPERATION_NOT_FOUND",
    "ops cancel nope, 1, OPERATION_NOT_FOUND",
    "trust /nope, 1, UNKNOWN",
    "trust --list /nope, 2, USAGE",
    "host, 2, USAGE",
    "user dotfiles, 2, USAGE",
    "store refs, 2, USAGE",
    "store verify, 2, USAGE",
    "evl, 2, USAGE",
  })
  void lastLine_saysWhy(String line, int code, String reason) {
    var result = cli.run(("--json " + line).split(" "));
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.err()).isNotBlank();
    assertThat(result.out().lines())
        .last()
        .asString()
        .startsWith("{\"error\":{\"code\":")
        .contains("\"reason\":\"%s\",\"message\":\"".formatted(reason))
        .doesNotContain("\"message\":\"\"")
        .endsWith("}}");
  }
}
