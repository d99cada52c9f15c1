package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustCommandTest {

  @TempDir Path directory;
  private Cli cli;

  @BeforeEach
  void setUp() throws Exception {
    cli = new Cli(directory.toRealPath());
  }

  @AfterEach
  void tearDown() throws Exception {
    cli.end();
  }

  @Test
  void trust_isShownAndTakenBack() {
    var root = cli.places.root;
    assertThat(cli.run("trust", ".").out())
        .isEqualTo("editors may evaluate the flakes in " + root + "\n");
    assertThat(cli.run("trust", "--list").out()).isEqualTo("trusted  " + root + "\n");
    assertThat(cli.run("--json", "trust", "--refuse", ".").out())
        .isEqualTo("{\"directory\":\"%s\",\"decision\":\"refused\"}\n".formatted(root));
    assertThat(cli.run("trust", "--forget", ".").out()).startsWith("editors will ask");
    assertThat(cli.run("trust", "--forget", ".").out()).startsWith("nothing was decided");
    assertThat(cli.run("trust", "--list").out()).isEmpty();
  }

  @Test
  void mistakes_areNamed() {
    assertThat(cli.run("trust"))
        .matches(r -> r.code() == ExitCode.USAGE && r.err().contains("name the directory"));
    assertThat(cli.run("trust", "--refuse", "--forget", ".").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("trust", "missing"))
        .matches(
            r -> r.code() == ExitCode.FAILED && r.err().contains("there is no such directory"));
  }
}
