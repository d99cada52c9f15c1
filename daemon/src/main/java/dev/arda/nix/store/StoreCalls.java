package dev.arda.nix.store;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixCommands;
import dev.arda.nix.core.NixErrors;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.ProgressTracker;
import dev.arda.nix.core.StoreCommands;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.TimeLimit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Runs Nix for this package. */
final class StoreCalls {

  /** How long a process that is given up may take to end before it is killed. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /**
   * How long a command about a store that is reached over ssh may say nothing. While it copies, Nix
   * tells several times a second how many bytes it has sent, and answers to questions take seconds,
   * so that only a connection that hangs is silent for so long.
   */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private final ProcessRunner runner;
  private final NixFacts facts;
  private final TimeLimit question;

  /**
   * Runs Nix.
   *
   * @param question how long a question to a store may take as a whole
   */
  StoreCalls(ProcessRunner runner, NixFacts facts, Duration question) {
    this.runner = runner;
    this.facts = facts;
    this.question = new TimeLimit(question, Reason.STORE_TIMEOUT, "");
  }

  /** The Nix of a caller. */
  Nix nix(CallContext context) {
    return Nix.of(context, runner, facts);
  }

  /** Runs a command about stores that prints what it does in Nix's internal format. */
  Said run(CallContext context, BiFunction<StoreCommands, NixCommands, List<String>> arguments) {
    return run(context, arguments, Optional.empty(), OutputListener.NONE);
  }

  /**
   * The same.
   *
   * @param other the other store that it is about, if there is one: its password is not seen in
   *     what is said, and if it is reached over ssh, it may not be silent for ever
   * @param listener hears what it prints
   */
  Said run(
      CallContext context,
      BiFunction<StoreCommands, NixCommands, List<String>> arguments,
      Optional<StoreUrl> other,
      OutputListener listener) {
    return run(context, arguments, other, Duration.ZERO, listener);
  }

  /**
   * Runs a command that asks a store, or keeps what it has, in limited time.
   *
   * @param what is done, for a person, for example {@code The question to the store}
   * @param store which one; empty: the caller's
   * @throws dev.arda.nix.types.SystemException {@code STORE_TIMEOUT}, also if a store that is
   *     reached over ssh says nothing for ten minutes
   */
  Said ask(
      CallContext context,
      String what,
      BiFunction<StoreCommands, NixCommands, List<String>> arguments,
      Optional<StoreUrl> store) {
    return question.during(
        what, "", () -> run(context, arguments, store, question.time(), OutputListener.NONE));
  }

  /**
   * The same.
   *
   * @param limit how long it may take; zero: as long as it wants
   */
  Said run(
      CallContext context,
      BiFunction<StoreCommands, NixCommands, List<String>> arguments,
      Optional<StoreUrl> other,
      Duration limit,
      OutputListener listener) {
    var nix = nix(context);
    var commands = nix.commands().withInternalJson();
    var command = nix.command(arguments.apply(new StoreCommands(commands), commands));
    other.map(StoreUrl::secrets).ifPresent(command::secrets);
    if (other.filter(StoreUrl::isSsh).isPresent()) {
      command.silenceLimit(SILENCE);
    }
    if (!limit.isZero()) {
      command.timeLimit(limit);
    }
    return run(command, listener);
  }

  private Said run(Command.Builder command, OutputListener listener) {
    try (var tracker = ProgressTracker.telling(ProgressListener.NONE)) {
      var result = runner.run(command.grace(GRACE).build(), both(tracker, listener));
      return new Said(result, tracker.said());
    }
  }

  private static OutputListener both(OutputListener first, OutputListener second) {
    return new OutputListener() {
      @Override
      public void standardOutput(String line) {
        first.standardOutput(line);
        second.standardOutput(line);
      }

      @Override
      public void standardError(String line) {
        first.standardError(line);
        second.standardError(line);
      }
    };
  }

  /**
   * What a command said.
   *
   * @param result how it ended
   * @param text what a person would have read on standard error; its last 64 Ki characters
   */
  record Said(CommandResult result, String text) {

    /** What went wrong. */
    NixErrorDetail error() {
      return NixErrors.read(text);
    }
  }
}
