package dev.arda.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.rpc.ErrorInfo;
import dev.arda.daemon.rpc.MethodPolicies.Capability;
import dev.arda.v1.DaemonServiceGrpc;
import dev.arda.v1.ShutdownRequest;
import dev.arda.v1.StatusRequest;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The interceptors in front of a service that implements nothing. */
class InterceptorTest {

  private final ErrorMapper errors = new ErrorMapper(Path.of("/log"));

  @Test
  void authorization_capabilityNotGranted_isDenied() throws Exception {
    var readOnly = new AuthorizationInterceptor(Set.of(Capability.READ), errors);
    assertThat(reason(readOnly, stub -> stub.shutdown(ShutdownRequest.getDefaultInstance())))
        .isEqualTo("PERMISSION_DENIED");
    assertThat(reason(readOnly, stub -> stub.status(StatusRequest.getDefaultInstance())))
        .as("reaches the service")
        .isEqualTo("UNIMPLEMENTED");
  }

  @Test
  void registry_moreCallsThanItMayHold_areRefused() {
    var registry = new CallRegistry(Clock.systemUTC(), 2);
    var first = registry.open(true);
    registry.open(true);
    assertThat(registry.open(false)).as("looking is always allowed").isNotNull();
    assertThat(catchThrowable(() -> registry.open(true)))
        .isInstanceOfSatisfying(
            DaemonFault.class,
            f -> assertThat(f.reason()).isEqualTo(DaemonReason.RESOURCE_EXHAUSTED));

    first.started(Thread.currentThread(), () -> {});
    first.closed();
    assertThat(registry.active()).as("its worker still runs").isEqualTo(2);
    first.returned();
    assertThat(registry.active()).isEqualTo(1);
    assertThat(registry.idleSince()).isEmpty();
  }

  private String reason(ServerInterceptor interceptor, Call call) throws Exception {
    var name = InProcessServerBuilder.generateName();
    var server =
        InProcessServerBuilder.forName(name)
            .addService(new DaemonServiceGrpc.DaemonServiceImplBase() {})
            .intercept(interceptor)
            .build()
            .start();
    var channel = InProcessChannelBuilder.forName(name).build();
    try {
      var thrown = catchThrowable(() -> call.on(DaemonServiceGrpc.newBlockingStub(channel)));
      var status = Optional.ofNullable(StatusProto.fromThrowable(thrown)).orElseThrow();
      for (var detail : status.getDetailsList()) {
        return detail.unpack(ErrorInfo.class).getReason();
      }
      return com.google.rpc.Code.forNumber(status.getCode()).name();
    } finally {
      channel.shutdownNow();
      server.shutdownNow().awaitTermination();
    }
  }

  private interface Call {
    Object on(DaemonServiceGrpc.DaemonServiceBlockingStub stub);
  }
}
