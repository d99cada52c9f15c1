package dev.arda.daemon.rpc;

import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.SelectionRequest;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.types.ValueEncoding;
import dev.arda.v1.CandidateView;
import dev.arda.v1.CompleteRequest;
import dev.arda.v1.CompleteResponse;
import dev.arda.v1.DescribeRequest;
import dev.arda.v1.DescribeResponse;
import dev.arda.v1.InvalidateRequest;
import dev.arda.v1.InvalidateResponse;
import dev.arda.v1.PrecacheRequest;
import dev.arda.v1.PrecacheResponse;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectionServiceGrpc.SelectionServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/** {@code arda.v1.SelectionService}. */
final class SelectionRpc extends SelectionServiceImplBase {

  /** The most selectors that one request may hold. */
  static final int MAX_SELECTORS = 10_000;

  /** How long a completion may take when the request does not say. */
  static final Duration COMPLETE_BUDGET = Duration.ofMillis(250);

  private static final Duration MAX_COMPLETE_BUDGET = Duration.ofSeconds(10);

  private final Flakes flakes;
  private final CallRunner runner;
  private final ErrorMapper errors;

  SelectionRpc(Flakes flakes, CallRunner runner, ErrorMapper errors) {
    this.flakes = flakes;
    this.runner = runner;
    this.errors = errors;
  }

  @Override
  public void select(SelectRequest request, StreamObserver<SelectResponse> responses) {
    runner.stream(responses, stream -> select(request, stream));
  }

  private void select(SelectRequest request, ResponseStream<SelectResponse> stream) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    checkSelectors(request.getSelectorsList(), check);
    check
        .text(request.getFlake(), "flake")
        .require(
            request.getEncoding() != dev.arda.v1.ValueEncoding.UNRECOGNIZED,
            "encoding",
            "is unknown to this daemon")
        .done();
    flakes.select(
        ContextTranslator.translate(request.getContext()),
        new SelectionRequest(
            request.getFlake(),
            request.getSelectorsList(),
            request.getRealise(),
            encoding(request.getEncoding())),
        new StreamedSelection(stream, errors));
  }

  @Override
  public void precache(PrecacheRequest request, StreamObserver<PrecacheResponse> responses) {
    runner.unary(responses, () -> precache(request));
  }

  private PrecacheResponse precache(PrecacheRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    checkSelectors(request.getSelectorsList(), check);
    check.text(request.getFlake(), "flake").done();
    var outcome = new SummarisedSelection(request.getSelectorsCount(), errors);
    flakes.select(
        ContextTranslator.translate(request.getContext()),
        new SelectionRequest(
            request.getFlake(),
            request.getSelectorsList(),
            false,
            ValueEncoding.JSON,
            Evaluator.Priority.BATCH),
        outcome);
    return outcome.response();
  }

  @Override
  public void complete(CompleteRequest request, StreamObserver<CompleteResponse> responses) {
    runner.unary(responses, () -> complete(request));
  }

  private CompleteResponse complete(CompleteRequest request) {
    var selector = request.getSelector();
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check
        .text(request.getFlake(), "flake")
        .require(
            Integer.toUnsignedLong(request.getOffset())
                <= selector.codePointCount(0, selector.length()),
            "offset",
            "lies behind the end of the selector")
        .require(Times.isPlausible(request.getBudget()), "budget", "is negative or malformed")
        .require(
            request.getView() != CandidateView.UNRECOGNIZED, "view", "is unknown to this daemon")
        .done();
    var budget =
        request.hasBudget()
            ? Times.fromProto(request.getBudget(), MAX_COMPLETE_BUDGET)
            : COMPLETE_BUDGET;
    var completions =
        flakes.complete(
            ContextTranslator.translate(request.getContext()),
            request.getFlake(),
            selector.substring(0, selector.offsetByCodePoints(0, request.getOffset())),
            budget);
    return CursorTranslator.completions(completions, request.getKnownRevision(), request.getView());
  }

  @Override
  public void describe(DescribeRequest request, StreamObserver<DescribeResponse> responses) {
    runner.unary(responses, () -> describe(request));
  }

  private DescribeResponse describe(DescribeRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check
        .text(request.getFlake(), "flake")
        .require(Times.isPlausible(request.getBudget()), "budget", "is negative or malformed")
        .done();
    var budget =
        request.hasBudget()
            ? Times.fromProto(request.getBudget(), MAX_COMPLETE_BUDGET)
            : COMPLETE_BUDGET;
    return CursorTranslator.described(
        flakes.describe(
            ContextTranslator.translate(request.getContext()),
            request.getFlake(),
            request.getSelector(),
            budget),
        errors);
  }

  @Override
  public void invalidate(InvalidateRequest request, StreamObserver<InvalidateResponse> responses) {
    runner.unary(responses, () -> invalidate(request));
  }

  private InvalidateResponse invalidate(InvalidateRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check
        .text(request.getFlake(), "flake")
        .require(
            !request.getAll() || request.getFlake().isEmpty(), "flake", "is given along with all")
        .done();
    int states =
        request.getAll()
            ? flakes.forgetAll()
            : flakes.forget(ContextTranslator.translate(request.getContext()), request.getFlake());
    return InvalidateResponse.newBuilder().setStates(states).build();
  }

  private static void checkSelectors(List<String> selectors, RequestCheck check) {
    check.require(
        !selectors.isEmpty() && selectors.size() <= MAX_SELECTORS,
        "selectors",
        "must hold 1 to %,d selectors".formatted(MAX_SELECTORS));
  }

  private static ValueEncoding encoding(dev.arda.v1.ValueEncoding encoding) {
    return switch (encoding) {
      case VALUE_ENCODING_UNSPECIFIED, VALUE_ENCODING_JSON -> ValueEncoding.JSON;
      case VALUE_ENCODING_TYPED -> ValueEncoding.TYPED;
      case UNRECOGNIZED -> throw new IllegalStateException("was checked");
    };
  }
}
