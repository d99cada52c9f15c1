package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.flake.Description;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SelectorFault;
import dev.arda.nix.types.ValueEncoding;
import dev.arda.v1.AttributeKind;
import dev.arda.v1.CallContext;
import dev.arda.v1.CandidateView;
import dev.arda.v1.CompleteRequest;
import dev.arda.v1.DescribeRequest;
import dev.arda.v1.Freshness;
import dev.arda.v1.InputOverride;
import dev.arda.v1.NixSetting;
import dev.arda.v1.PrecacheRequest;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectResponse.EventCase;
import dev.arda.v1.SelectorError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leaks.class)
class SelectionServiceTest {

  private final TestDaemon daemon = TestDaemon.start();

  @AfterEach
  void close() {
    daemon.close();
  }

  @Test
  void select_twoSelectors_sendsStateThenEachValueThenItsResult() {
    var events = select("a.b", "c");

    assertThat(events)
        .extracting(SelectResponse::getEventCase)
        .containsExactly(
            EventCase.STATE, EventCase.CHUNK, EventCase.RESULT, EventCase.CHUNK, EventCase.RESULT);
    assertThat(events.get(0).getState().getLockedUrl()).isEqualTo("git+file:///flake?rev=abc");
    assertThat(events.get(0).getState().getRevision()).isEqualTo("abc");
    assertThat(events.get(1).getChunk().getJson().toStringUtf8()).isEqualTo("\"a.b\"");
    assertThat(events.get(2).getResult().getValue().getSizeBytes()).isEqualTo(5);
    assertThat(events.get(3).getChunk().getSelectorIndex()).isEqualTo(1);
    assertThat(events.get(4).getResult().getCanonicalSelector()).isEqualTo("c");
  }

  @Test
  void select_everythingInTheRequest_reachesTheLibrary() {
    var context =
        CallContext.newBuilder()
            .setCwd("/somewhere/here")
            .setNixProgram("/usr/bin/nix")
            .putEnv("PATH", "/bin")
            .putEnv("LD_PRELOAD", "/evil.so")
            .putEnv("MINE", "x");
    context
        .getOptionsBuilder()
        .addSettings(NixSetting.newBuilder().setName("cores").setValue("2"))
        .addInputOverrides(InputOverride.newBuilder().setInputPath("a/b").setFlakeRef("path:/x"))
        .setImpure(true)
        .setOffline(true)
        .setRefresh(true)
        .setShowTrace(true)
        .setSystem("aarch64-linux")
        .setDebug(true)
        .setNoWriteLockFile(true);
    collect(
        TestDaemon.select("a").toBuilder()
            .setContext(context)
            .setFlake("github:a/b")
            .setRealise(true)
            .setEncoding(dev.arda.v1.ValueEncoding.VALUE_ENCODING_TYPED)
            .build());

    assertThat(daemon.flakes.lastContext.get())
        .isEqualTo(
            new dev.arda.nix.types.CallContext(
                Path.of("/somewhere/here"),
                Optional.of(Path.of("/usr/bin/nix")),
                new NixOptions(
                    List.of(new NixOptions.Setting("cores", "2")),
                    List.of(new NixOptions.InputOverride("a/b", "path:/x")),
                    true,
                    true,
                    true,
                    true,
                    Optional.of("aarch64-linux"),
                    true,
                    true),
                Map.of("PATH", "/bin"),
                Map.of("MINE", "x")));
    var request = daemon.flakes.lastRequest.get();
    assertThat(request.flake()).isEqualTo("github:a/b");
    assertThat(request.realise()).isTrue();
    assertThat(request.encoding()).isEqualTo(ValueEncoding.TYPED);
  }

  @Test
  void select_thatIsNotImpure_hasTheListedVariablesOnly() {
    collect(
        TestDaemon.select("a").toBuilder()
            .setContext(
                CallContext.newBuilder()
                    .setCwd("/somewhere")
                    .putEnv("PATH", "/bin")
                    .putEnv("MINE", "x"))
            .build());

    assertThat(daemon.flakes.lastContext.get())
        .isEqualTo(
            new dev.arda.nix.types.CallContext(
                Path.of("/somewhere"), Optional.empty(), NixOptions.NONE, Map.of("PATH", "/bin")));
  }

