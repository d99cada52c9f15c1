package dev.arda.daemon.rpc;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.system.deploy.HostGenerations;
import dev.arda.nix.system.deploy.HostGenerations.Age;
import dev.arda.nix.system.deploy.HostGenerations.Question;
import dev.arda.v1.CallContext;
import dev.arda.v1.DiffGenerationsRequest;
import dev.arda.v1.DiffGenerationsResponse;
import dev.arda.v1.HostGenerationServiceGrpc.HostGenerationServiceImplBase;
import dev.arda.v1.HostReach;
import dev.arda.v1.PruneGenerationsRequest;
import dev.arda.v1.PruneGenerationsResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;

/** {@code arda.v1.HostGenerationService}. */
final class HostGenerationRpc extends HostGenerationServiceImplBase {

  private static final int MAX_KEEP = 1_000_000;
  private static final int MAX_CONFIRMED = 10_000;
  private static final Duration MAX_AGE = Duration.ofDays(36_500);

  private final HostGenerations generations;
  private final CallRunner runner;

  HostGenerationRpc(HostGenerations generations, CallRunner runner) {
    this.generations = generations;
    this.runner = runner;
  }

  @Override
  public void diffGenerations(
      DiffGenerationsRequest request, StreamObserver<DiffGenerationsResponse> responses) {
    runner.unary(
        responses,
        () -> {
          check(request.hasContext(), request.getContext(), request.getFlake())
              .require(!request.getSelection().isEmpty(), "selection", "is empty")
              .require(request.getBefore() > 0, "before", "is the number of no generation")
              .require(request.getAfter() > 0, "after", "is the number of no generation")
              .done();
          var found =
              generations.difference(
                  question(
                      request.getContext(),
                      request.getFlake(),
                      request.getSelection(),
                      request.getReach(),
                      ""),
                  request.getBefore(),
                  request.getAfter(),
                  ProgressListener.NONE);
          return DiffGenerationsResponse.newBuilder()
              .setHost(found.host())
              .setTarget(found.target())
              .setBefore(HostTranslator.generation(found.before(), found.next()))
              .setAfter(HostTranslator.generation(found.after(), found.next()))
              .addAllChanges(StoreTranslator.changes(found.diff()))
              .setClosureBytes(found.diff().sizeAfter())
              .setClosureBytesChange(found.diff().sizeDelta())
              .build();
        });
  }

  @Override
  public void pruneGenerations(
      PruneGenerationsRequest request, StreamObserver<PruneGenerationsResponse> responses) {
    runner.unary(
        responses,
        () -> {
          check(request.hasContext(), request.getContext(), request.getFlake())
              .require(!request.getSelection().isEmpty(), "selection", "is empty")
              .require(
                  request.getKeep() >= 0 && request.getKeep() <= MAX_KEEP,
                  "keep",
                  "is more than %,d".formatted(MAX_KEEP))
              .require(
                  request.getKeep() > 0 || request.hasOlderThan(),
                  "keep",
                  "is needed, or older_than: which generations are old has to be said")
              .require(Times.isPlausible(request.getOlderThan()), "older_than", "is malformed")
              .require(
                  request.getConfirmedCount() <= MAX_CONFIRMED,
                  "confirmed",
                  "has more than %,d elements".formatted(MAX_CONFIRMED))
              .done();
          var question =
              question(
                  request.getContext(),
                  request.getFlake(),
                  request.getSelection(),
                  request.getReach(),
                  request.getSudoPassword());
          var age =
              new Age(
                  request.getKeep(),
                  request.hasOlderThan()
                      ? Optional.of(Times.fromProto(request.getOlderThan(), MAX_AGE))
                      : Optional.empty());
          return translate(
                  request.getValidateOnly()
                      ? generations.plan(question, age, ProgressListener.NONE)
                      : generations.prune(
                          question, age, request.getConfirmedList(), ProgressListener.NONE))
              .setValidatedOnly(request.getValidateOnly())
              .build();
        });
  }

  private static PruneGenerationsResponse.Builder translate(HostGenerations.Pruning pruning) {
    var result =
        PruneGenerationsResponse.newBuilder()
            .setHost(pruning.host())
            .setTarget(pruning.target())
            .setTrouble(pruning.trouble().orElse(""));
    pruning
        .removed()
        .forEach(one -> result.addRemoved(HostTranslator.generation(one, pruning.next())));
    pruning.kept().forEach(one -> result.addKept(HostTranslator.generation(one, pruning.next())));
    return result;
  }

  private static Question question(
      CallContext context, String flake, String selection, HostReach reach, String password) {
    return new Question(
        ContextTranslator.translate(context),
        flake,
        selection,
        HostTranslator.reach(reach),
        HostTranslator.password(password));
  }

  private static RequestCheck check(boolean hasContext, CallContext context, String flake) {
    var check = new RequestCheck();
    ContextTranslator.check(hasContext, context, check);
    return check.text(flake, "flake");
  }
}
