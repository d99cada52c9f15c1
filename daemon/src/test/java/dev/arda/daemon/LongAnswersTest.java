package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.Trees;
import dev.arda.v1.CallContext;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.SelectorResult;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Long answers, and clients that do not read them, against a daemon with little memory. */
class LongAnswersTest {

  private static final int READERS = 40;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private static SelectRequest request(NixSandbox sandbox, String... selectors) {
    return SelectRequest.newBuilder()
        .setContext(
            CallContext.newBuilder()
                .setCwd(sandbox.work().toString())
                .setNixProgram(sandbox.nix().toString())
                .putAllEnv(sandbox.environment()))
        .setFlake("flake")
        .addAllSelectors(List.of(selectors))
        .build();
  }

  private static List<SelectorResult> select(RealDaemon daemon, SelectRequest request) {
    var results = new ArrayList<SelectorResult>();
    SelectionServiceGrpc.newBlockingStub(daemon.channel())
        .withDeadlineAfter(5, TimeUnit.MINUTES)
        .select(request)
        .forEachRemaining(event -> {
          if (event.hasResult()) {
            results.add(event.getResult());
          }
        });
    return results;
  }

  /** Hears the first part of an answer and then reads no further. */
  private static final class LazyReader
      implements ClientResponseObserver<SelectRequest, SelectResponse> {
    private final CountDownLatch heard;

    LazyReader(CountDownLatch heard) {
      this.heard = heard;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<SelectRequest> call) {
      call.disableAutoRequestWithInitial(6); // the state, progress, and a few of dozens of chunks
    }

    @Override
    public void onNext(SelectResponse response) {
      if (response.hasChunk()) {
        heard.countDown();
      }
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }

  @ParameterizedTest
  @MethodSource("programs")
  void longValues_andManyWhoReadSlowly_theDaemonLives(Path program) throws Exception {
    var sandbox = NixSandbox.create(program);
    sandbox.write(
        "flake/flake.nix",
        """
        {
          outputs = _: let
            double = text: times: if times == 0 then text else double (text + text) (times - 1);
          in {
            megabytes4 = double "0123456789abcde\\n" 18;
            megabytes32 = double "0123456789abcdef" 21;
            small = "small";
          };
        }
        """);
    var directory = Leaks.temporaryDirectory();
    var readers = new ArrayList<TestChannel>();
    try (var daemon = new RealDaemon(directory, "-Xmx144m")) {
      var results =
          select(daemon, request(sandbox, "megabytes32", "small", "megabytes4", "megabytes32"));

      assertThat(results).hasSize(4);
      for (var result : results) {
        if (result.getSelectorIndex() % 3 == 0) {
          assertThat(result.getError().getMessage())
              .isEqualTo(
                  "the value of megabytes32 takes more than 8 MiB as text; ask for less at a time");
          assertThat(reason(result)).isEqualTo("EVALUATION_TOO_LARGE");
        } else {
          assertThat(result.getValue().getSizeBytes())
              .isEqualTo(result.getSelectorIndex() == 1 ? 7 : (17 << 18) + 2);
        }
      }

      var heard = new CountDownLatch(READERS);
      for (int i = 0; i < READERS; i++) {
        // Each has a connection: what is not read of one answer holds up the others on its own.
        var channel = TestChannel.open(directory.resolve("run/daemon-1.sock"));
        readers.add(channel);
        SelectionServiceGrpc.newStub(channel.channel())
            .select(request(sandbox, "megabytes4"), new LazyReader(heard));
      }
      assertThat(heard.await(2, TimeUnit.MINUTES)).isTrue();

      assertThat(select(daemon, request(sandbox, "small")))
          .singleElement()
          .satisfies(result -> assertThat(result.getValue().getSizeBytes()).isEqualTo(7));
    } finally {
      readers.forEach(TestChannel::close);
      Trees.delete(directory);
      sandbox.close();
    }
  }

  private static String reason(SelectorResult result) throws Exception {
    assertThat(result.getError().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    for (Any detail : result.getError().getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        return detail.unpack(ErrorInfo.class).getReason();
      }
    }
    throw new AssertionError("no reason");
  }
}