  @Test
  void select_oneSelectorFails_neighboursHaveValues() throws Exception {
    daemon.flakes.selecting =
        (request, listener) -> {
          listener.state(FakeFlakes.STATE);
          listener.value(0, "a", FakeFlakes.json("x"), List.of("/nix/store/1-x"));
          listener.failure(1, "", syntaxError());
          listener.value(2, "c", FakeFlakes.json("z"), List.of());
        };

    var events = select("a", "{b", "c");

    var error = events.get(3).getResult().getError();
    assertThat(error.getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
    assertThat(error.getDetails(0).unpack(ErrorInfo.class).getReason())
        .isEqualTo("SELECTOR_INVALID");
    assertThat(error.getDetails(1).unpack(SelectorError.class).getSuggestion()).isEqualTo("{b}");
    assertThat(events.get(2).getResult().getValue().getRealisedPathsList())
        .containsExactly("/nix/store/1-x");
    assertThat(events.get(5).getResult().getOutcomeCase().name()).isEqualTo("VALUE");
  }

  private static NixException syntaxError() {
    return new FlakeException(
        Reason.SELECTOR_INVALID,
        "The selector {b has no closing brace.",
        NixException.Details.NONE,
        new SelectorFault("{b", 2, 0, "{b}", List.of()));
  }

  @Test
  void select_valueOfThreeMegabytes_comesInChunksAndByteExact() {
    var json = new byte[3_000_001];
    new Random(7).nextBytes(json);
    daemon.flakes.selecting =
        (request, listener) -> {
          listener.state(FakeFlakes.STATE);
          listener.value(0, "a", JsonText.of(json), List.of());
        };

    var events = select("a");

    var chunks =
        events.stream().filter(SelectResponse::hasChunk).map(e -> e.getChunk().getJson()).toList();
    assertThat(chunks).hasSizeGreaterThan(11).allMatch(c -> c.size() <= 256 * 1024);
    assertThat(Arrays.equals(ByteString.copyFrom(chunks).toByteArray(), json)).isTrue();
    assertThat(events.getLast().getResult().getValue().getSizeBytes()).isEqualTo(3_000_001);
  }

  @Test
  void select_aThousandReportsOfProgress_areConflatedAndNeverFollowTheResult() {
    daemon.flakes.selecting =
        (request, listener) -> {
          listener.state(FakeFlakes.STATE);
          for (int i = 0; i < 1000; i++) {
            listener.progress(new NixProgress(NixProgress.Phase.EVALUATING, "step " + i, i, 1000));
          }
          // The newest is held back for a moment; it comes by itself while the work goes on.
          var _ = new CountDownLatch(1).await(400, TimeUnit.MILLISECONDS);
          listener.progress(new NixProgress(NixProgress.Phase.EVALUATING, "sent", 0, 0));
          listener.progress(new NixProgress(NixProgress.Phase.EVALUATING, "too late", 0, 0));
          listener.value(0, "a", FakeFlakes.json("x"), List.of());
          listener.progress(new NixProgress(NixProgress.Phase.BUILDING, "after", 0, 0));
        };

    var events = select("a");

    var texts =
        events.stream()
            .filter(SelectResponse::hasProgress)
            .map(e -> e.getProgress().getText())
            .toList();
    assertThat(texts).startsWith("step 0").contains("step 999").hasSizeLessThan(10);
    assertThat(texts).doesNotContain("too late");
    assertThat(events.getLast().hasResult()).isTrue();
  }

  @Test
  void select_flakeDoesNotExist_failsTheCallWithOneErrorInfo() throws Exception {
    daemon.flakes.selecting =
        (_, _) -> {
          throw new FlakeException(
              Reason.FLAKE_NOT_FOUND,
              "There is no flake in / or above it.",
              NixException.Details.NONE.with("directory", "/"));
        };

    assertThatThrownBy(() -> select("a"))
        .satisfies(thrown -> {
          var status = Errors.of(thrown);
          assertThat(status.getCode()).isEqualTo(Code.NOT_FOUND_VALUE);
          assertThat(Errors.info(thrown).getReason()).isEqualTo("FLAKE_NOT_FOUND");
          assertThat(Errors.info(thrown).getDomain()).isEqualTo("arda");
          assertThat(Errors.info(thrown).getMetadataMap()).containsEntry("directory", "/");
        });
  }

  @Test
  void select_failureWithAVeryLongTrace_reachesTheClientWithItsReason() {
    var trace =
        Collections.nCopies(
            5000, new NixErrorDetail.Frame("while evaluating ‘ü’\n%", Optional.empty()));
    daemon.flakes.selecting =
        (_, _) -> {
          throw new FlakeException(
              Reason.EVALUATION_FAILED,
              "Evaluating ‘ü’ failed: %\n".repeat(2000),
              NixException.Details.NONE
                  .with("flake", "x".repeat(30_000))
                  .with(
                      new NixErrorDetail(
                          "m".repeat(10_000), Optional.empty(), trace, "l".repeat(64_000))));
        };

    assertThatThrownBy(() -> select("a"))
        .satisfies(thrown -> assertThat(Errors.reason(thrown)).isEqualTo("EVALUATION_FAILED"));
  }

  @Test
  void select_faultInArda_tellsTheLogButNoStackTrace() {
    daemon.flakes.selecting =
        (_, _) -> {
          throw new IllegalStateException("the secret inner state");
        };

    assertThatThrownBy(() -> select("a"))
        .satisfies(thrown -> {
          assertThat(Errors.of(thrown).getCode()).isEqualTo(Code.INTERNAL_VALUE);
          assertThat(Errors.of(thrown).getMessage())
              .contains("daemon.log")
              .doesNotContain("secret");
          assertThat(Errors.info(thrown).getReason()).isEqualTo("INTERNAL");
        });
  }

  @Test
  void precache_mixedOutcomes_summarisesThemInOrder() {
    daemon.flakes.selecting =
        (request, listener) -> {
          listener.state(FakeFlakes.STATE);
          listener.failure(1, "", syntaxError());
          listener.value(0, "a", FakeFlakes.json("x"), List.of());
        };

    var response =
        daemon
            .selection()
            .precache(
                PrecacheRequest.newBuilder()
                    .setContext(TestDaemon.context())
                    .addSelectors("a")
                    .addSelectors("{b")
                    .build());

    assertThat(response.getState().getNarHash()).isEqualTo("sha256-AAAA");
    assertThat(response.getResults(0).getValue().getSizeBytes()).isEqualTo(3);
    assertThat(response.getResults(1).getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
  }

  @Test
  void precache_tenThousandLongFailures_fitIntoOneResponse() {
    daemon.flakes.selecting =
        (request, listener) -> {
          listener.state(FakeFlakes.STATE);
          for (int i = 0; i < request.selectors().size(); i++) {
            listener.failure(
                i, "a", new FlakeException(Reason.EVALUATION_FAILED, "x".repeat(5000)));
          }
        };
    var request = PrecacheRequest.newBuilder().setContext(TestDaemon.context());
    for (int i = 0; i < 10_000; i++) {
      request.addSelectors("a");
    }

    var response = daemon.selection().precache(request.build());

    assertThat(response.getResultsCount()).isEqualTo(10_000);
    assertThat(response.getSerializedSize()).isLessThan(4_000_000);
    assertThat(response.getResults(9_999).getError().getDetailsCount()).isEqualTo(1);
  }

  @Test
  void complete_cursorBehindAnEmoji_cutsAtCodePoints() {
    var response =
        daemon
            .selection()
            .complete(
                CompleteRequest.newBuilder()
                    .setContext(TestDaemon.context())
                    .setSelector("😀.rest")
                    .setOffset(2)
                    .build());

    assertThat(response.getCandidatesList())
        .extracting(c -> c.getSelector())
        .containsExactly("😀.\"ä.b\"", "😀.c");
    assertThat(response.getIncomplete()).isTrue();
    assertThat(response.getSegmentOffset()).isEqualTo(2);
    assertThat(response.getFreshness()).isEqualTo(Freshness.FRESHNESS_EARLIER);
    assertThat(response.getCandidates(0).getSegment()).isEqualTo("\"ä.b\"");
    assertThat(response.getCandidates(0).getKind()).isEqualTo(AttributeKind.ATTRIBUTE_KIND_HOST);
    assertThat(daemon.flakes.lastBudget.get()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void complete_ofNamesAlone_saysThemOnce() {
    var request =
        CompleteRequest.newBuilder()
            .setContext(TestDaemon.context())
            .setView(CandidateView.CANDIDATE_VIEW_NAMES);
    var first = daemon.selection().complete(request.build());
    var again = daemon.selection().complete(request.setKnownRevision(first.getRevision()).build());
    var other = daemon.selection().complete(request.setKnownRevision("another").build());

    assertThat(first.getNamesList()).containsExactly("ä.b", "c");
    assertThat(first.getCandidatesCount()).isZero();
    assertThat(first.getUnchanged()).isFalse();
    assertThat(again.getUnchanged()).isTrue();
    assertThat(again.getNamesCount()).isZero();
    assertThat(again.getFreshness()).isEqualTo(Freshness.FRESHNESS_EARLIER);
    assertThat(other.getNamesCount()).isEqualTo(2);
  }

  @Test
  void describe_tellsWhatIsKnown_andWhyThePresentStateHasNone() {
    daemon.flakes.describing =
        selector ->
            new Flakes.Described(
                Optional.of(
                    new Description(
                        "string",
                        "\"x\"",
                        1,
                        false,
                        Optional.of(new dev.arda.nix.types.SourcePosition("/f/flake.nix", 3, 5)),
                        Optional.empty(),
                        Optional.of(new Description.OptionFacts("string", "What it is.", "")),
                        List.of())),
                Optional.of(
                    new dev.arda.nix.types.FlakeException(
                        dev.arda.nix.types.Reason.EVALUATION_FAILED, "cannot evaluate a: no")),
                dev.arda.nix.flake.Freshness.EARLIER,
                Optional.empty());
    var response =
        daemon
            .selection()
            .describe(
                DescribeRequest.newBuilder()
                    .setContext(TestDaemon.context())
                    .setSelector("a")
                    .build());

    assertThat(response.getDescription().getPreview()).isEqualTo("\"x\"");
    assertThat(response.getDescription().getPosition().getLine()).isEqualTo(3);
    assertThat(response.getDescription().getOption().getDescription()).isEqualTo("What it is.");
    assertThat(response.getError().getMessage()).isEqualTo("cannot evaluate a: no");
    assertThat(response.getFreshness()).isEqualTo(Freshness.FRESHNESS_EARLIER);
    assertThat(response.hasState()).isFalse();
  }

  private List<SelectResponse> select(String... selectors) {
    return collect(TestDaemon.select(selectors));
  }

  private List<SelectResponse> collect(dev.arda.v1.SelectRequest request) {
    var result = new ArrayList<SelectResponse>();
    daemon.selection().select(request).forEachRemaining(result::add);
    return result;
  }
}
