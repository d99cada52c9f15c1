package dev.arda.client.cli;

import dev.arda.v1.GetLoginRequest;
import dev.arda.v1.HostServiceGrpc;
import java.util.ArrayList;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host ssh}. */
final class HostSshCommand implements Command, TakesHosts {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Logs in on a host, or runs a command there.")
        .description(
            "",
            "With your own ssh and its configuration; where the target is localhost, here and without"
                + " it. A single word behind -- is a command line for the shell there, as for ssh:"
                + " 'cd /etc; ls'. Of several, each stays one word. Exits as the command does; 255:"
                + " ssh failed. With --json and no command nobody logs in: the words of the command"
                + " line of ssh are printed, as a list.",
            "");
    HostReachOptions.addTo(spec);
    HostReachOptions.addForwarding(spec);
    Arguments.words(spec, "HOST [-- COMMAND…]", "1..*", "The host, and what to run there");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var words = Arguments.words(arguments);
    if (words.isEmpty()) {
      throw new UsageException("no host is named; arda host list shows those there are");
    }
    var request =
        GetLoginRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setSelection(words.getFirst())
            .setReach(HostReachOptions.of(arguments))
            .addAllCommand(words.subList(1, words.size()))
            .build();
    var command = new ArrayList<String>();
    new Answers(session)
        .each(
            HostServiceGrpc.getGetLoginMethod(),
            request,
            answer -> command.addAll(answer.getArgumentsList()));
    var login = new Handover(session, command.getFirst(), command, true);
    return words.size() > 1 ? login.run() : login.orJson();
  }
}
