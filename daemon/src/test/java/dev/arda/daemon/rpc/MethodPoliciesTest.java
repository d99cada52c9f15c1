package dev.arda.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.daemon.rpc.MethodPolicies.Capability;
import dev.arda.v1.DaemonServiceGrpc;
import dev.arda.v1.FlakeServiceGrpc;
import dev.arda.v1.OperationServiceGrpc;
import dev.arda.v1.SelectionServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MethodPoliciesTest {

  @ParameterizedTest
  @MethodSource("methodsOfTheServer")
  void of_everyMethodTheServerOffers_isInTheTable(String method) {
    assertThat(MethodPolicies.of(method)).as(method).isPresent();
  }

  @ParameterizedTest
  @MethodSource("methodsOfTheProtocol")
  void of_everyMethodInTheProtoFiles_isInTheTable(String method) {
    assertThat(MethodPolicies.of(method)).as(method).isPresent();
  }

  @Test
  void of_shutdown_isForAdministrators() {
    assertThat(MethodPolicies.of("arda.v1.DaemonService/Shutdown").orElseThrow().capability())
        .isEqualTo(Capability.ADMIN);
  }

  @Test
  void of_invalidate_isForAdministrators_andLookingAtFiguresIsNoWork() {
    assertThat(MethodPolicies.of("arda.v1.SelectionService/Invalidate").orElseThrow().capability())
        .isEqualTo(Capability.ADMIN);
    assertThat(MethodPolicies.of("arda.v1.DaemonService/Metrics").orElseThrow().work()).isFalse();
  }

  @Test
  void of_anythingElse_isRefused() {
    assertThat(MethodPolicies.of("arda.v1.DaemonService/Nonsense")).isEmpty();
    assertThat(MethodPolicies.of("")).isEmpty();
  }

  static List<String> methodsOfTheServer() throws Exception {
    try (var server = TestServer.start(TestServer.me())) {
      var methods =
          server.services().stream()
              .map(ServerServiceDefinition::getServiceDescriptor)
              .flatMap(s -> s.getMethods().stream())
              .map(MethodDescriptor::getFullMethodName)
              .toList();
      assertThat(MethodPolicies.methods()).containsExactlyInAnyOrderElementsOf(methods);
      return methods;
    }
  }

  static Stream<String> methodsOfTheProtocol() {
    return Stream.of(
            SelectionServiceGrpc.getServiceDescriptor(),
            FlakeServiceGrpc.getServiceDescriptor(),
            OperationServiceGrpc.getServiceDescriptor(),
            DaemonServiceGrpc.getServiceDescriptor(),
            HealthGrpc.getServiceDescriptor(),
            ProtoReflectionServiceV1.newInstance().bindService().getServiceDescriptor())
        .map(s -> (ProtoFileDescriptorSupplier) s.getSchemaDescriptor())
        .flatMap(s -> s.getFileDescriptor().getServices().stream())
        .flatMap(s -> s.getMethods().stream())
        .map(m -> m.getService().getFullName() + "/" + m.getName());
  }
}
