package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.arda.v1.NixOptions;
import dev.arda.v1.NixSetting;
import dev.arda.v1.SelectRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CallContextsTest {

  @Test
  void contextField_isReadAsTheContext() throws InvalidProtocolBufferException {
    var variables = Map.of("HOME", "/h", "NIX_PATH", "ä=ö", "PATH", "/nonexistent", "SECRET", "s");
    var environment = new Environment(variables, Path.of("/a b"), Optional.empty(), "", 1000);
    var contexts = new CallContexts(environment);
    var options =
        NixOptions.newBuilder()
            .setImpure(true)
            .addSettings(NixSetting.newBuilder().setName("n").setValue("v"))
            .build();

    var request =
        SelectRequest.newBuilder()
            .setUnknownFields(contexts.contextField(SelectRequest.CONTEXT_FIELD_NUMBER, options))
            .setFlake("f")
            .build();

    assertThat(SelectRequest.parseFrom(request.toByteString()))
        .isEqualTo(
            SelectRequest.newBuilder().setContext(contexts.context(options)).setFlake("f").build());
    assertThat(contexts.context(options.toBuilder().setImpure(false).build()).getEnvMap())
        .containsOnlyKeys("HOME", "NIX_PATH", "PATH")
        .containsEntry("NIX_PATH", "ä=ö");
    assertThat(contexts.context(options).getEnvMap()).isEqualTo(variables);
  }
}
