package dev.arda.daemon;

import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.NixFlakes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/**
 * The daemon as a process: {@code arda daemon run}. Prints nothing to standard output; why it could
 * not start goes to standard error and to the log. The only class that reads the environment.
 */
public final class DaemonMain {

  /** How long calls may take to finish after a signal: what a session manager waits for. */
  private static final Duration SIGNAL_GRACE = Duration.ofSeconds(3);

  private final Map<String, String> environment;
  private final InputStream input;
  private final PrintStream errors;
  private final Exit exit;
  private final Function<DaemonConfiguration, Flakes> library;

  /**
   * A process.
   *
   * @param library makes what answers the questions
   */
  DaemonMain(
      Map<String, String> environment,
      InputStream input,
      PrintStream errors,
      Exit exit,
      Function<DaemonConfiguration, Flakes> library) {
    this.environment = environment;
    this.input = input;
    this.errors = errors;
    this.exit = exit;
    this.library = library;
  }

  /** Runs a daemon until it ends, then ends the process. */
  public static void main(String[] arguments) {
    Thread.setDefaultUncaughtExceptionHandler(DaemonMain::endIfBroken);
    Function<DaemonConfiguration, Flakes> library =
        configuration ->
            NixFlakes.create(
                Clock.systemUTC(),
                new NixFlakes.Directories(
                    configuration.runtimeDirectory(),
                    configuration.stateDirectory(),
                    configuration.cacheDirectory()),
                configuration.slowEvaluation());
    new DaemonMain(System.getenv(), System.in, System.err, Exit.JVM, library)
        .runAndExit(List.of(arguments));
  }

  /** Runs a daemon until it ends, then ends the process. */
  void runAndExit(List<String> arguments) {
    exit.exit(run(arguments).number());
  }

  private ExitCode run(List<String> arguments) {
    try {
      var configuration =
          DaemonConfiguration.resolve(DaemonArguments.parse(arguments), environment, User.id());
      return run(configuration);
    } catch (DaemonStartException e) {
      errors.println(e.getMessage());
      return e.exitCode();
    } catch (IOException e) {
      errors.println("The log cannot be written: " + e);
      return ExitCode.FAILED;
    } catch (InterruptedException e) {
      return ExitCode.FAILED;
    }
  }

  private ExitCode run(DaemonConfiguration configuration)
      throws DaemonStartException, IOException, InterruptedException {
    RuntimeFiles files;
    try {
      files = RuntimeFiles.open(configuration.runtimeDirectory(), User.id());
    } catch (DaemonStartException e) {
      DaemonLog.startShared(configuration); // the log may be that of the daemon which is running
      throw logged(e);
    }
    // Held before the log is opened: only one process may rotate it.
    DaemonLog.start(configuration);
    try {
      return run(configuration, files);
    } catch (DaemonStartException e) {
      throw logged(e);
    }
  }

  private static DaemonStartException logged(DaemonStartException e) {
    LoggerFactory.getLogger(DaemonMain.class).error("Not started: {}", e.getMessage());
    return e;
  }

  private ExitCode run(DaemonConfiguration configuration, RuntimeFiles files)
      throws DaemonStartException, InterruptedException {
    Flakes flakes = library.apply(configuration);
    var version =
        Optional.ofNullable(DaemonMain.class.getPackage().getImplementationVersion())
            .orElse("development");
    var daemon = Daemon.start(configuration, files, version, flakes, Clock.systemUTC(), exit);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform().name("arda-shutdown").unstarted(() -> stopOnSignal(daemon)));
    if (configuration.isPrivate()) {
      Thread.ofPlatform().name("arda-stdin").daemon().start(() -> stopOnEndOfInput(daemon));
    }
    daemon.await();
    return ExitCode.OK;
  }

  /**
   * A daemon that cannot load its own classes can neither serve nor end in order; the next client
   * starts another one.
   */
  private static void endIfBroken(Thread thread, Throwable failure) {
    if (failure instanceof LinkageError) {
      // Not by the log, whose classes may be missing as well.
      System.err.println("The program is incomplete, or was replaced: " + failure);
      Exit.JVM.halt(ExitCode.FAILED.number());
    }
    LoggerFactory.getLogger(DaemonMain.class).error("Thread {} failed", thread.getName(), failure);
  }

  /** Runs at every end of the process; after an orderly one there is nothing left to do. */
  private static void stopOnSignal(Daemon daemon) {
    try {
      daemon.stop(StopReason.SIGNAL, SIGNAL_GRACE);
      daemon.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopOnEndOfInput(Daemon daemon) {
    try {
      input.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      LoggerFactory.getLogger(DaemonMain.class).debug("Standard input failed", e);
    }
    daemon.stop(StopReason.CLIENT_GONE, Duration.ZERO);
  }
}
