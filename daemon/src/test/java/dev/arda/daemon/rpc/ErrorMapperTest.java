package dev.arda.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.arda.daemon.Errors;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SelectorFault;
import dev.arda.nix.types.SourcePosition;
import dev.arda.nix.types.StoreException;
import dev.arda.v1.NixError;
import dev.arda.v1.SelectorError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorMapperTest {

  private static final Map<Reason, Code> CODES = new EnumMap<>(Reason.class);

  static {
    CODES.put(Reason.FLAKE_NOT_FOUND, Code.NOT_FOUND);
    CODES.put(Reason.FLAKE_SOURCE_MISSING, Code.NOT_FOUND);
    CODES.put(Reason.FLAKE_FILE_MISSING, Code.NOT_FOUND);
    CODES.put(Reason.FLAKE_FILE_UNTRACKED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.FLAKE_REF_INVALID, Code.INVALID_ARGUMENT);
    CODES.put(Reason.FLAKE_INVALID, Code.FAILED_PRECONDITION);
    CODES.put(Reason.FLAKE_INPUT_UNLOCKED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.FLAKE_FETCH_FAILED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.EVALUATION_FAILED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.EVALUATION_RECURSION, Code.FAILED_PRECONDITION);
    CODES.put(Reason.SELECTOR_INVALID, Code.INVALID_ARGUMENT);
    CODES.put(Reason.ATTRIBUTE_MISSING, Code.NOT_FOUND);
    CODES.put(Reason.WRONG_TYPE, Code.FAILED_PRECONDITION);
    CODES.put(Reason.INDEX_INVALID, Code.FAILED_PRECONDITION);
    CODES.put(Reason.INDEX_OUT_OF_RANGE, Code.OUT_OF_RANGE);
    CODES.put(Reason.VALUE_NOT_SERIALISABLE, Code.FAILED_PRECONDITION);
    CODES.put(Reason.BUILD_FAILED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.EVALUATION_TOO_LARGE, Code.RESOURCE_EXHAUSTED);
    CODES.put(Reason.STORE_PATH_INVALID, Code.INVALID_ARGUMENT);
    CODES.put(Reason.STORE_URL_INVALID, Code.INVALID_ARGUMENT);
    CODES.put(Reason.FLAKE_INPUT_MISSING, Code.NOT_FOUND);
    CODES.put(Reason.STORE_PATH_MISSING, Code.NOT_FOUND);
    CODES.put(Reason.GC_ROOT_MISSING, Code.NOT_FOUND);
    CODES.put(Reason.PACKAGE_MISSING, Code.NOT_FOUND);
    CODES.put(Reason.PACKAGE_NOT_ALLOWED, Code.PERMISSION_DENIED);
    CODES.put(Reason.STORE_TIMEOUT, Code.DEADLINE_EXCEEDED);
    CODES.put(Reason.STORE_FAILED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.GC_ROOT_REFUSED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.FLAKE_READ_ONLY, Code.FAILED_PRECONDITION);
    CODES.put(Reason.INTERRUPTED, Code.ABORTED);
    CODES.put(Reason.HOST_NAME_INVALID, Code.INVALID_ARGUMENT);
    CODES.put(Reason.HOST_SELECTION_INVALID, Code.INVALID_ARGUMENT);
    CODES.put(Reason.HOST_NOT_FOUND, Code.NOT_FOUND);
    CODES.put(Reason.HOST_EXISTS, Code.ALREADY_EXISTS);
    CODES.put(Reason.HOST_SOURCE_REFUSED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.HOST_TARGET_INVALID, Code.INVALID_ARGUMENT);
    CODES.put(Reason.HOST_UNREACHABLE, Code.FAILED_PRECONDITION);
    CODES.put(Reason.HOST_TIMEOUT, Code.DEADLINE_EXCEEDED);
    CODES.put(Reason.HOST_COPY_TIMEOUT, Code.DEADLINE_EXCEEDED);
    CODES.put(Reason.EVALUATION_TIMEOUT, Code.DEADLINE_EXCEEDED);
    CODES.put(Reason.BUILD_TIMEOUT, Code.DEADLINE_EXCEEDED);
    CODES.put(Reason.HOST_KEY_REJECTED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.HOST_AUTHENTICATION_FAILED, Code.PERMISSION_DENIED);
    CODES.put(Reason.HOST_CONNECTION_LOST, Code.ABORTED);
    CODES.put(Reason.HOST_UNFIT, Code.FAILED_PRECONDITION);
    CODES.put(Reason.INSTALL_FAILED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.HOST_NOT_NIXOS, Code.FAILED_PRECONDITION);
    CODES.put(Reason.USER_DESCRIPTION_INVALID, Code.FAILED_PRECONDITION);
    CODES.put(Reason.DOTFILE_REFUSED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.SECRET_MISSING, Code.NOT_FOUND);
    CODES.put(Reason.SECRET_UNREADABLE, Code.FAILED_PRECONDITION);
    CODES.put(Reason.IDENTITY_UNUSABLE, Code.FAILED_PRECONDITION);
    CODES.put(Reason.PASSWORD_REQUIRED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.PASSWORD_REJECTED, Code.PERMISSION_DENIED);
    CODES.put(Reason.HEALTH_CHECK_FAILED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.HOST_BUSY, Code.ABORTED);
    CODES.put(Reason.HOST_SKIPPED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.ACTIVATION_FAILED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.ACTIVATION_UNCONFIRMED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.ACTIVATION_UNKNOWN, Code.UNKNOWN);
    CODES.put(Reason.USER_NOT_FOUND, Code.NOT_FOUND);
    CODES.put(Reason.USER_ACCOUNT_UNSUITABLE, Code.FAILED_PRECONDITION);
    CODES.put(Reason.USER_FILES_COLLIDE, Code.FAILED_PRECONDITION);
    CODES.put(Reason.USER_ACTIVATION_FAILED, Code.FAILED_PRECONDITION);
    CODES.put(Reason.GENERATION_MISSING, Code.NOT_FOUND);
    CODES.put(Reason.REQUEST_INVALID, Code.INVALID_ARGUMENT);
    CODES.put(Reason.NIX_NOT_FOUND, Code.FAILED_PRECONDITION);
    CODES.put(Reason.NIX_UNUSABLE, Code.FAILED_PRECONDITION);
    CODES.put(Reason.COMMAND_FAILED, Code.UNKNOWN);
    CODES.put(Reason.COMMAND_TIMEOUT, Code.DEADLINE_EXCEEDED);
    CODES.put(Reason.CANCELLED, Code.CANCELLED);
    CODES.put(Reason.INTERNAL, Code.INTERNAL);
  }

  private final ErrorMapper errors = new ErrorMapper(Path.of("/log/daemon.log"));

  @ParameterizedTest
  @EnumSource(Reason.class)
  void status_everyReason_hasItsCodeAndOneErrorInfo(Reason reason) throws Exception {
    var status =
        errors.status(
            new CommandException(
                reason, "It failed.", NixException.Details.NONE.with("program", "nix")));

    assertThat(Code.forNumber(status.getCode())).isEqualTo(CODES.get(reason));
    assertThat(status.getMessage()).startsWith("It failed.");
    var infos = status.getDetailsList().stream().filter(d -> d.is(ErrorInfo.class)).toList();
    assertThat(infos).hasSize(1);
    var info = infos.getFirst().unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo(reason.name());
    assertThat(info.getDomain()).isEqualTo("arda");
    if (reason != Reason.INTERNAL) {
      assertThat(info.getMetadataMap()).containsExactly(Map.entry("program", "nix"));
    }
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void exception_everyReason_endsTheCallWithTheSameStatus(Reason reason) {
    var failure = new StoreException(reason, "It failed.");
    var sent = errors.exception(failure);
    assertThat(sent.getStatus().getCode().value()).isEqualTo(ErrorMapper.code(reason).getNumber());
    assertThat(Errors.of(sent).getDetailsCount()).isEqualTo(1);
  }

  @Test
  void status_everythingThatCanAccompanyAFailure_isTranslated() throws Exception {
    var position = new SourcePosition("/f/flake.nix", 3, 9);
    var details =
        NixException.Details.NONE.with(
            new NixErrorDetail(
                "attribute 'x' missing",
                Optional.of(position),
                List.of(
                    new NixErrorDetail.Frame("while evaluating 'y'", Optional.of(position)),
                    new NixErrorDetail.Frame("while calling", Optional.empty())),
                "the tail"));
    var status =
        errors.status(
            new FlakeException(
                Reason.ATTRIBUTE_MISSING,
                "There is no a.x.",
                details,
                new SelectorFault("a.x", 2, 1, "a.y", List.of("y", "z"))));

    var nix = status.getDetails(1).unpack(NixError.class);
    assertThat(nix.getMessage()).isEqualTo("attribute 'x' missing");
    assertThat(nix.getPosition().getFile()).isEqualTo("/f/flake.nix");
    assertThat(nix.getPosition().getLine()).isEqualTo(3);
    assertThat(nix.getPosition().getColumn()).isEqualTo(9);
    assertThat(nix.getTrace(0).getMessage()).isEqualTo("while evaluating 'y'");
    assertThat(nix.getTrace(1).hasPosition()).isFalse();
    assertThat(nix.getLogTail()).isEqualTo("the tail");
    var selector = status.getDetails(2).unpack(SelectorError.class);
    assertThat(selector.getSelector()).isEqualTo("a.x");
    assertThat(selector.getOffset()).isEqualTo(2);
    assertThat(selector.getLength()).isEqualTo(1);
    assertThat(selector.getSuggestion()).isEqualTo("a.y");
    assertThat(selector.getCandidatesList()).containsExactly("y", "z");
  }

  @Test
  void status_refusals_haveTheirCodeAndSayWhenToTryAgain() throws Exception {
    var draining = errors.status(DaemonFault.draining());
    assertThat(draining.getCode()).isEqualTo(Code.UNAVAILABLE_VALUE);
    assertThat(draining.getDetails(1).unpack(RetryInfo.class).hasRetryDelay()).isTrue();
    assertThat(errors.status(DaemonFault.tooManyCalls(3)).getCode())
        .isEqualTo(Code.RESOURCE_EXHAUSTED_VALUE);
    assertThat(errors.status(DaemonFault.permissionDenied("a/b")).getCode())
        .isEqualTo(Code.PERMISSION_DENIED_VALUE);
  }

  @Test
  void exception_traceOfAThousandFramesAndALongLog_fitsIntoTrailers() throws Exception {
    var frame =
        new NixErrorDetail.Frame(
            "while evaluating the attribute 'config'".repeat(3), Optional.empty());
    var long64k = "ü%\n".repeat(16_000);
    var failure =
        new FlakeException(
            Reason.EVALUATION_FAILED,
            long64k,
            NixException.Details.NONE
                .with("flake", long64k)
                .with(
                    new NixErrorDetail(
                        long64k, Optional.empty(), Collections.nCopies(1000, frame), long64k)));

    var sent = errors.exception(failure);

    var message = String.valueOf(sent.getStatus().getDescription());
    assertThat(
            Errors.of(sent).getSerializedSize() * 4 / 3
                + message.getBytes(StandardCharsets.UTF_8).length * 3)
        .isLessThan(8 * 1024);
    var info = Errors.of(sent).getDetailsList().getFirst().unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo("EVALUATION_FAILED");
  }

  @Test
  void exception_moderateTrace_losesTheLogBeforeTheTrace() throws Exception {
    var failure =
        new FlakeException(
            Reason.EVALUATION_FAILED,
            "It failed.",
            NixException.Details.NONE.with(
                new NixErrorDetail(
                    "boom",
                    Optional.empty(),
                    List.of(new NixErrorDetail.Frame("outer", Optional.empty())),
                    "x".repeat(20_000) + "the end")));

    var nix = Errors.of(errors.exception(failure)).getDetails(1).unpack(NixError.class);

    assertThat(nix.getLogTail()).startsWith("…").endsWith("the end").hasSizeLessThan(2100);
    assertThat(nix.getTraceCount()).isEqualTo(1);
  }
}
