package dev.arda.lsp.daemon;

import dev.arda.client.CallContexts;
import dev.arda.client.Environment;
import dev.arda.lsp.feature.FlakeView;
import dev.arda.v1.CallContext;
import dev.arda.v1.CompleteRequest;
import dev.arda.v1.CompleteResponse;
import dev.arda.v1.DescribeRequest;
import dev.arda.v1.DescribeResponse;
import dev.arda.v1.NixError;
import dev.arda.v1.NixOptions;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.SourcePosition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A flake as the daemon knows it. What it said is remembered, and told as {@link Freshness#EARLIER}
 * while it says nothing.
 */
public final class DaemonView implements FlakeView {

  private final DaemonLink link;
  private final Patience patience;
  private final CallContext context;
  private final DescriptionText text;
  private final Remembered<Names> names = new Remembered<>();
  private final Remembered<Description> descriptions = new Remembered<>();

  /**
   * A flake.
   *
   * @param root the directory of its {@code flake.nix}
   */
  public DaemonView(DaemonLink link, Patience patience, Environment environment, Path root) {
    this.link = link;
    this.patience = patience;
    this.text = new DescriptionText(root);
    var there =
        new Environment(
            environment.variables(),
            root,
            environment.launcher(),
            environment.terminals(),
            environment.uid());
    this.context = new CallContexts(there).context(NixOptions.getDefaultInstance());
  }

  /** Who asks, and where. */
  CallContext context() {
    return context;
  }

  /** Has the daemon get ready, since questions are about to come. */
  public void warm() {
    for (var prefix : List.of("", "nixosConfigurations.")) {
      Thread.ofVirtual()
          .start(() -> {
            var _ = names(prefix);
          });
    }
  }

  @Override
  public Names names(String prefix) {
    var request =
        CompleteRequest.newBuilder()
            .setContext(context)
            .setFlake(".")
            .setSelector(prefix)
            .setOffset(prefix.codePointCount(0, prefix.length()))
            .setBudget(duration(patience.names()))
            .build();
    var answer =
        link.ask(
            SelectionServiceGrpc.getCompleteMethod(),
            request,
            patience.names().plus(patience.way()),
            response -> keep(prefix, names(response)));
    return answer
        .map(DaemonView::names)
        .filter(found -> found.freshness() != Freshness.UNKNOWN)
        .or(() -> names.get(prefix).map(DaemonView::earlier))
        .or(() -> answer.map(DaemonView::names))
        .orElseGet(() -> new Names(List.of(), Freshness.UNKNOWN, false));
  }

  private void keep(String prefix, Names found) {
    if (found.freshness() != Freshness.UNKNOWN) {
      names.put(prefix, found);
    }
  }

  private static Names earlier(Names known) {
    return new Names(known.names(), Freshness.EARLIER, false);
  }

  private static Names names(CompleteResponse response) {
    return new Names(
        response.getCandidatesList().stream()
            .map(candidate -> new Name(candidate.getName(), ""))
            .toList(),
        freshness(response.getFreshness()),
        !response.getIncomplete());
  }

  private static Freshness freshness(dev.arda.v1.Freshness freshness) {
    return switch (freshness) {
      case FRESHNESS_CURRENT -> Freshness.CURRENT;
      case FRESHNESS_EARLIER -> Freshness.EARLIER;
      case FRESHNESS_UNSPECIFIED, UNRECOGNIZED -> Freshness.UNKNOWN;
    };
  }

  private static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  @Override
  public Optional<Description> describe(String selector) {
    var request =
        DescribeRequest.newBuilder()
            .setContext(context)
            .setFlake(".")
            .setSelector(selector)
            .setBudget(duration(patience.description()))
            .build();
    var answer =
        link.ask(
            SelectionServiceGrpc.getDescribeMethod(),
            request,
            patience.description().plus(patience.way()),
            response ->
                description(selector, response)
                    .ifPresent(known -> descriptions.put(selector, known)));
    return answer
        .flatMap(response -> description(selector, response))
        .or(() -> descriptions.get(selector));
  }

  private Optional<Description> description(String selector, DescribeResponse response) {
    if (!response.hasDescription() && !response.hasError()) {
      return Optional.empty();
    }
    var failure =
        response.hasError()
            ? Optional.of(dev.arda.client.Failure.of(response.getError()))
            : Optional.<dev.arda.client.Failure>empty();
    return Optional.of(
        new Description(
            text.markdown(selector, response),
            DescriptionText.value(response.getDescription()),
            failure.map(DaemonView::failed),
            response.getDescription().hasPosition()
                ? Optional.of(position(response.getDescription().getPosition()))
                : Optional.empty(),
            freshness(response.getFreshness())));
  }

  private static Failure failed(dev.arda.client.Failure failure) {
    return new Failure(
        failure.nix().map(NixError::getMessage).orElse(failure.message()),
        failure.nix().filter(NixError::hasPosition).map(nix -> position(nix.getPosition())),
        failure.reason().equals("ATTRIBUTE_MISSING"),
        failure.selector().map(fault -> List.copyOf(fault.getCandidatesList())).orElse(List.of()));
  }

  private static Position position(SourcePosition position) {
    return new Position(position.getFile(), position.getLine(), position.getColumn());
  }
}
