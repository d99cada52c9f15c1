package dev.arda.client.cli;

import dev.arda.v1.HostReach;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Options that say where and how hosts are reached. */
final class HostReachOptions {

  private static final String FORWARD = "--forward-agent";
  private static final String JUMP = "--jump";
  private static final String PLACE = "[user@]host[:port]";

  private HostReachOptions() {}

  /** Adds them. */
  static void addTo(CommandSpec spec) {
    Arguments.option(
        spec,
        "--target-host",
        "TARGET",
        "Where the host is, [user@]host[:port], instead of what the flake says; localhost: here.");
    Arguments.flag(
        spec, "--accept-new-host-key", "Trust and remember the key of a host never met before.");
    spec.addOption(
        OptionSpec.builder(JUMP)
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("TARGET")
            .description("Go through another host; may be repeated, the nearest first.")
            .build());
  }

  /** Adds the one that lets the host use the keys of the agent, for commands that can. */
  static void addForwarding(CommandSpec spec) {
    Arguments.flag(
        spec,
        FORWARD,
        "Forward your ssh agent: root of that host can use its keys while arda is connected.");
  }

  /**
   * The value of an option that says where a machine is; empty: it was not given.
   *
   * @throws UsageException if it is given as nothing, as by a variable that is not set
   */
  static String place(ParseResult arguments, String name) {
    return Arguments.filled(arguments, name, PLACE);
  }

  /** What they say. */
  static HostReach.Builder of(ParseResult arguments) {
    return HostReach.newBuilder()
        .setTargetHost(place(arguments, "--target-host"))
        .setForwardAgent(
            arguments.commandSpec().findOption(FORWARD) != null
                && arguments.hasMatchedOption(FORWARD))
        .setAcceptNewHostKey(arguments.hasMatchedOption("--accept-new-host-key"))
        .addAllJumpHosts(jumpHosts(arguments));
  }

  private static List<String> jumpHosts(ParseResult arguments) {
    var jumpHosts = arguments.matchedOptionValue(JUMP, List.<String>of());
    if (jumpHosts.stream().anyMatch(String::isBlank)) {
      throw new UsageException("%s takes %s, and not an empty text".formatted(JUMP, PLACE));
    }
    return jumpHosts;
  }
}
