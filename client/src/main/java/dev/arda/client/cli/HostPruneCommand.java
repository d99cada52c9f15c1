package dev.arda.client.cli;

import dev.arda.v1.Generation;
import dev.arda.v1.HostGenerationServiceGrpc;
import dev.arda.v1.PruneGenerationsRequest;
import dev.arda.v1.PruneGenerationsResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host prune}: removes old generations of a host. */
final class HostPruneCommand implements Command, TakesHosts {

  private static final Pattern AGE = Pattern.compile("([1-9][0-9]{0,5})([hdw])");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Removes old generations of a host, and takes them out of its boot menu.")
        .description(
            "",
            "Lists them first, and asks. The one that is booted next, the one that runs and the one"
                + " that was booted stay. Say what is old: with both options only what both call"
                + " old. What the generations needed stays in the host's store until its garbage"
                + " is collected: arda host ssh NAME -- nix-collect-garbage.",
            "");
    spec.addOption(
        OptionSpec.builder("--keep")
            .arity("1")
            .type(int.class)
            .paramLabel("N")
            .description("The newest N are not old.")
            .build());
    Arguments.option(
        spec,
        "--older-than",
        "AGE",
        "What was made less than this ago is not old: a number with h, d or w, for example 30d.");
    Arguments.flag(spec, "--dry-run", "Only list them.");
    HostReachOptions.addTo(spec);
    SudoPasswords.addTo(spec);
    Confirmation.addTo(spec);
    Arguments.words(spec, "NAME", "1", "The host");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request = request(session, arguments);
    return PlannedChange.run(
        session, arguments, new Pruning(session, request, SudoPasswords.of(session, arguments)));
  }

  /** The removal of what is old. */
  private record Pruning(Session session, PruneGenerationsRequest request, SudoPasswords passwords)
      implements PlannedChange<PruneGenerationsResponse> {

    @Override
    public PruneGenerationsResponse plan() throws InterruptedException {
      return ask(session, request);
    }

    @Override
    public boolean changes(PruneGenerationsResponse plan) {
      return plan.getRemovedCount() > 0;
    }

    @Override
    public void print(PruneGenerationsResponse plan) {
      HostPruneCommand.print(session, plan);
    }

    @Override
    public String warning(PruneGenerationsResponse plan) {
      return "%s removed from %s (%s)."
          .formatted(
              amount(plan.getRemovedCount()) + (plan.getRemovedCount() == 1 ? " is" : " are"),
              Style.safe(plan.getHost()),
              Style.safe(plan.getTarget()));
    }

    @Override
    public String name(PruneGenerationsResponse plan) {
      return plan.getHost();
    }

    @Override
    public PruneGenerationsResponse make(PruneGenerationsResponse plan)
        throws InterruptedException {
      var confirmed = request.toBuilder().setValidateOnly(false);
      plan.getRemovedList().forEach(one -> confirmed.addConfirmed(one.getNumber()));
      return passwords.ask(
          password -> ask(session, confirmed.clone().setSudoPassword(password).build()));
    }

    @Override
    public int made(PruneGenerationsResponse done) {
      new Answers(session)
          .note(
              "%s removed from %s; %d left"
                  .formatted(
                      amount(done.getRemovedCount()),
                      Style.safe(done.getHost()),
                      done.getKeptCount()));
      if (done.getTrouble().isEmpty()) {
        return ExitCode.OK;
      }
      session
          .console()
          .message(
              session.console().style().warning("warning:")
                  + " %s: %s".formatted(Style.safe(done.getHost()), Style.safe(done.getTrouble())));
      return ExitCode.FAILED;
    }
  }

  private static PruneGenerationsRequest request(Session session, ParseResult arguments) {
    var request =
        PruneGenerationsRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setSelection(OneHost.of(arguments))
            .setReach(HostReachOptions.of(arguments))
            .setValidateOnly(true);
    int keep = arguments.<Integer>matchedOptionValue("--keep", 0);
    if (arguments.hasMatchedOption("--keep") && keep < 1) {
      throw new UsageException("--keep takes a number from 1; the present generation always stays");
    }
    request.setKeep(keep);
    Arguments.value(arguments, "--older-than")
        .ifPresent(text -> request.setOlderThan(Durations.proto(age(text))));
    if (keep == 0 && !request.hasOlderThan()) {
      throw new UsageException("say which generations are old: --keep N or --older-than 30d");
    }
    return request.build();
  }

  private static Duration age(String text) {
    var match = AGE.matcher(text);
    if (!match.matches()) {
      throw new UsageException(
          "--older-than takes a number with h, d or w, for example 30d, and not "
              + Style.safe(text));
    }
    long number = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "h" -> Duration.ofHours(number);
      case "w" -> Duration.ofDays(7 * number);
      default -> Duration.ofDays(number);
    };
  }

  private static PruneGenerationsResponse ask(Session session, PruneGenerationsRequest request)
      throws InterruptedException {
    var result = new AtomicReference<>(PruneGenerationsResponse.getDefaultInstance());
    new Answers(session)
        .each(
            HostGenerationServiceGrpc.getPruneGenerationsMethod(),
            request,
            answer -> {
              session.console().spinner().stop();
              result.set(answer);
            });
    return result.get();
  }

  private static void print(Session session, PruneGenerationsResponse plan) {
    var rows = new ArrayList<List<String>>();
    Stream.concat(
            plan.getKeptList().stream().map(one -> new Line("keeps", one)),
            plan.getRemovedList().stream().map(one -> new Line("removes", one)))
        .sorted(Comparator.comparingInt((Line line) -> line.generation().getNumber()).reversed())
        .forEach(line -> rows.add(GenerationTable.row(line.what(), line.generation())));
    var heads = new ArrayList<>(List.of(""));
    heads.addAll(GenerationTable.heads());
    rows.addFirst(heads);
    Columns.print(session, rows);
    if (plan.getRemovedCount() == 0) {
      new Answers(session)
          .note("%s has no generation that is old".formatted(Style.safe(plan.getHost())));
    }
  }

  /** A generation, and what is done with it. */
  private record Line(String what, Generation generation) {}

  private static String amount(int count) {
    return count == 1 ? "1 generation" : count + " generations";
  }
}
