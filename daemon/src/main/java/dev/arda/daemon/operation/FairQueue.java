package dev.arda.daemon.operation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a limited number of things run at a time. Those that wait stand in lines; the next is taken
 * from the line of which the fewest run, and among those from the one whose turn is longest ago. So
 * a line of a hundred delays the only one of another line by at most one. Not thread-safe.
 *
 * @param <T> type of the things; told apart by {@link Object#equals}
 */
final class FairQueue<T> {

  private final int limit;
  private final Map<String, Line<T>> lines = new LinkedHashMap<>();
  private int running;
  private long turns;

  /** What waits and runs under one name; is forgotten when nothing does. */
  private static final class Line<T> {
    final String name;
    final Deque<T> waiting = new ArrayDeque<>();
    int running;
    long lastTurn;

    Line(String name) {
      this.name = name;
    }
  }

  /** Where a line is in a turn that is thought through, without being taken. */
  private record Standing(int running, long lastTurn) {}

  /**
   * Nothing waits.
   *
   * @param limit how many may run at a time
   */
  FairQueue(int limit) {
    this.limit = limit;
  }

  /** Puts something at the end of a line. */
  void add(String line, T item) {
    lines.computeIfAbsent(line, Line::new).waiting.add(item);
  }

  /**
   * Takes something out of its line before its turn.
   *
   * @return whether it waited
   */
  boolean remove(T item) {
    for (var line : lines.values()) {
      if (line.waiting.remove(item)) {
        forget(line);
        return true;
      }
    }
    return false;
  }

  /** Takes the next, which runs from now on; empty if none waits or as many run as may. */
  Optional<T> next() {
    if (running >= limit) {
      return Optional.empty();
    }
    var chosen =
        lines.values().stream()
            .filter(line -> !line.waiting.isEmpty())
            .min(
                Comparator.<Line<T>>comparingInt(line -> line.running)
                    .thenComparingLong(line -> line.lastTurn));
    return chosen.map(line -> {
      running++;
      line.running++;
      line.lastTurn = ++turns;
      return line.waiting.remove();
    });
  }

  /** One of a line that ran has ended. */
  void ended(String name) {
    var line = lines.get(name);
    if (line == null || line.running == 0) {
      throw new IllegalStateException("none of this line runs: " + name);
    }
    running--;
    line.running--;
    forget(line);
  }

  private void forget(Line<T> line) {
    if (line.waiting.isEmpty() && line.running == 0) {
      lines.remove(line.name);
    }
  }

  /** What waits, in the order in which it would run if nothing was added. */
  List<T> waiting() {
    Map<String, Deque<T>> left = new LinkedHashMap<>();
    Map<String, Standing> standings = new HashMap<>();
    for (var line : lines.values()) {
      if (!line.waiting.isEmpty()) {
        left.put(line.name, new ArrayDeque<>(line.waiting));
        standings.put(line.name, new Standing(line.running, line.lastTurn));
      }
    }
    var order = new ArrayList<T>();
    long turn = turns;
    while (!left.isEmpty()) {
      var name =
          left.keySet().stream()
              .min(
                  Comparator.<String>comparingInt(n -> standing(standings, n).running())
                      .thenComparingLong(n -> standing(standings, n).lastTurn()))
              .orElseThrow();
      var line = left.getOrDefault(name, new ArrayDeque<>());
      order.add(line.remove());
      standings.put(name, new Standing(standing(standings, name).running() + 1, ++turn));
      if (line.isEmpty()) {
        left.remove(name);
      }
    }
    return order;
  }

  private static Standing standing(Map<String, Standing> standings, String name) {
    return standings.getOrDefault(name, new Standing(0, 0));
  }
}
