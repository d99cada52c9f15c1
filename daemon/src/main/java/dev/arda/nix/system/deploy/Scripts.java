package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.RemoteScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The scripts that run on targets. */
final class Scripts {

  private static final Duration FACTS_LIMIT = Duration.ofSeconds(60);

  private static final String FACTS = read("facts.sh");
  private static final String WATCH = read("watch.sh");
  private static final String AGENT = read("agent.sh");

  private Scripts() {}

  /** Tells what a machine is; see {@link TargetFacts}. */
  static RemoteScript facts(String root) {
    return RemoteScript.of(FACTS, FACTS_LIMIT, root);
  }

  /**
   * Begins an activation and follows it.
   *
   * @param prefix of each line that is not of its log
   * @param agentArguments of {@code agent.sh}, behind the first two
   */
  static RemoteScript start(
      String id, String root, String prefix, List<String> agentArguments, Duration limit) {
    var arguments = new ArrayList<>(List.of(id, root, "0", prefix, "", "start", AGENT));
    arguments.addAll(agentArguments);
    return new RemoteScript(WATCH, arguments, List.of(), limit);
  }

  /**
   * Follows an activation.
   *
   * @param seen how many lines of its log are known
   * @param confirm whether to confirm it first
   */
  static RemoteScript watch(
      String id, String root, int seen, String prefix, boolean confirm, Duration limit) {
    return RemoteScript.of(
        WATCH, limit, id, root, Integer.toString(seen), prefix, confirm ? "confirm" : "", "", "");
  }

  private static String read(String name) {
    try (var in = Scripts.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("arda is incomplete: " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
