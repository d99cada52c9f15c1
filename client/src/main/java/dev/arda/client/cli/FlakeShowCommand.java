package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import dev.arda.client.ArdaClient;
import dev.arda.v1.ShowRequest;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda flake show}. */
final class FlakeShowCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Shows the outputs of a flake as a tree.")
        .description("", "With --json: what nix flake show --json prints.", "");
    spec.addOption(
        OptionSpec.builder("--all-systems")
            .arity("0")
            .type(boolean.class)
            .description("Show the outputs for every system.")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request =
        ShowRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setAllSystems(arguments.hasMatchedOption("--all-systems"))
            .build();
    return session.ask(client -> show(session, client, request));
  }

  private static int show(Session session, ArdaClient client, ShowRequest request)
      throws InterruptedException {
    var out = session.console().out();
    var collected = ByteString.newOutput();
    session.console().spinner().show("evaluating");
    try (var stream = session.cancellable(client.show(request))) {
      for (var event = stream.next(); event.isPresent(); event = stream.next()) {
        switch (event.get().getEventCase()) {
          case PROGRESS -> session.show(event.get().getProgress());
          case JSON_CHUNK -> event.get().getJsonChunk().writeTo(collected);
          case EVENT_NOT_SET -> {}
        }
      }
      out.text(
          session.options().json()
              ? collected.toByteString().toStringUtf8().strip() + "\n"
              : OutputTree.of(collected.toByteString().newInput()).render());
      return ExitCode.OK;
    } catch (IOException e) {
      throw new ValueException("the listing cannot be read: " + e.getMessage());
    }
  }
}
