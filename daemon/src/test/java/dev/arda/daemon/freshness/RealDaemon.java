package dev.arda.daemon.freshness;

import dev.arda.daemon.DaemonMain;
import dev.arda.daemon.TestChannel;
import dev.arda.v1.CallContext;
import dev.arda.v1.DaemonServiceGrpc;
import dev.arda.v1.MetricsRequest;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.SelectorResult;
import dev.arda.v1.StatusRequest;
import dev.arda.v1.StatusResponse;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The daemon as a process of its own, and a connection to it. */
final class RealDaemon implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);

  private final Process process;
  private final TestChannel channel;

  private RealDaemon(Process process, TestChannel channel) {
    this.process = process;
    this.channel = channel;
  }

  /**
   * Starts one.
   *
   * @param directory where its socket, state and log lie
   * @param cache where it keeps answers; on another file system it gives the daemon a place to find
   *     out whether events of both are ordered
   */
  static RealDaemon start(Path directory, Path cache) throws IOException {
    Path run = directory.resolve("run");
    Path output = directory.resolve("daemon.out");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path", ""),
                DaemonMain.class.getName(),
                "--runtime-dir",
                run.toString(),
                "--state-dir",
                directory.resolve("state").toString())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()));
    builder.environment().put("ARDA_CACHE_DIR", cache.toString());
    Process process = builder.start();
    Path socket = run.resolve("daemon-1.sock");
    long end = System.nanoTime() + START.toNanos();
    while (!Files.exists(run.resolve("daemon-1.json"))) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        process.destroyForcibly();
        throw new IOException("no daemon: " + Files.readString(output));
      }
      LockSupport.parkNanos(5_000_000);
    }
    return new RealDaemon(process, TestChannel.open(socket));
  }

  /** The value of a selector as JSON text, or how it failed. */
  String select(CallContext context, String flake, String selector) {
    var json = new ByteArrayOutputStream();
    String failure = "failed: no result";
    var events =
        SelectionServiceGrpc.newBlockingStub(channel.channel())
            .withDeadlineAfter(120, TimeUnit.SECONDS)
            .select(
                SelectRequest.newBuilder()
                    .setContext(context)
                    .setFlake(flake)
                    .addSelectors(selector)
                    .build());
    try {
      while (events.hasNext()) {
        var event = events.next();
        if (event.hasChunk()) {
          json.writeBytes(event.getChunk().getJson().toByteArray());
        } else if (event.hasResult()) {
          SelectorResult result = event.getResult();
          failure = result.hasError() ? "failed: " + result.getError().getMessage() : "";
        }
      }
    } catch (StatusRuntimeException e) {
      failure = "failed: " + e.getMessage();
    }
    return failure.isEmpty() ? json.toString(StandardCharsets.UTF_8) : failure;
  }

  StatusResponse status() {
    return DaemonServiceGrpc.newBlockingStub(channel.channel())
        .status(StatusRequest.getDefaultInstance());
  }

  /** The lines of the metrics that begin with one of some names. */
  List<String> metrics(String... names) {
    return DaemonServiceGrpc.newBlockingStub(channel.channel())
        .metrics(MetricsRequest.getDefaultInstance())
        .getText()
        .toStringUtf8()
        .lines()
        .filter(line -> List.of(names).stream().anyMatch(line::startsWith))
        .filter(line -> !line.contains("_bucket"))
        .toList();
  }

  @Override
  public void close() {
    channel.close();
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
