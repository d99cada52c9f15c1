package dev.arda.client.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Hands the terminal over to another program: with this process's standard streams, in its process
 * group. This process ends when that program has ended.
 *
 * @param session whose terminal it is
 * @param program what it is called in an error
 * @param words what is run, in words
 * @param yields whether it is ended where ^C is for this process alone, as a signal that another
 *     program sends it
 */
record Handover(Session session, String program, List<String> words, boolean yields) {

  /** What a shell says of a program that cannot be run. */
  private static final int NOT_RUN = 126;

  /** In ms: how long a program may take to end by a ^C that was for it as well. */
  private static final long END = 500;

  /** Copies the words. */
  Handover {
    words = List.copyOf(words);
  }

  /** To a program that knows best what ^C means. */
  Handover(Session session, String program, List<String> words) {
    this(session, program, words, false);
  }

  /** Runs it, or prints its words where answers are wanted as JSON. */
  int orJson() throws InterruptedException {
    if (!session.options().json()) {
      return run();
    }
    var out = session.console().out();
    out.line(words.stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]")));
    out.flush();
    return ExitCode.OK;
  }

  /** Runs it with the variables of this process. */
  int run() throws InterruptedException {
    return run(session.environment().variables());
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
    // ^C at a terminal is for the program, which is in the same group.
    var started = new CompletableFuture<Process>();
    var ended = new AtomicBoolean();
    try (var _ =
        session
            .interruption()
            .signals()
            .onInterrupt(() -> {
              if (yields && !endsByItself(started.join())) {
                ended.set(true);
                started.join().destroy();
              }
              return false;
            })) {
      started.complete(builder.start());
      int code = started.join().waitFor();
      return ended.get() ? ExitCode.INTERRUPTED : code;
    } catch (IOException e) {
      started.cancel(false);
      return session.fail(NOT_RUN, "%s cannot be run: %s".formatted(program, e.getMessage()));
    }
  }

  private static boolean endsByItself(Process process) {
    try {
      return process.waitFor(END, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
