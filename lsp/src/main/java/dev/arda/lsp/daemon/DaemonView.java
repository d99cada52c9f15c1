package dev.arda.lsp.daemon;

import dev.arda.client.Environment;
import dev.arda.lsp.daemon.DaemonLink.Question;
import dev.arda.lsp.feature.FlakeView;
import dev.arda.v1.CallContext;
import dev.arda.v1.Candidate;
import dev.arda.v1.CompleteResponse;
import dev.arda.v1.DescribeResponse;
import dev.arda.v1.NixError;
import dev.arda.v1.NixTraceFrame;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.SourcePosition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/**
 * A flake as the daemon knows it. What it said is kept. The daemon is asked each time whether that
 * is still so, which costs little; who is in haste does not wait long for the word, and then what
 * was so a moment ago counts. What is older is told as {@link Freshness#EARLIER}.
 */
public final class DaemonView implements FlakeView {

  private final DaemonLink link;
  private final Patience patience;
  private final Requests requests;
  private final Path root;
  private final DescriptionText text;
  private final Roster roster;
  private final Remembered<Said<Names>> names = new Remembered<>();

  /** Its last word, which may be that nothing can follow: behind a name that is not there. */
  private final Remembered<Said<Names>> words = new Remembered<>();

  private final Remembered<Said<Description>> descriptions = new Remembered<>();
  private volatile long saved = System.nanoTime();

  /**
   * What the daemon said.
   *
   * @param revision stands for it; may be empty
   * @param since when it said so, in nanoseconds of the process
   */
  private record Said<T>(T what, String revision, long since) {}

  /**
   * A flake.
   *
   * @param root the directory of its {@code flake.nix}
   */
  public DaemonView(DaemonLink link, Patience patience, Environment environment, Path root) {
    this.link = link;
    this.patience = patience;
    this.root = root;
    this.text = new DescriptionText(root);
    this.requests = new Requests(environment, root);
    this.roster = new Roster(link, requests);
  }

  /** Who asks, and where. */
  CallContext context() {
    return requests.context();
  }

  /** Something was saved: what was so a moment ago need not be so any more. */
  public void touch() {
    saved = System.nanoTime();
  }

  /** Has the daemon get ready, since questions are about to come. */
  public void warm() {
    Thread.ofVirtual()
        .name("arda-warm")
        .start(() -> {
          var _ = names("nixosConfigurations.");
          for (var list : Listed.values()) {
            var _ = listed(list, Haste.NONE);
          }
        });
  }

  private boolean isOfThisMoment(Optional<? extends Said<?>> said) {
    return isYounger(said, patience.moment());
  }

  private boolean isYounger(Optional<? extends Said<?>> said, Duration age) {
    return said.isPresent()
        && said.get().since() - saved > 0
        && System.nanoTime() - said.get().since() < age.toNanos();
  }

  @Override
  public Names names(String prefix, Haste haste) {
    return said(prefix, haste).what();
  }

  private Said<Names> said(String prefix, Haste haste) {
    var before = names.get(prefix);
    var toFind = patience.toFind(haste, before.isPresent());
    long began = System.nanoTime();
    var question =
        new Question<>(
            SelectionServiceGrpc::getCompleteMethod,
            () -> requests.names(prefix, before.map(Said::revision).orElse(""), toFind),
            messages -> heard(prefix, before, began, messages.getFirst()));
    var word = words.get(prefix);
    if (haste != Haste.NONE && isYounger(word, patience.beat())) {
      // What it says now is for the next key.
      return link.ask(question, Duration.ZERO, _ -> {}).or(() -> word).orElseThrow();
    }
    if (haste == Haste.LITTLE && before.isEmpty() && word.isEmpty()) {
      link.await(toFind);
    }
    boolean lately = isOfThisMoment(before) || isOfThisMoment(word);
    var answer = link.ask(question, patience.forNames(haste, toFind, lately), _ -> {});
    if (answer.isPresent() && answer.get().what().freshness() != Freshness.UNKNOWN) {
      return answer.get();
    }
    if (before.isPresent()) {
      var known = before.get().what();
      boolean soon = answer.isEmpty() && haste != Haste.NONE && isOfThisMoment(before);
      return new Said<>(
          new Names(known.names(), soon ? known.freshness() : Freshness.EARLIER, false), "", 0);
    }
    return answer.orElseGet(
        () -> new Said<>(new Names(List.of(), Freshness.UNKNOWN, false), "", 0));
  }

  /** Also if nobody waits for it any more. */
  private Said<Names> heard(
      String prefix, Optional<Said<Names>> before, long began, CompleteResponse response) {
    var listed =
        response.getUnchanged() && before.isPresent()
            ? before.get().what().names()
            : names(response);
    var said =
        new Said<>(
            new Names(listed, freshness(response.getFreshness()), !response.getIncomplete()),
            response.getRevision(),
            began);
    if (said.what().freshness() != Freshness.UNKNOWN) {
      names.put(prefix, said);
      words.put(prefix, said);
    } else if (said.what().complete()) {
      words.put(prefix, said);
    }
    return said;
  }

