package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;

/** What a client sees of a failure. */
public final class Errors {

  private Errors() {}

  /** The status that travelled with it. */
  public static Status of(Throwable thrown) {
    return Optional.ofNullable(StatusProto.fromThrowable(thrown)).orElseThrow();
  }

  /** The one {@code ErrorInfo}. */
  public static ErrorInfo info(Throwable thrown) {
    return info(of(thrown));
  }

  /** The one {@code ErrorInfo} of an error inside a message. */
  public static ErrorInfo info(Status status) {
    var infos = status.getDetailsList().stream().filter(d -> d.is(ErrorInfo.class)).toList();
    assertThat(infos).as("ErrorInfo of %s", status).hasSize(1);
    try {
      return infos.getFirst().unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Its reason. */
  public static String reason(Throwable thrown) {
    return info(thrown).getReason();
  }
}
