package dev.arda.daemon;

import dev.arda.daemon.metrics.DaemonMetrics;
import dev.arda.daemon.metrics.ProcessFigures;
import dev.arda.daemon.operation.OperationParts;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.rpc.CallRegistry;
import dev.arda.daemon.rpc.DaemonControl;
import dev.arda.daemon.rpc.ErrorMapper;
import dev.arda.daemon.rpc.ProtocolRange;
import dev.arda.daemon.rpc.RpcFigures;
import dev.arda.daemon.rpc.RpcServer;
import dev.arda.daemon.rpc.Tools;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.store.build.Builds;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon, from start to end. When {@link #start} returns, clients can find it. It ends when it
 * is told to, when it is idle, or when its files are taken away; {@link #await} says why.
 *
 * <p>Ending has these steps, timed from the decision: new work is refused with the reason {@code
 * DRAINING} and health says so, while the socket still answers; operations that should not be
 * interrupted are waited for, however long that takes, unless a signal ordered the end; calls and
 * other operations may finish until the grace is over; then they are cut off and their processes
 * have {@link #UNWIND} to end; what has not ended by then is written down as interrupted, and goes
 * on where it does not need the daemon; the socket closes, the files are removed, the lock is
 * dropped. If all that is not done one second after the last deadline, {@link HardStop} ends the
 * process.
 */
public final class Daemon {

  /** For calls that are cut off: processes are given three seconds between TERM and KILL. */
  static final Duration UNWIND = Duration.ofSeconds(4);

  /** After the last deadline. */
  private static final Duration HARD_STOP_DELAY = Duration.ofSeconds(1);

  /** For answers that are on their way. */
  private static final Duration FLUSH = Duration.ofMillis(500);

  /** A daemon that cannot be found any more bothers nobody; its work may take its time. */
  private static final Duration FILES_LOST_GRACE = Duration.ofHours(1);

  /**
   * How long calls may take to finish when the program was replaced: whatever they still need of it
   * may be missing.
   */
  private static final Duration REPLACED_GRACE = Duration.ofSeconds(10);

  /**
   * How long somebody who was quick waits for the record; if it cannot be written the daemon ends.
   */
  private static final Duration RECORD_PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private final DaemonConfiguration configuration;
  private final Clock clock;
  private final ProcessHandle process;
  private final RuntimeFiles files;
  private final CallRegistry registry;
  private final ErrorMapper errors;
  private final Operations operations;
  private final CountDownLatch recorded = new CountDownLatch(1);
  private final StopDecision decision = new StopDecision();
  private final HardStop hardStop;
  private final ScheduledThreadPoolExecutor timer;
  private final Optional<IdleMonitor> idle;
  private final RpcServer server;
  private final Flakes flakes;
  private final SystemProcessRunner processes = SystemProcessRunner.create();
  private final NixFacts facts = NixFacts.using(processes);
  private final Builds builds;
  private final Optional<Installation> installation = Installation.current();
  private final String version;
  private final Instant startedAt;
  private final RpcFigures calls = new RpcFigures();
  private final DaemonMetrics metrics;

  private Daemon(
      DaemonConfiguration configuration,
      String version,
      Flakes flakes,
      RuntimeFiles files,
      Clock clock,
      Exit exit)
      throws IOException {
    this.configuration = configuration;
    this.version = version;
    this.files = files;
    this.flakes = flakes;
    this.clock = clock;
    this.process = ProcessHandle.current();
    this.startedAt = process.info().startInstant().orElseGet(clock::instant);
    this.metrics =
        new DaemonMetrics(
            () -> new DaemonMetrics.Sample(figures(), flakes.figures(), calls.snapshot()));
    this.registry = new CallRegistry(clock, RpcServer.MAX_CALLS);
    this.errors = new ErrorMapper(configuration.logFile());
    this.operations =
        new Operations(
            new OperationParts(
                configuration.operationDirectory(),
                configuration.operations(),
                clock,
                System::nanoTime,
                new SecureRandom(),
                errors::status,
                registry::operationBegins));
    this.builds =
        Builds.create(
            flakes, processes, facts, configuration.stateDirectory().resolve("roots"), clock);
    this.hardStop = new HardStop(decision, UNWIND.plus(HARD_STOP_DELAY), exit);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().name("arda-timer").daemon().unstarted(task));
    timer.setRemoveOnCancelPolicy(true);
    this.idle =
        configuration
            .idleTimeout()
            .map(t -> new IdleMonitor(t, clock, timer, registry, this::stopIdle));
    boolean started = false;
    try {
      this.server = listen(flakes);
      started = true;
    } finally {
      if (!started) {
        timer.shutdownNow();
        processes.close();
      }
    }
  }

  /**
   * Starts a daemon.
   *
   * @param files its files; closed when it ends, and when it cannot start
   * @param flakes answers the questions
   * @param clock tells the time for idleness and status
   * @param exit ends the process if the daemon cannot end in order
   * @throws DaemonStartException if it cannot start
   */
  static Daemon start(
      DaemonConfiguration configuration,
      RuntimeFiles files,
      String version,
      Flakes flakes,
      Clock clock,
      Exit exit)
      throws DaemonStartException {
    try {
      var daemon = new Daemon(configuration, version, flakes, files, clock, exit);
      daemon.watch();
      LOG.info(
          "arda {} is listening on {} (pid {}{})",
          version,
          files.socket(),
          daemon.process.pid(),
          configuration.isPrivate() ? ", private" : "");
      return daemon;
    } catch (IOException e) {
      files.close();
      throw new DaemonStartException(
          ExitCode.FAILED,
          "The daemon cannot listen on %s: %s".formatted(files.socket(), e.getMessage()),
          e);
    }
  }

  private RpcServer listen(Flakes flakes) throws IOException {
    var socket = files.newSocket();
    var result =
        RpcServer.start(
            socket,
            new RpcServer.Parts(
                flakes,
                builds,
                operations,
                Tools.create(
                    processes,
                    facts,
                    configuration.stateDirectory(),
                    configuration.runtimeDirectory(),
                    clock),
                control(),
                registry,
                calls,
                errors,
                users(configuration.runtimeDirectory()),
                timer));
    boolean published = false;
    try {
      files.publishSocket(socket);
      files.publishRecord(
          new RuntimeRecord(
              process.pid(),
              startedAt,
              version,
              ProtocolRange.SPOKEN.min(),
              ProtocolRange.SPOKEN.max(),
              files.socket(),
              configuration.logFile()));
      recorded.countDown();
      published = true;
      return result;
    } finally {
      if (!published) {
        stopQuietly(result);
      }
    }
  }

  /** The owner of the directory, which was verified to be us, and the one who may do anything. */
  private static Set<UserPrincipal> users(Path directory) throws IOException {
    var result = new HashSet<UserPrincipal>();
    result.add(Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS));
    result.add(
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("root"));
    return result;
  }

  private void watch() {
    idle.ifPresent(IdleMonitor::start);
    new HeapRelease(ManagementFactory.getMemoryMXBean()::getHeapMemoryUsage, System::gc)
        .start(timer);
    // Reads files, and nobody has to wait for it.
    var _ = Thread.ofVirtual().name("arda-tidy").start(operations::tidy);
    var interval = configuration.selfCheckInterval().toNanos();
    var _ =
        timer.scheduleWithFixedDelay(this::checkFiles, interval, interval, TimeUnit.NANOSECONDS);
  }

  private void checkFiles() {
    try {
      if (!files.areOurs()) {
        stop(StopReason.FILES_LOST, FILES_LOST_GRACE);
      } else if (installation.filter(running -> !running.isUnchanged()).isPresent()) {
        stop(StopReason.REPLACED, REPLACED_GRACE);
      }
    } catch (RuntimeException e) {
      LOG.error("The check of the runtime files failed", e);
    }
  }

  private void stopIdle() {
    stop(StopReason.IDLE, Duration.ZERO);
  }

  /**
   * Begins to end the daemon; returns at once. Called again, it can only bring the end nearer.
   *
   * @param grace how long calls that are being served may take to finish
   */
  public void stop(StopReason reason, Duration grace) {
    var first = decision.decide(reason, grace);
    registry.wake();
    operations.wake();
    if (first) {
      LOG.info(
          "Ending because {}; {} calls and {} operations have {} to finish",
          reason,
          registry.active(),
          registry.operations(),
          grace);
      Thread.ofPlatform().name("arda-drain").start(this::drain);
    }
  }

  /**
   * Waits until the daemon has ended.
   *
   * @return why it ended
   */
  public StopReason await() throws InterruptedException {
    decision.awaitFinished();
    return decision.reason().orElseThrow();
  }

  /** What takes long here. */
  Operations operations() {
    return operations;
  }

  /** Where clients find it. */
  public Path socket() {
    return files.socket();
  }

  private void drain() {
    try {
      registry.drain();
      server.announceEnd();
      operations.close();
      hardStop.start();
      operations.awaitThoseToFinish(decision::isOver, decision::nanosLeft);
      decision.bind();
      if (!registry.awaitIdle(decision::nanosLeft)) {
        LOG.info(
            "Cutting off {} calls and {} operations", registry.active(), registry.operations());
        // First, so that they end because of this and not because their clients were cut off.
        operations.interrupt();
        registry.cutOff();
        if (!registry.awaitIdle(() -> decision.nanosLeft() + UNWIND.toNanos())) {
          LOG.warn(
              "{} calls and {} operations have not ended after they were cut off",
              registry.active(),
              registry.operations());
          operations.abandon();
        }
      }
      server.stop(FLUSH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; go on to clean up
    } catch (RuntimeException e) {
      LOG.error("Ending in order failed", e);
    } finally {
      timer.shutdownNow();
      closeFlakes();
      if (configuration.isPrivate()) {
        files.closeAndRemove();
      } else {
        files.close();
      }
      LOG.info("Ended after {}", uptime());
      decision.finish();
    }
  }

  private void closeFlakes() {
    try {
      flakes.close();
      processes.close();
    } catch (RuntimeException e) {
      LOG.error("The evaluators did not end in order", e);
    }
  }

  private static void stopQuietly(RpcServer server) {
    try {
      server.stop(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whoever was told what the daemon is finds its record, though the socket is there before. */
  private void awaitRecord() {
    try {
      var _ = recorded.await(RECORD_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ProcessFigures figures() {
    return ProcessFigures.now(version, uptime());
  }

  private Duration uptime() {
    return Duration.between(startedAt, clock.instant());
  }

  private DaemonControl control() {
    return new DaemonControl() {
      @Override
      public Description describe() {
        awaitRecord();
        var figures = figures();
        return new Description(
            process.pid(),
            version,
            startedAt,
            uptime(),
            configuration.runtimeDirectory(),
            configuration.logFile(),
            figures.heapUsedBytes(),
            figures.heapMaxBytes(),
            figures.residentBytes(),
            idle.flatMap(IdleMonitor::exitAt));
      }

      @Override
      public String metrics() {
        return metrics.text();
      }

      @Override
      public void shutdown(Duration grace) {
        stop(StopReason.REQUESTED, grace);
      }
    };
  }
}
