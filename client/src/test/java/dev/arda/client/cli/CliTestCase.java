package dev.arda.client.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test that types commands. Each has a command line and a daemon that says what it is told. */
abstract class CliTestCase {

  @TempDir Path directory;
  Cli cli;

  @BeforeEach
  final void start() throws IOException {
    cli = new Cli(directory);
  }

  @AfterEach
  final void stop() throws Exception {
    cli.end();
  }
}
