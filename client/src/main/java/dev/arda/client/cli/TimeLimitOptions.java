package dev.arda.client.cli;

import com.google.protobuf.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Options that say how long the stages may take whose time depends on what is deployed. */
final class TimeLimitOptions {

  private static final String EVALUATION = "--evaluation-timeout";
  private static final String BUILD = "--build-timeout";
  private static final String COPY = "--copy-timeout";

  private TimeLimitOptions() {}

  /** Adds those for commands that evaluate. */
  static void addEvaluation(CommandSpec spec) {
    Arguments.number(
        spec, EVALUATION, "Seconds that each evaluation may take. Default: 3600 (1 h).");
  }

  /** Adds those for commands that evaluate and build. */
  static void addBuild(CommandSpec spec) {
    addEvaluation(spec);
    Arguments.number(spec, BUILD, "Seconds that the build may take. Default: 86400 (24 h).");
  }

  /** Adds those for commands that evaluate, build and copy. */
  static void addTo(CommandSpec spec) {
    addBuild(spec);
    Arguments.number(
        spec,
        COPY,
        "Seconds that each copy to or from another machine may take. Default: 14400 (4 h); 0: as"
            + " long as it wants.");
  }

  /** The limit of each evaluation; empty: not said. */
  static Optional<Duration> evaluation(ParseResult arguments) {
    return said(arguments, EVALUATION, 1);
  }

  /** The limit of the build; empty: not said. */
  static Optional<Duration> build(ParseResult arguments) {
    return said(arguments, BUILD, 1);
  }

  /** The limit of each copy; empty: not said. */
  static Optional<Duration> copy(ParseResult arguments) {
    return said(arguments, COPY, 0);
  }

  private static Optional<Duration> said(ParseResult arguments, String name, int least) {
    return arguments.hasMatchedOption(name)
        ? Optional.of(
            Durations.proto(
                java.time.Duration.ofSeconds(Arguments.number(arguments, name, least, least))))
        : Optional.empty();
  }
}
