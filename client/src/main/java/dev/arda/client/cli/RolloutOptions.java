package dev.arda.client.cli;

import dev.arda.v1.DeployRequest;
import dev.arda.v1.WaveSize;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Options that say in which order, and how many at a time, hosts are deployed to. */
final class RolloutOptions {

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,6})(%?)");

  private RolloutOptions() {}

  /** Adds them. */
  static void addTo(CommandSpec spec) {
    Arguments.number(spec, "--parallel", "So many hosts at a time, in every stage. Default: 10.");
    Arguments.number(
        spec, "--parallel-copies", "Copy to so many hosts at a time. Default: --parallel.");
    Arguments.number(
        spec, "--parallel-activations", "Activate so many hosts at a time. Default: --parallel.");
    Arguments.number(
        spec, "--canary", "So many hosts first; the others follow if none of these failed.");
    Arguments.option(
        spec,
        "--waves",
        "SIZES",
        "Activate in waves of such sizes, for example 1,25%,100%; the last size is that of all"
            + " that follow. A wave begins when all of the one before are verified.");
    Arguments.number(
        spec, "--max-failures", "Begin no further host when more than so many failed. Default: 0.");
  }

  /** Puts what they say into a request. */
  static void apply(ParseResult arguments, DeployRequest.Builder request) {
    request
        .setParallel(Arguments.number(arguments, "--parallel", 1, 0))
        .setParallelCopies(Arguments.number(arguments, "--parallel-copies", 1, 0))
        .setParallelActivations(Arguments.number(arguments, "--parallel-activations", 1, 0))
        .setCanary(Arguments.number(arguments, "--canary", 0, 0))
        .setMaxFailures(Arguments.number(arguments, "--max-failures", 0, 0));
    Arguments.value(arguments, "--waves").ifPresent(text -> request.addAllWaves(waves(text)));
  }

  private static List<WaveSize> waves(String text) {
    return Stream.of(text.split(",", -1)).map(part -> wave(part.strip())).toList();
  }

  private static WaveSize wave(String text) {
    var match = SIZE.matcher(text);
    if (match.matches()) {
      int amount = Integer.parseInt(match.group(1));
      boolean percent = !match.group(2).isEmpty();
      if (amount > 0 && (!percent || amount <= 100)) {
        return percent
            ? WaveSize.newBuilder().setPercent(amount).build()
            : WaveSize.newBuilder().setHosts(amount).build();
      }
    }
    throw new UsageException(
        "%s is no size of a wave: --waves takes numbers of hosts and percentages, as 1,25%%,100%%"
            .formatted(text.isEmpty() ? "an empty text" : Style.safe(text)));
  }
}
