package dev.arda.nix.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.types.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A runner for one test in a directory of its own, and what is asked of it again and again. */
abstract class RunnerFixture {

  static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  @TempDir Path directory;

  final SystemProcessRunner runner = SystemProcessRunner.create();

  @AfterEach
  void endAll() {
    runner.close();
  }

  static final class Lines implements OutputListener {
    final List<String> out = Collections.synchronizedList(new ArrayList<>());
    final List<String> err = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void standardOutput(String line) {
      out.add(line);
    }

    @Override
    public void standardError(String line) {
      err.add(line);
    }
  }

  Command.Builder command(String... arguments) {
    return Command.of(List.of(arguments), PATH, directory);
  }

  Command.Builder shell(String script) {
    return command("sh", "-c", script);
  }

  CommandException failure(Command command) {
    return failure(runner, command);
  }

  static CommandException failure(ProcessRunner runner, Command command) {
    var thrown = catchThrowableOfType(CommandException.class, () -> runner.run(command));
    assertThat(thrown).isNotNull();
    return thrown;
  }

  static void awaitGone(long pid) {
    awaitGone(pid, Duration.ofSeconds(60));
  }

  static void awaitGone(long pid, Duration limit) {
    var deadline = System.nanoTime() + limit.toNanos();
    while (lives(pid) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(5_000_000);
    }
    assertThat(lives(pid)).as("process %d lives", pid).isFalse();
  }

  /** A process that is dead but not yet collected by its parent does not live. */
  private static boolean lives(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
      return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
    } catch (IOException e) {
      return false;
    }
  }

  long awaitPid(String file) {
    var path = directory.resolve(file);
    while (true) {
      try {
        if (Files.exists(path) && Files.readString(path).endsWith("\n")) {
          return Long.parseLong(Files.readString(path).strip());
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }
}
