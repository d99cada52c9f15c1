package dev.arda.client.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda daemon logs}. */
final class DaemonLogsCommand implements Command {

  private static final Duration INTERVAL = Duration.ofMillis(200);

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().header("Shows the end of the daemon's log.");
    spec.addOption(
        OptionSpec.builder("-f", "--follow")
            .arity("0")
            .type(boolean.class)
            .description("Go on with what is logged from now on, until ^C.")
            .build());
    spec.addOption(
        OptionSpec.builder("-n", "--lines")
            .arity("1")
            .type(int.class)
            .paramLabel("N")
            .defaultValue("100")
            .description("So many lines. Default: 100.")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    int lines = arguments.<Integer>matchedOptionValue("--lines", 100);
    if (lines < 0) {
      throw new UsageException("-n takes a number that is not negative");
    }
    boolean follow = arguments.hasMatchedOption("--follow");
    var file = session.connector().location().logFile();
    var out = session.console().out();
    try {
      long position = 0;
      try {
        position = LogTail.start(file, lines);
      } catch (NoSuchFileException e) {
        if (!follow) {
          throw new UsageException("there is no log yet: " + file);
        }
      }
      position = copy(file, position, out);
      while (follow && !session.interruption().await(INTERVAL)) {
        position = copy(file, position, out);
      }
      return session.interruption().isTriggered() ? ExitCode.INTERRUPTED : ExitCode.OK;
    } catch (IOException e) {
      return session.fail(ExitCode.FAILED, "cannot read %s: %s".formatted(file, e.getMessage()));
    }
  }

  /**
   * Prints what comes after a position; where it ends. A file that became shorter was rotated, and
   * is new.
   */
  private static long copy(Path file, long position, Out out) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (var access = new RandomAccessFile(file.toFile(), "r")) {
      long from = access.length() < position ? 0 : position;
      access.seek(from);
      var buffer = new byte[64 * 1024];
      for (int n = access.read(buffer); n > 0; n = access.read(buffer)) {
        int length = n;
        out.write(stream -> stream.write(buffer, 0, length));
        from += n;
      }
      out.flush();
      return from;
    }
  }
}
