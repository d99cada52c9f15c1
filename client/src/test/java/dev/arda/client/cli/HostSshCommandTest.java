package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class HostSshCommandTest extends CliTestCase {

  @Test
  void command_isRun_alsoWhereAnswersAreWantedAsJson() {
    cli.daemon.hosts.login = List.of("/bin/sh", "-c");

    assertThat(cli.run("host", "ssh", "web01", "--", "exit 3").code()).isEqualTo(3);
    assertThat(cli.run("--json", "host", "ssh", "web01", "--", "exit 4").code()).isEqualTo(4);
  }

  @Test
  void noCommand_asJson_isTheCommandLineThatLogsIn() {
    cli.daemon.hosts.login = List.of("ssh", "root@web01", "it's \"x\"");

    var result = cli.run("--json", "host", "ssh", "web01");

    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualTo("[\"ssh\",\"root@web01\",\"it's \\\"x\\\"\"]\n");
  }
}
