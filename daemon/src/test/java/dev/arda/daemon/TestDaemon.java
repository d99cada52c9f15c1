package dev.arda.daemon;

import dev.arda.daemon.operation.OperationLimits;
import dev.arda.nix.testing.Trees;
import dev.arda.v1.CallContext;
import dev.arda.v1.DaemonServiceGrpc;
import dev.arda.v1.FlakeServiceGrpc;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.StatusRequest;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A daemon in this process, with a real socket in a directory of its own, and clients for it. */
final class TestDaemon implements AutoCloseable {

  final Path directory;
  final DaemonConfiguration configuration;
  final Daemon daemon;
  final FakeFlakes flakes = new FakeFlakes();
  final List<Integer> halts = new CopyOnWriteArrayList<>();
  private final List<TestChannel> channels = new ArrayList<>();
  private final TestChannel first;

  private TestDaemon(UnaryOperator<DaemonConfiguration> change) {
    try {
      directory = Leaks.temporaryDirectory();
      configuration =
          change.apply(
              new DaemonConfiguration(
                  directory.resolve("run"),
                  directory.resolve("state"),
                  directory.resolve("cache"),
                  Optional.empty(),
                  Duration.ofSeconds(1),
                  false,
                  Duration.ofHours(1),
                  OperationLimits.DEFAULT));
      daemon =
          Daemon.start(
              configuration,
              RuntimeFiles.open(configuration.runtimeDirectory(), User.id()),
              "1.2.3",
              flakes,
              Clock.systemUTC(),
              exit());
      first = channel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DaemonStartException e) {
      throw new IllegalStateException(e);
    }
  }

  static TestDaemon start() {
    return start(c -> c);
  }

  static TestDaemon start(UnaryOperator<DaemonConfiguration> change) {
    return new TestDaemon(change);
  }

  static TestDaemon withIdleTimeout(Duration timeout) {
    return start(c ->
        new DaemonConfiguration(
            c.runtimeDirectory(),
            c.stateDirectory(),
            c.cacheDirectory(),
            Optional.of(timeout),
            c.slowEvaluation(),
            false,
            c.selfCheckInterval(),
            c.operations()));
  }

  static TestDaemon withSelfCheck(Duration interval) {
    return start(c ->
        new DaemonConfiguration(
            c.runtimeDirectory(),
            c.stateDirectory(),
            c.cacheDirectory(),
            Optional.empty(),
            c.slowEvaluation(),
            false,
            interval,
            c.operations()));
  }

  private Exit exit() {
    return new Exit() {
      @Override
      public void exit(int code) {
        halts.add(code);
      }

      @Override
      public void halt(int code) {
        halts.add(code);
      }
    };
  }

  /** One more connection. */
  TestChannel channel() {
    var channel = TestChannel.open(daemon.socket());
    channels.add(channel);
    return channel;
  }

  ManagedChannel firstChannel() {
    return first.channel();
  }

  SelectionServiceGrpc.SelectionServiceBlockingStub selection() {
    return SelectionServiceGrpc.newBlockingStub(firstChannel());
  }

  FlakeServiceGrpc.FlakeServiceBlockingStub flake() {
    return FlakeServiceGrpc.newBlockingStub(firstChannel());
  }

  DaemonServiceGrpc.DaemonServiceBlockingStub control() {
    return DaemonServiceGrpc.newBlockingStub(firstChannel());
  }

  Path socket() {
    return daemon.socket();
  }

  int activeCalls() {
    return control().status(StatusRequest.getDefaultInstance()).getActiveCalls();
  }

  static CallContext context() {
    return CallContext.newBuilder().setCwd("/").build();
  }

  static SelectRequest select(String... selectors) {
    return SelectRequest.newBuilder()
        .setContext(context())
        .addAllSelectors(List.of(selectors))
        .build();
  }

  /** Ends it, and everything that was opened for it. */
  @Override
  public void close() {
    channels.forEach(TestChannel::close);
    daemon.stop(StopReason.REQUESTED, Duration.ZERO);
    try {
      daemon.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Trees.delete(directory);
  }
}
