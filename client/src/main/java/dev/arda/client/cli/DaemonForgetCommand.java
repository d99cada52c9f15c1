package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.Deadline;
import dev.arda.v1.InvalidateRequest;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda daemon forget}. */
final class DaemonForgetCommand implements Command {

  /** Finding out which state the flake is in may fetch inputs. */
  private static final Duration ANSWER = Duration.ofMinutes(10);

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Forgets what was learnt of a flake, in memory and on disk.")
        .description(
            "",
            "Its present state is forgotten and every state it was asked in; evaluators end. Nobody needs"
                + " this to see changed files: it is for measuring, and for faults of Nix or of a disk.",
            "");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .type(String.class)
            .paramLabel("FLAKE")
            .description("The flake; default: that of --flake, or the nearest one.")
            .build());
    spec.addOption(
        OptionSpec.builder("--all")
            .arity("0")
            .type(boolean.class)
            .description("Forget all flakes.")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    boolean all = arguments.hasMatchedOption("--all");
    var named = arguments.<String>matchedPositionalValue(0, "");
    if (all && !(named.isEmpty() && session.options().flake().isEmpty())) {
      throw new UsageException("--all forgets all flakes; do not name one as well");
    }
    var request =
        InvalidateRequest.newBuilder()
            .setContext(session.context())
            .setFlake(all ? "" : named.isEmpty() ? session.options().flake() : named)
            .setAll(all)
            .build();
    return session.ask(client -> {
      session.console().spinner().show("forgetting");
      print(session, client, request);
      return ExitCode.OK;
    });
  }

  private static void print(Session session, ArdaClient client, InvalidateRequest request)
      throws InterruptedException {
    long states =
        Integer.toUnsignedLong(client.invalidate(request, Deadline.after(ANSWER)).getStates());
    session.console().spinner().stop();
    session
        .console()
        .out()
        .line(
            session.options().json()
                ? new JsonFields().put("states", states).toString()
                : request.getAll()
                    ? "forgot everything"
                    : states == 1 ? "forgot 1 state" : "forgot %d states".formatted(states));
  }
}
