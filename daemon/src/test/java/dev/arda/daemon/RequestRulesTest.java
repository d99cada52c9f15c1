package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import dev.arda.v1.CallContext;
import dev.arda.v1.CompleteRequest;
import dev.arda.v1.NixSetting;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.ShutdownRequest;
import dev.arda.v1.StatusRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request must fulfil before anything is asked of Nix. */
@ExtendWith(Leaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestRulesTest {

  private final TestDaemon daemon = TestDaemon.start();

  @BeforeAll
  void nothingReachesNix() {
    daemon.flakes.selecting =
        (_, _) -> {
          throw new IllegalStateException("a malformed request reached the library");
        };
  }

  @AfterAll
  void close() {
    daemon.close();
  }

  @Test
  void select_severalFaults_areAllNamed() throws Exception {
    var context =
        CallContext.newBuilder().setCwd("relative").setNixProgram("nix\0").build().toBuilder();
    context.getOptionsBuilder().addSettings(NixSetting.newBuilder().setValue("x\0"));
    var thrown =
        refused(
            SelectRequest.newBuilder()
                .setContext(context)
                .setFlake("a\0b")
                .setEncodingValue(77)
                .build());

    assertThat(Errors.of(thrown).getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
    assertThat(Errors.reason(thrown)).isEqualTo("REQUEST_INVALID");
    assertThat(Errors.of(thrown).getDetails(1).unpack(BadRequest.class).getFieldViolationsList())
        .extracting(v -> v.getField())
        .containsExactly(
            "context.cwd",
            "context.nix_program",
            "context.nix_program",
            "context.options.settings[0].name",
            "context.options.settings[0].value",
            "selectors",
            "flake",
            "encoding");
  }

  @Test
  void select_noContext_isRefused() {
    var thrown = refused(SelectRequest.newBuilder().addSelectors("a").build());
    assertThat(Errors.info(thrown).getMetadataMap()).containsEntry("field", "context");
  }

  @Test
  void select_tenThousandAndOneSelectors_areRefused() {
    var request = SelectRequest.newBuilder().setContext(TestDaemon.context());
    for (int i = 0; i < 10_001; i++) {
      request.addSelectors("a");
    }
    assertThat(Errors.info(refused(request.build())).getMetadataMap())
        .containsEntry("field", "selectors");
  }

  @Test
  void select_requestOverOneMebibyte_isRefused() {
    var thrown = refused(TestDaemon.select("a").toBuilder().setFlake("x".repeat(1 << 20)).build());
    assertThat(thrown).hasMessageContaining("RESOURCE_EXHAUSTED");
  }

  @Test
  void complete_offsetBehindTheEnd_isRefused() {
    var thrown =
        catchThrowable(() ->
            daemon
                .selection()
                .complete(
                    CompleteRequest.newBuilder()
                        .setContext(TestDaemon.context())
                        .setSelector("😀")
                        .setOffset(2)
                        .setBudget(Duration.newBuilder().setSeconds(-1))
                        .build()));
    assertThat(Errors.of(thrown).getMessage()).contains("offset").contains("1 more");
  }

  @Test
  void shutdown_negativeGrace_isRefusedAndEndsNothing() {
    var thrown =
        catchThrowable(() ->
            daemon
                .control()
                .shutdown(
                    ShutdownRequest.newBuilder()
                        .setGrace(Duration.newBuilder().setSeconds(-1))
                        .build()));
    assertThat(Errors.reason(thrown)).isEqualTo("REQUEST_INVALID");
    assertThat(daemon.activeCalls()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2", "99", "-1", "one", "", "99999999999999999999"})
  void call_protocolOutsideTheRange_isRefused(String protocol) {
    var thrown = catchThrowable(() -> statusWith(Map.of("arda-protocol", protocol)));

    assertThat(Errors.of(thrown).getCode()).isEqualTo(Code.FAILED_PRECONDITION_VALUE);
    assertThat(Errors.reason(thrown)).isEqualTo("PROTOCOL_UNSUPPORTED");
    assertThat(Errors.info(thrown).getMetadataMap())
        .containsEntry("min", "1")
        .containsEntry("max", "1");
  }

  @Test
  void call_protocolInTheRangeOrNone_isServed() {
    assertThat(statusWith(Map.of("arda-protocol", "1", "arda-client", "9.9"))).isEqualTo("1.2.3");
    assertThat(statusWith(Map.of())).isEqualTo("1.2.3");
  }

  @Test
  void call_metadataOverEightKibibytes_isRefused() {
    var thrown = catchThrowable(() -> statusWith(Map.of("x", "y".repeat(9000))));
    assertThat(thrown).isNotNull();
    assertThat(statusWith(Map.of("x", "y".repeat(5000)))).isEqualTo("1.2.3");
  }

  @Test
  void call_unknownMethod_isNotServed() {
    var marshaller = ProtoUtils.marshaller(StatusRequest.getDefaultInstance());
    var method =
        MethodDescriptor.<StatusRequest, StatusRequest>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("arda.v1.DaemonService/Nonsense")
            .setRequestMarshaller(marshaller)
            .setResponseMarshaller(marshaller)
            .build();
    var thrown =
        catchThrowable(() ->
            ClientCalls.blockingUnaryCall(
                daemon.firstChannel(),
                method,
                CallOptions.DEFAULT,
                StatusRequest.getDefaultInstance()));
    assertThat(thrown).hasMessageContaining("UNIMPLEMENTED");
  }

  private String statusWith(Map<String, String> headers) {
    var metadata = new Metadata();
    headers.forEach((name, value) ->
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return daemon
        .control()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
        .status(StatusRequest.getDefaultInstance())
        .getVersion();
  }

  private Throwable refused(SelectRequest request) {
    var thrown = catchThrowable(() -> List.copyOf(iterate(daemon.selection().select(request))));
    assertThat(thrown).isNotNull();
    return thrown;
  }

  private static <T> List<T> iterate(java.util.Iterator<T> iterator) {
    var result = new java.util.ArrayList<T>();
    iterator.forEachRemaining(result::add);
    return result;
  }
}
