package dev.arda.client.cli;

import dev.arda.v1.DeleteHostRequest;
import dev.arda.v1.DeletedHost;
import dev.arda.v1.HostLifecycleServiceGrpc;
import dev.arda.v1.SourceLine;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host delete}. */
final class HostDeleteCommand implements Command, TakesHosts {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Takes a host out of the flake, with everything that belongs to it.")
        .description(
            "",
            "Lists that first, and asks. The machine itself is left alone. Files that others"
                + " use are left, those that are in no commit kept aside.",
            "");
    Arguments.flag(spec, "--dry-run", "Only list what belongs to it.");
    Confirmation.addTo(spec);
    Arguments.words(spec, "NAME", "1", "The host");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request =
        DeleteHostRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setHost(OneHost.of(arguments))
            .setValidateOnly(true)
            .build();
    return PlannedChange.run(session, arguments, new Deletion(session, request));
  }

  /** The removal of what belongs to the host. */
  private record Deletion(Session session, DeleteHostRequest request)
      implements PlannedChange<DeletedHost> {

    @Override
    public DeletedHost plan() throws InterruptedException {
      return ask(session, request);
    }

    @Override
    public boolean changes(DeletedHost plan) {
      return true;
    }

    @Override
    public void print(DeletedHost plan) {
      HostDeleteCommand.print(session, plan);
    }

    @Override
    public String warning(DeletedHost plan) {
      return "This is removed from %s.".formatted(Style.safe(plan.getDirectory()));
    }

    @Override
    public String name(DeletedHost plan) {
      return plan.getHost();
    }

    @Override
    public DeletedHost make(DeletedHost plan) throws InterruptedException {
      return ask(session, request.toBuilder().setValidateOnly(false).build());
    }

    @Override
    public int made(DeletedHost done) {
      new Answers(session)
          .note(
              "%s is removed%s"
                  .formatted(
                      Style.safe(done.getHost()),
                      done.getKeptAt().isEmpty()
                          ? ""
                          : "; its files, not all of which were in a commit, are in "
                              + Style.safe(done.getKeptAt())));
      return ExitCode.OK;
    }
  }

  private static DeletedHost ask(Session session, DeleteHostRequest request)
      throws InterruptedException {
    var result = new AtomicReference<>(DeletedHost.getDefaultInstance());
    new Answers(session)
        .each(
            HostLifecycleServiceGrpc.getDeleteHostMethod(),
            request,
            event -> {
              if (event.hasProgress()) {
                session.show(event.getProgress());
              } else if (event.hasDeleted()) {
                result.set(event.getDeleted());
              }
            });
    return result.get();
  }

  private static void print(Session session, DeletedHost plan) {
    var out = session.console().out();
    plan.getFilesList().forEach(file -> out.line("removes  " + Style.safe(file)));
    plan.getEntriesList().forEach(entry -> out.line("removes  " + place(entry)));
    plan.getLeftList()
        .forEach(left ->
            out.line(
                "leaves   %s, which %s:%d uses"
                    .formatted(
                        Style.safe(left.getFile()),
                        Style.safe(left.getUse().getFile()),
                        left.getUse().getLine())));
    plan.getMentionsList().forEach(line -> out.line("leaves   " + place(line)));
    if (plan.getMentionsCount() > 0) {
      new Answers(session).note("lines that are left still name the host; look at them");
    }
  }

  private static String place(SourceLine line) {
    var first = line.getText().lines().findFirst().orElse("");
    var more = line.getText().lines().count() > 1 ? " …" : "";
    return "%s:%d  %s%s"
        .formatted(Style.safe(line.getFile()), line.getLine(), Style.safe(first), more);
  }
}
