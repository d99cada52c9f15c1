package dev.arda.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts daemons, detached from the terminal and the shell that happen to be the first to need one:
 * in a session of their own, so that ^C and a closed window do not reach them, in {@code /}, with
 * their standard streams in a file, and without variables that would change the loader or the JVM.
 */
final class DaemonLauncher {

  /** The file of standard streams is emptied when it has grown beyond this. */
  private static final long LARGEST_OUTPUT = 1024 * 1024;

  /**
   * Runs a program ($1 and what follows) with its streams in a file ($0), says its process number,
   * and ends as it does, or when the standard input ends. So the one who starts a daemon learns how
   * it ends while that is of interest; then no child is left for which a Java process would have a
   * thread in a system call, which would delay its end by 300 ms.
   */
  private static final String WATCH =
      """
      exec 3<&0
      "$@" </dev/null >>"$0" 2>&1 3<&- &
      child=$!
      echo "$child"
      { read -r _ <&3; kill "$$"; } 2>/dev/null &
      reader=$!
      wait "$child"
      code=$?
      kill "$reader" 2>/dev/null
      exit "$code"
      """;

  /** Runs a program and does not wait for it. */
  private static final String LEAVE = "\"$0\" \"$@\" </dev/null >/dev/null 2>&1 &";

  private final Environment environment;

  DaemonLauncher(Environment environment) {
    this.environment = environment;
  }

  /**
   * Starts the daemon of the user.
   *
   * @throws DaemonException if it cannot even be started
   */
  StartedDaemon start(DaemonLocation location) {
    var command = daemonCommand(location);
    addDuration(command, "--idle-timeout", Setting.ARDA_IDLE_TIMEOUT);
    addDuration(command, "--slow-evaluation", Setting.ARDA_SLOW_EVALUATION);
    var output = location.outputFile();
    try {
      Files.createDirectories(output.getParent(), PrivateFiles.ownerOnly());
      if (sizeOf(output) > LARGEST_OUTPUT) {
        Files.write(output, new byte[0]);
      }
    } catch (IOException e) {
      throw new DaemonException(
          "cannot write %s, where a starting daemon reports: %s\nset %s to a directory of your own"
              .formatted(output, PrivateFiles.explain(e), Setting.ARDA_STATE_DIR.name()));
    }
    long outputSize = sizeOf(output);
    long logSize = sizeOf(location.logFile());
    var watched = new ArrayList<>(List.of("/bin/sh", "-c", WATCH, output.toString()));
    watched.addAll(detaching());
    watched.addAll(command);
    var process = run(watched, ProcessBuilder.Redirect.PIPE, ProcessBuilder.Redirect.PIPE);
    return StartedDaemon.watched(process, output, outputSize, location.logFile(), logSize);
  }

  /**
   * Starts a daemon that ends when its standard input does.
   *
   * @param location its own runtime directory, and the state directory of the user
   */
  StartedDaemon startPrivate(DaemonLocation location) {
    var command = daemonCommand(location);
    command.add("--private");
    addDuration(command, "--slow-evaluation", Setting.ARDA_SLOW_EVALUATION);
    var output = location.runtimeDirectory().resolve("daemon.out");
    long logSize = sizeOf(location.logFile());
    var process =
        run(
            command,
            ProcessBuilder.Redirect.PIPE,
            ProcessBuilder.Redirect.appendTo(output.toFile()));
    return StartedDaemon.own(process, output, location.logFile(), logSize);
  }

  /** Lets another client start the daemon, without waiting for either. */
  void startInBackground() {
    var _ =
        run(
            List.of("/bin/sh", "-c", LEAVE, launcher().toString(), "daemon", "start"),
            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()),
            ProcessBuilder.Redirect.DISCARD);
  }

  private void addDuration(List<String> command, String option, Setting setting) {
    environment
        .get(setting)
        .ifPresent(text -> {
          // Read here as well, so that a typing error is reported to the one who made it.
          var _ = environment.duration(setting, Duration.ZERO);
          command.addAll(List.of(option, text));
        });
  }

  private List<String> daemonCommand(DaemonLocation location) {
    return new ArrayList<>(
        List.of(
            launcher().toString(),
            "daemon",
            "run",
            "--runtime-dir",
            location.runtimeDirectory().toString(),
            "--state-dir",
            location.stateDirectory().toString()));
  }

  private Path launcher() {
    return environment
        .launcher()
        .orElseThrow(() ->
            new DaemonException(
                "no daemon is running, and none can be started because this program was not"
                    + " started by bin/arda\nrun: arda daemon start"));
  }

  private Process run(
      List<String> command, ProcessBuilder.Redirect input, ProcessBuilder.Redirect output) {
    var detached = new ArrayList<>(detaching());
    detached.addAll(command);
    var builder =
        new ProcessBuilder(detached)
            .directory(Path.of("/").toFile())
            .redirectInput(input)
            .redirectOutput(output)
            .redirectErrorStream(true);
    scrub(builder.environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new DaemonException("cannot start the daemon: " + e.getMessage());
    }
  }

  private List<String> detaching() {
    return environment
        .program("setsid")
        .map(setsid -> List.of(setsid.toString()))
        // Without setsid the terminal's signals reach the daemon; a JVM leaves alone what is
        // ignored when it starts.
        .orElse(List.of("/bin/sh", "-c", "trap '' INT TSTP HUP; exec \"$0\" \"$@\""));
  }

  private void scrub(Map<String, String> variables) {
    variables.clear();
    variables.putAll(environment.variables());
    variables
        .keySet()
        .removeIf(name ->
            name.startsWith("LD_")
                || name.startsWith("DYLD_")
                || name.equals("JAVA_TOOL_OPTIONS")
                || name.equals("_JAVA_OPTIONS")
                || name.equals("JDK_JAVA_OPTIONS"));
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }
}
