package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.arda.v1.SetUserSecretRequest;
import org.junit.jupiter.api.Test;

final class UserSecretCommandsTest extends CliTestCase {

  @Test
  void set_readsStandardInputByteForByte_andTakesNoValueFromTheCommandLine() {
    cli.typed = "s3cret\n\n";

    var result = cli.run("user", "secrets", "set", "alice", "mail");

    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).isEqualTo("/flake/mail.age\n");
    assertThat(cli.daemon.secrets.set)
        .extracting(SetUserSecretRequest::getValue)
        .containsExactly(ByteString.copyFromUtf8("s3cret\n\n"));
    assertThat(result.err()).doesNotContain("s3cret");
    assertThat(cli.run("user", "secrets", "set", "alice", "mail", "s3cret").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(cli.daemon.secrets.set).hasSize(1);
  }

  @Test
  void get_printsTheValueAsItIs_andNothingThatCommandsATerminal() {
    cli.daemon.secrets.value = ByteString.copyFrom(new byte[] {'a', 0, 27, '[', 'm', (byte) 200});

    assertThat(cli.run("user", "secrets", "get", "alice", "mail").bytes())
        .isEqualTo(cli.daemon.secrets.value);
    assertThat(cli.daemon.secrets.got.getFirst().getIdentity()).isEmpty();

    cli.terminals = "1";
    assertThat(cli.run("user", "secrets", "get", "alice", "mail", "--identity", "k").out())
        .doesNotContain("\u001b")
        .endsWith("\n");
    assertThat(cli.daemon.secrets.got.getLast().getIdentity()).startsWith("/").endsWith("/k");
  }

  @Test
  void list_tellsWhatIsToBeDone() {
    var result = cli.run("user", "secrets", "list", "alice");

    assertThat(result.out().lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly("mail rotate it web01 2 ~/.mail", "token not set all 1");
  }

  @Test
  void rotateAndDelete_printWhatTheyWrote() {
    assertThat(cli.run("user", "secrets", "rotate", "alice", "mail", "x").out())
        .isEqualTo("/flake/mail.age\n/flake/x.age\n");
    assertThat(cli.daemon.secrets.rotated.getFirst().getNamesList()).containsExactly("mail", "x");
    assertThat(cli.run("user", "secrets", "delete", "alice", "mail").out())
        .isEqualTo("/flake/mail.age\n");
    assertThat(cli.run("user", "secrets", "delete", "alice").code()).isEqualTo(ExitCode.USAGE);
  }
}
