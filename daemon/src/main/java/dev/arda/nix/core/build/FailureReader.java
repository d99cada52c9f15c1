package dev.arda.nix.core.build;

import dev.arda.nix.core.TerminalText;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads which derivation an error of Nix is about. Wordings of Nix 2.8 to 2.34 (each is recorded
 * among the tests); of those that are not known, the first derivation that is named is the one.
 */
final class FailureReader {

  private static final String DRV =
      "'(?<drv>/[^'\\n]*/[0-9a-z]{32}-[^'\\n]*?\\.drv)(?:[!^][^'\\n]*)?'";

  private static final Pattern NAMED = Pattern.compile(DRV);

  private static final Pattern DEPENDENCIES =
      Pattern.compile(
          "[0-9]+ dependenc(?:y|ies) of (?:derivation )?" + DRV + " failed(?: to build)?");

  private static final Pattern WITH_REASON =
      Pattern.compile(
          "Cannot build " + DRV + "\\.\\s*Reason: (?<reason>.*?)\\.?\\s*(?:Output paths:.*)?",
          Pattern.DOTALL);

  private static final Pattern DEPENDENCIES_AS_REASON =
      Pattern.compile("[0-9]+ dependenc(?:y|ies) failed");

  private static final Pattern BUILDER =
      Pattern.compile("builder for " + DRV + " failed (?<how>.*)", Pattern.DOTALL);

  /** Sums up errors that were told before. */
  private static final Pattern SUMMARY = Pattern.compile("build of '.*' failed", Pattern.DOTALL);

  /** What Nix adds of the log when it runs as a daemon. */
  private static final Pattern LOG =
      Pattern.compile(";?\\s*(?:[Ll]ast [0-9]+ log lines:|For full logs, run).*", Pattern.DOTALL);

  private FailureReader() {}

  /**
   * The failure, without lines of a log.
   *
   * @param message as Nix prints it; may hold control characters
   * @return empty if it is about no derivation, or only sums up
   */
  static Optional<BuildFailure> read(String message) {
    var text = TerminalText.strip(message).strip();
    text = LOG.matcher(text.replaceFirst("^error:\\s*", "")).replaceFirst("");
    var dependencies = DEPENDENCIES.matcher(text);
    if (dependencies.find()) {
      return Optional.of(
          new BuildFailure(
              dependencies.group("drv"), "something that it needs failed", true, List.of()));
    }
    if (SUMMARY.matcher(text).matches()) {
      return Optional.empty();
    }
    var reasoned = WITH_REASON.matcher(text);
    if (reasoned.matches()) {
      var reason = oneLine(reasoned.group("reason"));
      return Optional.of(
          DEPENDENCIES_AS_REASON.matcher(reason).matches()
              ? new BuildFailure(
                  reasoned.group("drv"), "something that it needs failed", true, List.of())
              : new BuildFailure(reasoned.group("drv"), reason, false, List.of()));
    }
    var builder = BUILDER.matcher(text);
    if (builder.matches()) {
      return Optional.of(
          new BuildFailure(
              builder.group("drv"),
              "builder failed " + oneLine(builder.group("how")),
              false,
              List.of()));
    }
    var named = NAMED.matcher(text);
    return named.find()
        ? Optional.of(new BuildFailure(named.group("drv"), oneLine(text), false, List.of()))
        : Optional.empty();
  }

  private static String oneLine(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
