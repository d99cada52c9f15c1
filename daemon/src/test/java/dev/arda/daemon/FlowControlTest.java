package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.types.JsonText;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectionServiceGrpc;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that do not read, go away, or are in a hurry. */
@ExtendWith(Leaks.class)
class FlowControlTest {

  private static final int VALUE_BYTES = 50_000;
  private static final long STORM_SEED = 20260101;
  private static final int STORM_CALLS = 500;

  private final TestDaemon daemon = TestDaemon.start();

  @AfterEach
  void close() {
    daemon.close();
  }

  @Test
  void select_clientDoesNotRead_costsLittleAndDisturbsNobody() throws Exception {
    var handedOver = new AtomicInteger();
    daemon.flakes.selecting =
        (request, listener) -> {
          listener.state(FakeFlakes.STATE);
          var size = request.selectors().getFirst().equals("much") ? VALUE_BYTES : 3;
          for (int i = 0; i < request.selectors().size(); i++) {
            listener.value(i, "a", JsonText.of(new byte[size]), List.of());
            if (size == VALUE_BYTES) {
              handedOver.incrementAndGet();
            }
          }
        };
    var much = SelectRequest.newBuilder().setContext(TestDaemon.context());
    for (int i = 0; i < 400; i++) {
      much.addSelectors("much");
    }
    var stalled = new Reader(1);
    SelectionServiceGrpc.newStub(daemon.channel().channel()).select(much.build(), stalled);

    Eventually.until("the worker has begun", () -> handedOver.get() > 0);
    var before = settled(handedOver);
    assertThat((before + 1) * VALUE_BYTES)
        .as("bytes taken from the library for a client that reads one message")
        .isLessThan(TestChannel.WINDOW_BYTES + 256 * 1024);
    var answers = daemon.selection().select(TestDaemon.select("a"));
    assertThat(answers).toIterable().as("another client").hasSize(3);
    assertThat(handedOver).hasValue(before);

    stalled.read(Integer.MAX_VALUE);
    stalled.ended.get(60, TimeUnit.SECONDS);
    assertThat(handedOver).hasValue(400);
  }

  /** The value of a counter when it has not changed for half a second. */
  private static int settled(AtomicInteger counter) {
    var value = counter.get();
    var since = System.nanoTime();
    while (System.nanoTime() - since < Duration.ofMillis(500).toNanos()) {
      LockSupport.parkNanos(5_000_000);
      if (counter.get() != value) {
        value = counter.get();
        since = System.nanoTime();
      }
    }
    return value;
  }

  @Test
  void select_clientCancels_interruptsTheWorker() throws Exception {
    var asked = new CountDownLatch(1);
    daemon.flakes.selecting =
        (request, listener) -> {
          asked.countDown();
          FakeFlakes.never().select(request, listener);
        };
    var reader = new Reader(1);
    SelectionServiceGrpc.newStub(daemon.firstChannel()).select(TestDaemon.select("a"), reader);
    assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

    reader.cancel();

    Eventually.within(
        Duration.ofSeconds(30), "interrupted", () -> daemon.flakes.interrupted.get() == 1);
    Eventually.until("no call left", () -> daemon.activeCalls() == 0);
  }

  @Test
  void select_clientThatDoesNotReadCancels_wakesTheBlockedWorker() {
    var ended = new Semaphore(0);
    daemon.flakes.selecting =
        (_, listener) -> {
          try {
            listener.value(0, "a", JsonText.of(new byte[10_000_000]), List.of());
          } finally {
            ended.release();
          }
        };
    var reader = new Reader(1);
    SelectionServiceGrpc.newStub(daemon.firstChannel()).select(TestDaemon.select("a"), reader);
    Eventually.until("one chunk has come", () -> reader.received.get() == 1);

    reader.cancel();

    Eventually.within(Duration.ofSeconds(30), "the worker has gone on", () -> ended.tryAcquire());
  }

  @Test
  void select_connectionIsCut_interruptsTheWorker() throws Exception {
    var asked = new CountDownLatch(1);
    daemon.flakes.selecting =
        (request, listener) -> {
          asked.countDown();
          FakeFlakes.never().select(request, listener);
        };
    var channel = daemon.channel();
    SelectionServiceGrpc.newStub(channel.channel()).select(TestDaemon.select("a"), new Reader(1));
    assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

    channel.close();

    Eventually.within(
        Duration.ofSeconds(30), "interrupted", () -> daemon.flakes.interrupted.get() == 1);
  }

  @Test
  void select_stormOfShortDeadlines_leavesNothingBehind() throws Exception {
    var random = new Random(STORM_SEED);
    daemon.flakes.selecting = FakeFlakes.never();
    var readers = new java.util.ArrayList<Reader>();
    var stub = SelectionServiceGrpc.newStub(daemon.firstChannel());
    for (int i = 0; i < STORM_CALLS; i++) {
      var reader = new Reader(1);
      readers.add(reader);
      stub.withDeadlineAfter(1 + random.nextInt(50), TimeUnit.MILLISECONDS)
          .select(TestDaemon.select("a"), reader);
    }
    for (var reader : readers) {
      assertThat(reader.ended.handle((_, thrown) -> thrown).get(60, TimeUnit.SECONDS))
          .as("seed %d", STORM_SEED)
          .hasMessageContaining("DEADLINE_EXCEEDED");
    }
    Eventually.until("no question runs", () -> daemon.flakes.running.get() == 0);
    Eventually.until("no call is counted", () -> daemon.activeCalls() == 0);
    daemon.flakes.selecting = (_, listener) -> listener.state(FakeFlakes.STATE);
    assertThat(daemon.selection().select(TestDaemon.select("a"))).toIterable().hasSize(1);
  }

  /** A client that reads only when it is told to. */
  private static final class Reader
      implements ClientResponseObserver<SelectRequest, SelectResponse> {

    final CompletableFuture<Integer> ended = new CompletableFuture<>();
    final AtomicInteger received = new AtomicInteger();
    private final CompletableFuture<ClientCallStreamObserver<SelectRequest>> call =
        new CompletableFuture<>();
    private final int initially;

    Reader(int initially) {
      this.initially = initially;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<SelectRequest> requests) {
      requests.disableAutoRequestWithInitial(initially);
      call.complete(requests);
    }

    void read(int messages) {
      call.join().request(messages);
    }

    void cancel() {
      call.join().cancel("the test says so", null);
    }

    @Override
    public void onNext(SelectResponse response) {
      received.incrementAndGet();
    }

    @Override
    public void onError(Throwable thrown) {
      ended.completeExceptionally(thrown);
    }

    @Override
    public void onCompleted() {
      ended.complete(received.get());
    }
  }
}
