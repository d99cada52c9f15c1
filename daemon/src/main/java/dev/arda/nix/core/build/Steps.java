package dev.arda.nix.core.build;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.core.build.BuildStep.State;
import dev.arda.nix.core.build.BuildTotals.Count;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The derivations of a build. Not thread-safe. */
final class Steps {

  /** As many as Nix keeps itself. */
  private static final int TAIL = 101;

  private static final int LONGEST_LINE = 4096;

  private final BuildLogListener listener;
  private final InstantSource clock;
  private final Map<String, BuildStep> steps = new LinkedHashMap<>();
  private final Map<State, Integer> counts = new EnumMap<>(State.class);
  private final Map<String, Deque<String>> tails = new HashMap<>();
  private boolean planned;
  private long expected;
  private final Set<String> ended = new LinkedHashSet<>();
  private long doneCounted;
  private long failuresCounted;
  private long failuresKnown;

  Steps(BuildLogListener listener, InstantSource clock) {
    this.listener = listener;
    this.clock = clock;
  }

  /** Nix plans to build it. */
  void plan(String drvPath) {
    planned = true;
    if (!steps.containsKey(drvPath)) {
      put(BuildStep.planned(drvPath));
    }
  }

  /**
   * Nix tells how many are done, how many it means to build, and how many failed. The second number
   * goes up and down while Nix finds out; with a plan it is not needed.
   */
  void counted(long done, long all, long failed) {
    if (!planned) {
      expected = Math.max(expected, all);
    }
    doneCounted = Math.max(doneCounted, done);
    failuresCounted = Math.max(failuresCounted, failed);
    settleAll();
  }

  /** Whether it runs. */
  boolean isRunning(String drvPath) {
    return Optional.ofNullable(steps.get(drvPath))
        .filter(step -> step.state() == State.RUNNING)
        .isPresent();
  }

  void begin(String drvPath, String machine) {
    tails.put(drvPath, new ArrayDeque<>());
    ended.remove(drvPath);
    put(step(drvPath).running(machine, clock.instant()));
  }

  void phase(String drvPath, String phase) {
    if (isRunning(drvPath)) {
      put(step(drvPath).in(phase));
    }
  }

  void line(String drvPath, String line) {
    var tail = tails.get(drvPath);
    if (tail == null) {
      return;
    }
    tail.addLast(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line);
    if (tail.size() > TAIL) {
      tail.removeFirst();
    }
  }

  /** Its activity is over. Nix does not say how it ended, but counts, before or after. */
  void end(String drvPath) {
    if (isRunning(drvPath)) {
      ended.add(drvPath);
      settle(drvPath);
    }
  }

  /**
   * While a failure is counted that no error has named yet, it could be this one's: errors come a
   * little later than counts, and other builds end in between.
   */
  private void settle(String drvPath) {
    if (failuresCounted <= failuresKnown && doneCounted > number(State.SUCCEEDED)) {
      ended.remove(drvPath);
      tails.remove(drvPath);
      put(step(drvPath).ended(State.SUCCEEDED, clock.instant()));
    }
  }

  private void settleAll() {
    List.copyOf(ended).forEach(this::settle);
  }

  /** Nix says that it failed. */
  void fail(BuildFailure failure) {
    ended.remove(failure.drvPath());
    var before = step(failure.drvPath());
    var lines =
        Optional.ofNullable(tails.get(failure.drvPath()))
            .map(tail -> tail.stream().map(TerminalText::strip).toList())
            .orElse(List.of());
    if (!failure.dependency() && before.failure().isEmpty()) {
      failuresKnown++;
    }
    put(
        before.failed(
            new BuildFailure(failure.drvPath(), failure.reason(), failure.dependency(), lines),
            clock.instant()));
    settleAll();
  }

  /**
   * Nix has ended.
   *
   * @param succeeded whether it did all that it was asked for
   */
  void finish(boolean succeeded) {
    failuresKnown = Math.max(failuresKnown, failuresCounted);
    settleAll();
    var now = clock.instant();
    for (var step : List.copyOf(steps.values())) {
      switch (step.state()) {
        case RUNNING -> put(step.ended(succeeded ? State.SUCCEEDED : State.CANCELLED, now));
        case WAITING -> put(step.ended(succeeded ? State.UNNEEDED : State.CANCELLED, now));
        case SUCCEEDED, FAILED, UNNEEDED, CANCELLED -> {}
      }
    }
    tails.clear();
  }

  Count count() {
    int done = number(State.SUCCEEDED) + number(State.UNNEEDED);
    expected = Math.max(expected, steps.size());
    return new Count(done, number(State.RUNNING), number(State.FAILED), expected);
  }

  /** How many were built. */
  int built() {
    return number(State.SUCCEEDED);
  }

  List<BuildStep> all() {
    return List.copyOf(steps.values());
  }

  private int number(State state) {
    return counts.getOrDefault(state, 0);
  }

  private BuildStep step(String drvPath) {
    return steps.getOrDefault(drvPath, BuildStep.planned(drvPath));
  }

  private void put(BuildStep step) {
    var before = steps.put(step.drvPath(), step);
    if (before != null) {
      counts.merge(before.state(), -1, Integer::sum);
    }
    counts.merge(step.state(), 1, Integer::sum);
    listener.build(step);
  }
}
