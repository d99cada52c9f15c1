package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The client and the daemon have the same list, and neither may use the other: so their sources are
 * compared.
 */
final class CallerEnvironmentTest {

  @Test
  void clientAndDaemon_letTheSameVariablesThrough() throws IOException {
    var client = list("src/main/java/dev/arda/client/CallerEnvironment.java");
    var daemon = list("../daemon/src/main/java/dev/arda/nix/core/CallerEnvironment.java");

    assertThat(client).contains("\"PATH\"", "Pattern.compile(").isEqualTo(daemon);
  }

  /** What a source says between the beginning of its class and the end of the list. */
  private static String list(String file) throws IOException {
    var source = Files.readString(Path.of(file));
    return source.substring(source.indexOf('{'), source.indexOf("_PROXY\");"));
  }
}
