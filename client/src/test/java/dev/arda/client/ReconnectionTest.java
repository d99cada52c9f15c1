package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Code;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.ShutdownRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a question when its daemon goes away, over either kind of connection. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
final class ReconnectionTest extends PlacesTestCase {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private boolean brief;

  @Test
  void drainingDaemon_isWaitedForAndReplaced() throws Exception {
    places.makeRuntime();
    var draining = new FakeDaemon(places.runtime);
    draining.refusal =
        Optional.of(FakeDaemon.exception(Code.UNAVAILABLE, "DRAINING", "the daemon is ending"));
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var connecting = executor.submit(this::connect);
      // It has been asked twice: without the lock and under it.
      var backoff = new Backoff(Deadline.after(PATIENCE));
      while (draining.headers.size() < 2 && backoff.pause()) {}
      draining.close();
      try (var client = connecting.get(60, TimeUnit.SECONDS)) {
        assertThat(client.startReason()).contains(DaemonStartReason.DRAINING);
      }
    }
    assertThat(places.starts()).hasSize(1);
  }

  @Test
  void lostConnectionBeforeAnyEvent_isAskedAgainOnce() throws Exception {
    places.makeRuntime();
    var first = new FakeDaemon(places.runtime);
    first.selection = (request, answers) -> first.crash();
    try (var client = connect();
        var stream = client.select(SelectRequest.newBuilder().addSelectors("a").build())) {
      assertThat(stream.next().orElseThrow().getChunk().getJson().toStringUtf8())
          .isEqualTo("\"a\"");
      assertThat(client.startReason()).isPresent();
    }
    assertThat(places.starts()).hasSize(1);
    first.close();
  }

  @Test
  void lostConnectionAfterAnEvent_isAnError() throws Exception {
    places.makeRuntime();
    var daemon = new FakeDaemon(places.runtime);
    daemon.selection =
        (request, answers) -> {
          answers.chunk(0, FakeDaemon.bytes("\"half"));
          answers.awaitCancel();
        };
    try (var client = connect();
        var stream = client.select(SelectRequest.newBuilder().addSelectors("a").build())) {
      assertThat(stream.next()).isPresent();
      daemon.crash();
      assertThatThrownBy(stream::next).isInstanceOf(ArdaException.class);
    }
    assertThat(places.starts()).isEmpty();
    daemon.close();
  }

  @Test
  void everyCall_saysProtocolAndVersion() throws Exception {
    places.makeRuntime();
    try (var daemon = new FakeDaemon(places.runtime)) {
      try (var client = connect()) {
        client.shutdown(ShutdownRequest.getDefaultInstance(), Deadline.after(PATIENCE));
      }
      assertThat(daemon.headers).hasSize(2);
      assertThat(daemon.headers)
          .allSatisfy(metadata -> {
            assertThat(metadata.get(Protocol.PROTOCOL)).isEqualTo("1");
            assertThat(metadata.get(Protocol.CLIENT)).isEqualTo("development");
          });
    }
  }

  private ArdaClient connect() throws InterruptedException {
    return ArdaClient.connect(connector(), Deadline.after(PATIENCE));
  }

  private DaemonConnector connector() {
    return brief
        ? DaemonConnector.brief(places.environment())
        : new DaemonConnector(places.environment());
  }
}
