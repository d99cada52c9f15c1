package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.RemoteScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The scripts that run on targets. */
final class Scripts {

  /** Says whether somebody holds the lock of deployments. */
  static final String LOCK = read("lock.sh");

  /** Defines the function that takes it. */
  static final String TAKE_LOCK = read("take-lock.sh");

  /** Holds the lock of deployments. */
  static final String HOLD = TAKE_LOCK + read("hold.sh");

  private static final Duration FACTS_LIMIT = Duration.ofSeconds(60);

  private static final String GENERATIONS = read("generations.sh");
  private static final String FACTS = GENERATIONS + read("facts.sh");
  private static final String PRUNE = GENERATIONS + TAKE_LOCK + read("prune.sh");
  private static final String WATCH = read("watch.sh");
  private static final String AGENT = TAKE_LOCK + read("agent.sh");
  private static final String HEALTH = read("health.sh");
  private static final String HARDWARE = read("hardware.sh");

  /** For a report about hardware, and for its program to be had. */
  private static final Duration HARDWARE_LIMIT = Duration.ofMinutes(10);

  /** For the removal of generations, and for the boot menu after it. */
  private static final Duration PRUNE_LIMIT = Duration.ofMinutes(10);

  private Scripts() {}

  /** Tells what a machine is; see {@link TargetFacts}. */
  static RemoteScript facts(String root) {
    return RemoteScript.of(FACTS, FACTS_LIMIT, root, "", LOCK);
  }

  /** Tells what a machine is, and the revision of the configuration of each generation. */
  static RemoteScript factsWithRevisions(String root) {
    return RemoteScript.of(FACTS, FACTS_LIMIT, root, "revisions", LOCK);
  }

  /**
   * Removes generations.
   *
   * @param prefix of each line that no program printed
   * @param numbers of the generations
   */
  static RemoteScript prune(
      String root, String prefix, Elevation elevation, List<Integer> numbers) {
    var arguments = new ArrayList<>(List.of(root, prefix));
    numbers.forEach(number -> arguments.add(Integer.toString(number)));
    return new RemoteScript(PRUNE, arguments, elevation, PRUNE_LIMIT);
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
    return new RemoteScript(WATCH, arguments, Elevation.NONE, limit);
  }

  /**
   * Follows an activation.
   *
   * @param seen how many lines of its log are known
   * @param word {@code confirm} or {@code reject}, to be said to it first; empty: nothing
   */
  static RemoteScript watch(
      String id, String root, int seen, String prefix, String word, Duration limit) {
    return RemoteScript.of(WATCH, limit, id, root, Integer.toString(seen), prefix, word, "", "");
  }

  /**
   * Asks a machine whether it is well; see {@link HealthChecks}.
   *
   * @param prefix of each line that no command printed
   */
  static RemoteScript health(HealthChecks checks, String prefix) {
    var arguments = new ArrayList<>(List.of(Long.toString(checks.limit().toSeconds()), prefix));
    arguments.addAll(checks.commands());
    return new RemoteScript(
        HEALTH, arguments, Elevation.NONE, checks.limit().plus(Duration.ofSeconds(10)));
  }

  /**
   * Asks for a report about hardware.
   *
   * @param begin the line before the report
   * @param words arguments of the program
   */
  static RemoteScript hardware(
      HardwareReports.Backend backend, String begin, List<String> words, Elevation elevation) {
    var arguments = new ArrayList<>(List.of(backend.program(), begin));
    arguments.addAll(words);
    return new RemoteScript(HARDWARE, arguments, elevation, HARDWARE_LIMIT);
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
