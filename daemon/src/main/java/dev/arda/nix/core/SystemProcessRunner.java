package dev.arda.nix.core;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.OutputTooLongException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.TimeLimit;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs programs of this machine, each in a session of its own, with its three streams served by
 * three threads. Thread-safe. Closing it ends everything that still runs; so does, where {@link
 * Spawner} can, the end of this process.
 */
public final class SystemProcessRunner implements ProcessRunner, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SystemProcessRunner.class);

  private static final List<Path> SETSID =
      List.of(
          Path.of("/usr/bin/setsid"),
          Path.of("/bin/setsid"),
          Path.of("/run/current-system/sw/bin/setsid"));

  private final Optional<Path> setsid;
  private final Spawner spawner;
  private final Signals signals;
  private final ThreadFactory threads;
  private final Set<ChildProcess> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  SystemProcessRunner(
      Optional<Path> setsid, Spawner spawner, Signals signals, ThreadFactory threads) {
    this.setsid = setsid;
    this.spawner = spawner;
    this.signals = signals;
    this.threads = threads;
  }

  /** A runner that uses what this system has. */
  public static SystemProcessRunner create() {
    return new SystemProcessRunner(
        SETSID.stream().filter(Files::isExecutable).findFirst(),
        Spawner.system(),
        Signals.system(),
        // Not virtual: a read from a pipe holds the carrier of a virtual thread, and the pipes of a
        // child that lives on may be silent for hours. Some such children were seen to take all
        // carriers.
        Thread.ofPlatform().daemon().name("process-io-", 0).factory());
  }

  @Override
  public ChildProcess start(Command command, OutputListener listener) {
    return launch(command, listener, true);
  }

  @Override
  public CommandResult run(Command command, OutputListener listener) {
    if (Thread.currentThread().isInterrupted()) {
      throw cancelled(command);
    }
    var last = new LastWord(listener);
    var child = launch(command, last, command.input().isPresent());
    var collector =
        new OutputCollector(
            command.outputLimit(), () -> threads.newThread(() -> child.close()).start());
    var output =
        OutputPump.start(
            child.standardOutput(),
            new LineSink(line -> last.standardOutput(command.redact(line)), Optional.of(collector)),
            threads);
    command.input().ifPresent(bytes -> feed(child.standardInput(), bytes));
    var code = await(child, output, last);
    if (collector.overflowed()) {
      throw new OutputTooLongException(
          "%s printed more than %d bytes and was ended."
              .formatted(command.programName(), command.outputLimit()),
          about(command).with("limit", Long.toString(command.outputLimit())));
    }
    return new CommandResult(command, code, collector.bytes(), child.errorTail());
  }

  private int await(ChildProcess child, OutputPump output, LastWord last) {
    var command = child.command();
    try {
      var late = overdue(child, last);
      if (late.isPresent()) {
        last.givenUp();
        child.close();
        output.await();
        throw late.get();
      }
      var code = child.onExit().get();
      output.await();
      return code;
    } catch (InterruptedException e) {
      last.givenUp();
      child.close();
      Thread.currentThread().interrupt();
      throw cancelled(command);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for the end of the program, at most until one of its limits is reached. */
  private static Optional<CommandException> overdue(ChildProcess child, LastWord last)
      throws InterruptedException, ExecutionException {
    var command = child.command();
    var started = System.nanoTime();
    while (!child.leaderExit().isDone()) {
      var time = command.timeLimit().map(limit -> limit.minusNanos(System.nanoTime() - started));
      var silence = command.silenceLimit().map(limit -> limit.minus(last.age()));
      if (time.filter(left -> !left.isPositive()).isPresent()) {
        return Optional.of(
            timeout(command, "did not finish within", command.timeLimit().orElseThrow()));
      }
      if (silence.filter(left -> !left.isPositive()).isPresent()) {
        return Optional.of(
            timeout(command, "printed nothing for", command.silenceLimit().orElseThrow()));
      }
      var next = Stream.concat(time.stream(), silence.stream()).min(Comparator.naturalOrder());
      if (next.isEmpty()) {
        break;
      }
      try {
        child.leaderExit().get(next.get().toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        log.trace("a limit of {} may have been reached", command.programName());
      }
    }
    return Optional.empty();
  }

  private static CommandException timeout(Command command, String what, Duration limit) {
    var shown = TimeLimit.shown(limit);
    return new CommandException(
        Reason.COMMAND_TIMEOUT,
        "%s %s %s and was ended.".formatted(command.programName(), what, shown),
        about(command).with("limit", shown));
  }

  /** Passes on what a program prints, and remembers when that was. */
  private static final class LastWord implements OutputListener {

    private final OutputListener listener;
    private volatile long at = System.nanoTime();

    LastWord(OutputListener listener) {
      this.listener = listener;
    }

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - at);
    }

    @Override
    public void standardOutput(String line) {
      at = System.nanoTime();
      listener.standardOutput(line);
    }

    @Override
    public void standardError(String line) {
      at = System.nanoTime();
      listener.standardError(line);
    }

    @Override
    public void givenUp() {
      listener.givenUp();
    }
  }

  private void feed(OutputStream stream, byte[] bytes) {
    threads
        .newThread(() -> {
          try (stream) {
            stream.write(bytes);
          } catch (IOException e) {
            // The program ended, or closed its input, before it had read everything.
            log.trace("input was not read to its end", e);
          }
        })
        .start();
  }

  private ChildProcess launch(Command command, OutputListener listener, boolean input) {
    if (closed) {
      throw cancelled(command);
    }
    var builder = new ProcessBuilder(arguments(command));
    builder.directory(command.directory().toFile());
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    if (!input) {
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }
    log.debug("run {}", command.display());
    Process process;
    try {
      process = spawner.start(builder);
    } catch (IOException e) {
      throw notStarted(command, e);
    }
    var group = new ProcessGroup(process, setsid.isPresent(), signals);
    var child = new ChildProcess(command, process, group, listener, threads);
    running.add(child);
    var _ = child.onExit().thenRun(() -> running.remove(child));
    if (closed) {
      child.close();
    }
    return child;
  }

  private List<String> arguments(Command command) {
    if (!Files.isDirectory(command.directory())) {
      throw new CommandException(
          Reason.COMMAND_FAILED,
          "%s cannot run in %s: there is no such directory."
              .formatted(command.programName(), command.redact(command.directory().toString())),
          about(command).with("directory", command.directory().toString()));
    }
    var name = command.arguments().getFirst();
    var program =
        ProgramPath.find(name, command.environment(), command.directory())
            .orElseThrow(() -> missing(command, name));
    var result = new ArrayList<String>();
    setsid.ifPresent(path -> result.add(path.toString()));
    result.addAll(spawner.prefix());
    result.add(program.toString());
    result.addAll(command.arguments().subList(1, command.arguments().size()));
    return result;
  }

  private static CommandException missing(Command command, String name) {
    var where =
        name.indexOf('/') >= 0
            ? "is not there or cannot be executed"
            : "is not on the PATH (%s)"
                .formatted(command.environment().getOrDefault("PATH", "which is not set"));
    return new CommandException(
        Reason.COMMAND_FAILED,
        "The program %s %s.".formatted(command.redact(name), command.redact(where)),
        about(command));
  }

  private static CommandException notStarted(Command command, IOException e) {
    var said = String.valueOf(e.getMessage());
    var error = said.substring(Math.max(0, said.indexOf("error: ")));
    if (error.startsWith("error: 7 ")) { // E2BIG; Linux allows 128 KiB for one argument
      return new CommandException(
          Reason.REQUEST_INVALID,
          "An argument for %s is longer than the system allows.".formatted(command.programName()),
          about(command));
    }
    // No cause: its message repeats the program with its secrets.
    return new CommandException(
        Reason.COMMAND_FAILED,
        "%s could not be started: %s".formatted(command.programName(), command.redact(error)),
        about(command));
  }

  private static CommandException cancelled(Command command) {
    return new CommandException(
        Reason.CANCELLED, command.programName() + " was cancelled.", about(command));
  }

  private static NixException.Details about(Command command) {
    return NixException.Details.NONE.with("program", command.programName());
  }

  /** Ends everything that still runs, all at the same time, and starts nothing more. */
  @Override
  public void close() {
    closed = true;
    var stops =
        running.stream()
            .map(child ->
                CompletableFuture.runAsync(child::close, task -> threads.newThread(task).start()))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(stops).join();
    spawner.close();
  }
}
