package dev.arda.lsp.daemon;

import dev.arda.client.CallContexts;
import dev.arda.client.Environment;
import dev.arda.lsp.feature.FlakeView;
import dev.arda.v1.CallContext;
import dev.arda.v1.CompleteRequest;
import dev.arda.v1.CompleteResponse;
import dev.arda.v1.NixOptions;
import dev.arda.v1.SelectionServiceGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A flake as the daemon knows it. What it said is remembered, and told as {@link Freshness#EARLIER}
 * while it says nothing.
 */
public final class DaemonView implements FlakeView {

  /** How long the daemon may look for names; what it finds later it has when it is asked again. */
  private static final Duration BUDGET = Duration.ofMillis(150);

  /** And how long its answer may take on the way. */
  private static final Duration WAIT = BUDGET.plusMillis(150);

  private static final int MOST_REMEMBERED = 300;

  private final DaemonLink link;
  private final CallContext context;

  // Guarded by itself; what was asked least recently is forgotten first.
  private final Map<String, Names> remembered = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A flake.
   *
   * @param root the directory of its {@code flake.nix}
   */
  public DaemonView(DaemonLink link, Environment environment, Path root) {
    this.link = link;
    var there =
        new Environment(
            environment.variables(),
            root,
            environment.launcher(),
            environment.terminals(),
            environment.uid());
    this.context = new CallContexts(there).context(NixOptions.getDefaultInstance());
  }

  /** Has the daemon get ready, since questions are about to come. */
  public void warm() {
    for (var prefix : java.util.List.of("", "nixosConfigurations.")) {
      Thread.ofVirtual().start(() -> {
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
            .setBudget(
                com.google.protobuf.Duration.newBuilder().setNanos(BUDGET.toNanosPart()))
            .build();
    var answer =
        link.ask(
            SelectionServiceGrpc.getCompleteMethod(),
            request,
            WAIT,
            response -> remember(prefix, response));
    return answer.map(DaemonView::names).filter(names -> usable(names)).orElseGet(() -> earlier(prefix));
  }

  private static boolean usable(Names names) {
    return names.complete() || !names.names().isEmpty();
  }

  private void remember(String prefix, CompleteResponse response) {
    var names = names(response);
    if (usable(names)) {
      synchronized (remembered) {
        remembered.put(prefix, names);
        if (remembered.size() > MOST_REMEMBERED) {
          remembered.remove(remembered.keySet().iterator().next());
        }
      }
    }
  }

  private Names earlier(String prefix) {
    synchronized (remembered) {
      var known = remembered.get(prefix);
      return known == null
          ? new Names(java.util.List.of(), Freshness.UNKNOWN, false)
          : new Names(known.names(), Freshness.EARLIER, false);
    }
  }

  private static Names names(CompleteResponse response) {
    return new Names(
        response.getCandidatesList().stream()
            .map(candidate -> new Name(candidate.getName(), ""))
            .toList(),
        Freshness.CURRENT,
        !response.getIncomplete());
  }

  @Override
  public Optional<Description> describe(String selector) {
    return Optional.empty();
  }
}
