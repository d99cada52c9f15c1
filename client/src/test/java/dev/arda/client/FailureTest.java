package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.arda.v1.NixError;
import dev.arda.v1.SelectorError;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FailureTest {

  private static final ErrorInfo INFO =
      ErrorInfo.newBuilder()
          .setReason("ATTRIBUTE_MISSING")
          .setDomain(Failure.DOMAIN)
          .putMetadata("flake", "path:/f")
          .putMetadata("", "no name")
          .putMetadata("empty", "")
          .putMetadata("ä🙂", "\u0000\n\"")
          .build();
  private static final NixError NIX = NixError.newBuilder().setMessage("x").build();
  private static final SelectorError SELECTOR =
      SelectorError.newBuilder().setSelector("a.b").build();

  @Test
  void of_detailsOfEveryKind_areTakenApart() {
    var failure =
        Failure.of(
            status(
                Any.pack(RetryInfo.getDefaultInstance()),
                Any.pack(SELECTOR),
                Any.pack(INFO),
                Any.pack(NIX)));

    assertThat(failure.code()).isEqualTo(io.grpc.Status.Code.NOT_FOUND);
    assertThat(failure.message()).isEqualTo("it is not there");
    assertThat(failure.reason()).isEqualTo("ATTRIBUTE_MISSING");
    assertThat(failure.metadata()).isEqualTo(INFO.getMetadataMap());
    assertThat(failure.nix()).contains(NIX);
    assertThat(failure.selector()).contains(SELECTOR);
  }

  @Test
  void of_noDetails_hasTheMessage() {
    var failure = Failure.of(status());

    assertThat(failure.reason()).isEqualTo(Failure.UNKNOWN);
    assertThat(failure.message()).isEqualTo("it is not there");
    assertThat(failure.metadata()).isEmpty();
    assertThat(failure.nix()).isEmpty();
  }

  @Test
  void of_fieldsOfANewerDaemon_areSkipped() {
    var later =
        UnknownFieldSet.newBuilder()
            .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .addField(
                77,
                UnknownFieldSet.Field.newBuilder()
                    .addGroup(UnknownFieldSet.getDefaultInstance())
                    .build())
            .build();
    var failure = Failure.of(status(Any.pack(INFO.toBuilder().setUnknownFields(later).build())));

    assertThat(failure.reason()).isEqualTo("ATTRIBUTE_MISSING");
    assertThat(failure.metadata()).isEqualTo(INFO.getMetadataMap());
  }

  /**
   * What is mixed up or cut off loses at most the detail; what protobuf can read is read as it
   * reads it.
   */
  @Test
  void of_damagedDetails_keepTheMessage() {
    var bytes = INFO.toByteArray();
    var random = new Random(1);
    for (int round = 0; round < 2_000; round++) {
      var damaged = bytes.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(bytes.length + 1);
      var failure =
          Failure.of(
              status(
                  Any.newBuilder()
                      .setTypeUrl("type.googleapis.com/google.rpc.ErrorInfo")
                      .setValue(ByteString.copyFrom(damaged, 0, length))
                      .build()));

      assertThat(failure.message()).isEqualTo("it is not there");
      expected(ByteString.copyFrom(damaged, 0, length))
          .ifPresent(info -> {
            assertThat(failure.metadata()).isEqualTo(info.getMetadataMap());
            assertThat(failure.reason())
                .isEqualTo(info.getReason().isEmpty() ? Failure.UNKNOWN : info.getReason());
          });
    }
  }

  private static Optional<ErrorInfo> expected(ByteString bytes) {
    try {
      return Optional.of(ErrorInfo.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  @Test
  void names_areThoseOfTheMessages() {
    assertThat(FailureDetails.Info.NAME).isEqualTo(ErrorInfo.getDescriptor().getFullName());
  }

  private static Status status(Any... details) {
    var status =
        Status.newBuilder()
            .setCode(io.grpc.Status.Code.NOT_FOUND.value())
            .setMessage("it is not there");
    for (var detail : details) {
      status.addDetails(detail);
    }
    return status.build();
  }
}
