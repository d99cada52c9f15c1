package dev.arda.daemon.freshness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.v1.CallContext;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes, asks at once, and compares; many times. */
final class Trial {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final NixSandbox sandbox;
  private final RealDaemon daemon;
  private final Random random;
  private final PrintStream out;
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, List<Long>> times = new TreeMap<>();
  private final Map<String, Integer> writes = new TreeMap<>();

  Trial(NixSandbox sandbox, RealDaemon daemon, Random random, PrintStream out) {
    this.sandbox = sandbox;
    this.daemon = daemon;
    this.random = random;
    this.out = out;
  }

  /** Every answer that was not what the files say; empty if all is well. */
  List<String> run(List<Scenario> scenarios, int trials) throws IOException {
    for (int i = 0; i < trials; i++) {
      Scenario scenario = scenarios.get(random.nextInt(scenarios.size()));
      String what = scenario.write();
      long began = System.nanoTime();
      String answer = ask(scenario);
      times.computeIfAbsent(scenario.name(), _ -> new ArrayList<>()).add(System.nanoTime() - began);
      writes.merge(what, 1, Integer::sum);
      check(i, scenario, what, answer);
      if (random.nextInt(4) == 0) {
        check(i, scenario, what + ", asked again", ask(scenario));
      }
      if ((i + 1) % 250 == 0) {
        out.printf("%6d trials, %d wrong%n", i + 1, wrong.size());
      }
    }
    return List.copyOf(wrong);
  }

  private String ask(Scenario scenario) {
    var context =
        CallContext.newBuilder()
            .setCwd(scenario.directory().toString())
            .setNixProgram(sandbox.nix().toString())
            .putAllEnv(sandbox.environment())
            .build();
    return daemon.select(context, scenario.reference(), "value");
  }

  private void check(int trial, Scenario scenario, String what, String answer) throws IOException {
    SortedMap<String, String> expected = scenario.expected();
    if (!expected.equals(read(answer))) {
      String now = read(ask(scenario)).equals(expected) ? "; right when asked again" : "";
      String line =
          "trial %d, %s, %s: answered %s, but the files say %s%s"
              .formatted(trial, scenario.name(), what, answer, expected, now);
      wrong.add(line);
      out.println(line);
    }
  }

  private static Map<String, String> read(String answer) {
    try {
      return JSON.readValue(answer, new TypeReference<TreeMap<String, String>>() {});
    } catch (JsonProcessingException e) {
      return Map.of("?", answer);
    }
  }

  /** Says what was done and what it cost. */
  void report() {
    out.printf("%-20s %7s %9s %9s%n", "flake", "trials", "p50 ms", "p99 ms");
    times.forEach((name, all) -> {
      var sorted = new ArrayList<>(all);
      Collections.sort(sorted);
      out.printf(
          "%-20s %7d %9.1f %9.1f%n",
          name,
          sorted.size(),
          sorted.get(sorted.size() / 2) / 1e6,
          sorted.get(sorted.size() * 99 / 100) / 1e6);
    });
    out.println("writes: " + writes);
    for (var flake : daemon.status().getFlakesList()) {
      out.printf(
          "%s: %s%n",
          flake.getFlakeRef(),
          flake.getSourcesList().isEmpty()
              ? "asked, " + flake.getAskedReason()
              : flake.getSourcesList().stream()
                  .map(s -> s.getMode() + " " + s.getScannedReason())
                  .toList());
    }
    daemon
        .metrics("arda_cache_", "arda_states_", "arda_barrier_", "arda_watch_", "arda_scan_")
        .forEach(out::println);
  }

  /** A directory of another file system than the sandbox's, as long as there is one. */
  static Path otherFileSystem(Path than) throws IOException {
    for (Path candidate : List.of(Path.of("/dev/shm"), Path.of("/run"), Path.of("/tmp"))) {
      if (Files.isWritable(candidate)
          && !Files.getFileStore(candidate).equals(Files.getFileStore(than))) {
        return Files.createTempDirectory(candidate, "arda-freshness").toRealPath();
      }
    }
    throw new IOException("no second file system to write to");
  }
}
