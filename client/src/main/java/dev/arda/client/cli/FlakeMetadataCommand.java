package dev.arda.client.cli;

import dev.arda.v1.GetMetadataRequest;
import dev.arda.v1.GetMetadataResponse;
import java.time.Instant;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda flake metadata}. */
final class FlakeMetadataCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Shows which flake a reference means, in which state, with which inputs.")
        .description("", "With --json: what Nix printed, unchanged.", "");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request =
        GetMetadataRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .build();
    return session.ask(client -> {
      session.console().spinner().show("fetching");
      try (var stream = session.cancellable(client.metadata(request))) {
        for (var answer = stream.next(); answer.isPresent(); answer = stream.next()) {
          print(session, answer.get());
        }
      }
      return ExitCode.OK;
    });
  }

  private static void print(Session session, GetMetadataResponse metadata) {
    var out = session.console().out();
    if (session.options().json()) {
      out.bytes(metadata.getJson());
      if (!metadata.getJson().endsWith(com.google.protobuf.ByteString.copyFromUtf8("\n"))) {
        out.text("\n");
      }
      return;
    }
    var state = metadata.getState();
    field(out, "flake", state.getFlakeRef());
    field(out, "description", metadata.getDescription());
    field(out, "locked", state.getLockedUrl());
    field(
        out,
        "revision",
        state.getRevision().isEmpty() ? state.getDirtyRevision() : state.getRevision());
    field(out, "hash", state.getNarHash());
    field(out, "store path", state.getStorePath());
    field(out, "subdirectory", state.getSubdirectory());
    if (state.getLastModified() > 0) {
      field(out, "modified", Instant.ofEpochSecond(state.getLastModified()).toString());
    }
    if (metadata.getInputsCount() > 0) {
      out.line("inputs:");
    }
    for (var input : metadata.getInputsList()) {
      out.line(
          "  "
              + input.getPath()
              + (input.getFollows().isEmpty()
                  ? "  " + input.getUrl()
                  : "  follows " + input.getFollows()));
    }
  }

  private static void field(Out out, String name, String value) {
    if (!value.isEmpty()) {
      out.line("%-13s %s".formatted(name + ":", value));
    }
  }
}
