package dev.arda.daemon.rpc;

import dev.arda.daemon.FakeFlakes;
import dev.arda.daemon.Leaks;
import dev.arda.daemon.operation.OperationLimits;
import dev.arda.daemon.operation.OperationParts;
import dev.arda.daemon.operation.Operations;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.testing.Trees;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A server without a daemon around it. */
final class TestServer implements AutoCloseable {

  private final Path directory;
  private final ScheduledExecutorService timer;
  private final SystemProcessRunner processes = SystemProcessRunner.create();
  private final RpcServer server;
  private final CallRegistry registry = new CallRegistry(Clock.systemUTC(), 10);
  private final Operations operations;

  private TestServer(Set<UserPrincipal> users) throws IOException {
    directory = Leaks.temporaryDirectory();
    timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("arda-test-timer").unstarted(task));
    operations = newOperations();
    var flakes = new FakeFlakes();
    var facts = NixFacts.using(processes);
    server =
        RpcServer.start(
            socket(),
            new RpcServer.Parts(
                flakes,
                Builds.create(flakes, processes, facts, directory, Clock.systemUTC()),
                operations,
                Tools.create(processes, facts, directory, directory, Clock.systemUTC()),
                new NoDaemon(),
                registry,
                new RpcFigures(),
                new ErrorMapper(Path.of("/log")),
                users,
                timer));
  }

  private Operations newOperations() {
    return new Operations(
        new OperationParts(
            directory.resolve("operations"),
            OperationLimits.DEFAULT,
            Clock.systemUTC(),
            System::nanoTime,
            new Random(1),
            new ErrorMapper(Path.of("/log"))::status,
            registry::operationBegins));
  }

  static TestServer start(Set<UserPrincipal> users) throws IOException {
    return new TestServer(users);
  }

  /** The user who runs the tests. */
  static Set<UserPrincipal> me() throws IOException {
    var file = Files.createTempFile("arda-", "");
    try {
      return Set.of(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS));
    } finally {
      Files.delete(file);
    }
  }

  Operations operations() {
    return operations;
  }

  Path socket() {
    return directory.resolve("s");
  }

  List<ServerServiceDefinition> services() {
    return server.services();
  }

  @Override
  public void close() throws IOException {
    try {
      operations.interrupt();
      // Files are written until then.
      registry.awaitIdle(() -> Duration.ofSeconds(10).toNanos());
      server.stop(Duration.ofMillis(100));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    timer.shutdownNow();
    processes.close();
    Trees.delete(directory);
  }

  private static final class NoDaemon implements DaemonControl {
    @Override
    public Description describe() {
      return new Description(
          1,
          "v",
          Instant.EPOCH,
          Duration.ZERO,
          Path.of("/run"),
          Path.of("/log"),
          0,
          0,
          0,
          Optional.empty());
    }

    @Override
    public String metrics() {
      return "";
    }

    @Override
    public void shutdown(Duration grace) {}
  }
}
