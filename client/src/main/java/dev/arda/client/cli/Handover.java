package dev.arda.client.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Hands the terminal over to another program: with this process's standard streams, in its process
 * group. This process ends when that program has ended.
 *
 * @param session whose terminal it is
 * @param program what it is called in an error
 * @param words what is run, in words
 */
record Handover(Session session, String program, List<String> words) {

  /** What a shell says of a program that cannot be run. */
  private static final int NOT_RUN = 126;

  /** Copies the words. */
  Handover {
    words = List.copyOf(words);
  }

  /** Runs it, or prints its words where answers are wanted as JSON. */
  int orJson() throws InterruptedException {
    if (!session.options().json()) {
      return run(session.environment().variables());
    }
    var out = session.console().out();
    out.line(words.stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]")));
    out.flush();
    return ExitCode.OK;
  }

  /**
   * Runs it.
   *
   * @param variables all that it has
   * @return its exit code, or 126 if it cannot be run
   */
  int run(Map<String, String> variables) throws InterruptedException {
    var builder =
        new ProcessBuilder(words).directory(session.environment().cwd().toFile()).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(variables);
    session.console().spinner().stop();
    session.console().out().flush();
    // ^C is for the program, which is in the same group.
    try (var _ = session.interruption().signals().onInterrupt(() -> false)) {
      return builder.start().waitFor();
    } catch (IOException e) {
      return session.fail(NOT_RUN, "%s cannot be run: %s".formatted(program, e.getMessage()));
    }
  }
}