  /** A daemon that does not know of names alone tells candidates. */
  private static List<Name> names(CompleteResponse response) {
    return response.getNamesCount() > 0
        ? response.getNamesList().stream().map(Name::of).toList()
        : response.getCandidatesList().stream().map(Candidate::getName).map(Name::of).toList();
  }

  private static Freshness freshness(dev.arda.v1.Freshness freshness) {
    return switch (freshness) {
      case FRESHNESS_CURRENT -> Freshness.CURRENT;
      case FRESHNESS_EARLIER -> Freshness.EARLIER;
      case FRESHNESS_UNSPECIFIED, UNRECOGNIZED -> Freshness.UNKNOWN;
    };
  }

  /**
   * {@inheritDoc}
   *
   * <p>The revision of the names of the outputs says which state the flake is in.
   */
  @Override
  public Names listed(Listed what, Haste haste) {
    var outputs = said("", haste);
    var before = roster.known(what);
    boolean present = outputs.what().freshness() == Freshness.CURRENT;
    boolean stated = present && !outputs.revision().isEmpty();
    if (stated && before.filter(known -> known.revision().equals(outputs.revision())).isEmpty()) {
      var now =
          roster.ask(
              what,
              outputs.revision(),
              patience.forNames(haste, patience.names(), before.isPresent()));
      if (now.isPresent()) {
        return names(now.get(), Freshness.CURRENT, outputs.what().complete());
      }
      return before
          .map(known -> names(known, Freshness.EARLIER, false))
          .orElseGet(() -> new Names(List.of(), Freshness.UNKNOWN, false));
    }
    return before
        .map(known ->
            names(
                known,
                present ? Freshness.CURRENT : Freshness.EARLIER,
                present && outputs.what().complete()))
        .orElse(Names.UNKNOWN);
  }

  private static Names names(Roster.Known known, Freshness freshness, boolean complete) {
    return known.names().map(names -> new Names(names, freshness, complete)).orElse(Names.UNKNOWN);
  }

  @Override
  public Optional<Description> describe(String selector, Haste haste) {
    var before = descriptions.get(selector);
    var toDescribe = patience.toDescribe(haste, before.isPresent());
    long began = System.nanoTime();
    var question =
        new Question<>(
            SelectionServiceGrpc::getDescribeMethod,
            () -> requests.description(selector, toDescribe),
            messages -> {
              var found = description(selector, messages.getFirst());
              found.ifPresent(known -> descriptions.put(selector, new Said<>(known, "", began)));
              return found;
            });
    var wait = patience.forDescription(haste, toDescribe, isOfThisMoment(before));
    return link.ask(question, before.isPresent() ? link.hopeful(wait) : wait, _ -> {})
        .flatMap(found -> found)
        .or(() ->
            before.map(Said::what).map(known -> isOfThisMoment(before) ? known : known.earlier()));
  }

  @Override
  public List<Optional<Description>> describe(List<String> selectors) {
    try (var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          selectors.stream()
              .map(selector -> CompletableFuture.supplyAsync(() -> describe(selector), asking))
              .toList();
      return answers.stream().map(CompletableFuture::join).toList();
    }
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
            failure.map(this::failed),
            response.getDescription().hasPosition()
                ? Optional.of(position(response.getDescription().getPosition()))
                : Optional.empty(),
            failure.isPresent() || freshness(response.getFreshness()) == Freshness.CURRENT));
  }

  private Failure failed(dev.arda.client.Failure failure) {
    boolean untracked = failure.reason().equals("FLAKE_FILE_UNTRACKED");
    var said = failure.nix().map(NixError::getMessage).filter(_ -> !untracked);
    var place = failure.nix().filter(NixError::hasPosition).map(NixError::getPosition);
    var inFlake =
        failure.nix().stream()
            .flatMap(nix -> nix.getTraceList().reversed().stream())
            .filter(NixTraceFrame::hasPosition)
            .map(NixTraceFrame::getPosition)
            .filter(this::isInFlake)
            .findFirst();
    return new Failure(
        said.orElse(failure.message()),
        place.filter(this::isInFlake).or(() -> inFlake).or(() -> place).map(DaemonView::position),
        failure.reason().equals("ATTRIBUTE_MISSING"),
        failure.selector().map(fault -> List.copyOf(fault.getCandidatesList())).orElse(List.of()),
        Optional.ofNullable(failure.metadata().get("file")).filter(_ -> untracked));
  }

  /** Whether a person who edits the flake can mend something there. */
  private boolean isInFlake(SourcePosition position) {
    return Path.of(position.getFile()).startsWith(root);
  }

  private static Position position(SourcePosition position) {
    return new Position(position.getFile(), position.getLine(), position.getColumn());
  }
}
