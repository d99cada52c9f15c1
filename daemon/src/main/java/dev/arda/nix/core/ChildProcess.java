package dev.arda.nix.core;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running program and the processes it started. Standard error is read all the time; standard
 * output is read by whoever talks to the program. Thread-safe, except for the two streams.
 */
public final class ChildProcess implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ChildProcess.class);
  private static final int ERROR_TAIL = 64 * 1024;
  static final int LONGEST_LINE = 1 << 20;

  private final Command command;
  private final Process process;
  private final ProcessGroup group;
  private final TextTail errorTail = new TextTail(ERROR_TAIL);
  private final OutputPump errors;
  private final CompletableFuture<Integer> leaderExit = new CompletableFuture<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  ChildProcess(
      Command command,
      Process process,
      ProcessGroup group,
      OutputListener listener,
      ThreadFactory threads) {
    this.command = command;
    this.process = process;
    this.group = group;
    this.errors =
        OutputPump.start(
            process.getErrorStream(),
            new LineSink(
                line -> {
                  var shown = command.redact(line);
                  errorTail.add(shown);
                  listener.standardError(shown);
                },
                Optional.empty()),
            threads);
    threads.newThread(this::watch).start();
  }

  private void watch() {
    var code = waitFor();
    leaderExit.complete(code);
    if (!group.end(command::grace)) {
      log.warn("processes of {} ({}) could not be ended", command.programName(), pid());
    }
    errors.await();
    exit.complete(code);
  }

  private int waitFor() {
    while (true) {
      try {
        return process.waitFor();
      } catch (InterruptedException e) {
        // Nobody has this thread to interrupt it; and the program has to be waited for anyhow.
      }
    }
  }

  /** What was started. */
  public Command command() {
    return command;
  }

  /** The number of the process, which is also that of its group. */
  public long pid() {
    return process.pid();
  }

  /** What the program reads as standard input. Close it to let the program see its end. */
  public OutputStream standardInput() {
    return process.getOutputStream();
  }

  /** What the program prints to standard output. */
  public InputStream standardOutput() {
    return process.getInputStream();
  }

  /** The last lines of standard error so far, at most 64 Ki characters, without secrets. */
  public String errorTail() {
    return errorTail.text();
  }

  /** Whether the program itself still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Completes with the exit code when the program itself has ended; others may still live. */
  CompletableFuture<Integer> leaderExit() {
    return leaderExit;
  }

  /**
   * Completes with the exit code (128 + N after signal N) when the program has ended, all processes
   * it left behind have been ended too, and standard error was read to its end. Never completes
   * exceptionally.
   */
  public CompletableFuture<Integer> onExit() {
    return exit.copy();
  }

  /**
   * Ends the program and its whole group: {@code SIGTERM}, and {@code SIGKILL} when the grace
   * period is over. Returns when they are gone; does nothing if they already are. Not interruptible
   * (an interrupt stays set).
   *
   * @param grace zero: {@code SIGKILL} at once
   */
  public void stop(Duration grace) {
    group.end(grace);
  }

  /** Stops the program with the grace period of its command. */
  @Override
  public void close() {
    group.end(command::grace);
  }
}
