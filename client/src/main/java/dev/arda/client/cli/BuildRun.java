package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.cli.view.BuildTimes;
import dev.arda.v1.BuildRequest;
import dev.arda.v1.BuildTargetOutcome;
import dev.arda.v1.Operation;
import java.util.UUID;

/** One run of {@code arda build}. */
final class BuildRun {

  private final Session session;
  private final ArdaClient client;
  private final BuildRequest request;
  private final OperationViews.Wish wish;

  BuildRun(Session session, ArdaClient client, BuildOptions options) {
    this.session = session;
    this.client = client;
    // Asked again after a lost connection, it is the same build.
    this.request = options.request().toBuilder().setRequestId(UUID.randomUUID().toString()).build();
    this.wish = options.wish();
  }

  int run() throws InterruptedException {
    return request.getDetached() ? detach() : follow();
  }

  private int detach() throws InterruptedException {
    try (var stream = session.cancellable(client.build(request))) {
      for (var event = stream.next(); event.isPresent(); event = stream.next()) {
        if (event.get().hasAccepted()) {
          session.console().out().line(event.get().getAccepted().getOperation().getName());
          return ExitCode.OK;
        }
      }
    }
    throw new ValueException("the daemon did not name the operation; see: arda ops list");
  }

  private int follow() throws InterruptedException {
    var watch = new OperationWatch(session, client, request.getRequestId());
    var times =
        new BuildTimes(session.connector().location().stateDirectory().resolve("build-times"));
    Operation end;
    try (var view = OperationViews.open(session, wish, times);
        var stream = session.cancellable(client.build(request))) {
      end = watch.follow(stream, view);
    }
    times.learn(watch.model());
    if (request.getValidateOnly() && !session.options().json()) {
      new PlanPrinter(session.console()).print(watch.model());
    }
    return report(watch, end);
  }

  private int report(OperationWatch watch, Operation end) {
    var outcome = end.getResult().getBuild();
    if (!session.options().json()) {
      var out = session.console().out();
      for (var target : outcome.getTargetsList()) {
        target.getOutputsList().forEach(output -> out.line(output.getPath()));
      }
      out.flush();
    }
    if (!request.getDiffAgainst().isEmpty() && !session.options().json()) {
      var table = new DiffTable(session.console());
      outcome.getTargetsList().stream()
          .filter(target -> !target.hasError())
          .forEach(target -> table.print(target, request.getDiffAgainst()));
    }
    var failures = new BuildFailures(session, end);
    boolean failed = outcome.getTargetsList().stream().anyMatch(BuildTargetOutcome::hasError);
    if (failed) {
      failures.print(outcome.getTargetsList());
    }
    return watch.exitCode(end, failed);
  }
}
