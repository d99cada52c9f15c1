package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;

/** What a client sees of a failure. */
final class Errors {

  private Errors() {}

  static Status of(Throwable thrown) {
    return Optional.ofNullable(StatusProto.fromThrowable(thrown)).orElseThrow();
  }

  /** The one {@code ErrorInfo}. */
  static ErrorInfo info(Throwable thrown) {
    var infos = of(thrown).getDetailsList().stream().filter(d -> d.is(ErrorInfo.class)).toList();
    assertThat(infos).as("ErrorInfo of %s", thrown).hasSize(1);
    try {
      return infos.getFirst().unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  static String reason(Throwable thrown) {
    return info(thrown).getReason();
  }
}
