package dev.arda.client.cli.view;

import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How long builds took on this machine: the last five times of each package, whatever its version,
 * in a file of one line for each. What cannot be read or written is as if it were not there. The
 * file is read when it is needed first. Thread-safe.
 */
public final class BuildTimes implements Experience {

  private static final int TIMES = 5;
  private static final int PACKAGES = 2_000;
  private static final Pattern VERSION = Pattern.compile("-[0-9].*");

  private final Path file;
  private Optional<Map<String, List<Long>>> known = Optional.empty();

  /**
   * The times that a file holds.
   *
   * @param file is made when there is something to write
   */
  public BuildTimes(Path file) {
    this.file = file;
  }

  /** The median of the last times. */
  @Override
  public synchronized Optional<Duration> usual(OperationNode build) {
    if (!build.getMachine().isEmpty()) {
      // Another machine has another pace.
      return Optional.empty();
    }
    var times = known().getOrDefault(key(build), List.of()).stream().sorted().toList();
    return times.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(times.get(times.size() / 2)));
  }

  /** Learns how long the builds of an operation took. */
  public synchronized void learn(OperationModel model) {
    boolean learnt = false;
    for (var node : model.nodes()) {
      if (isExperience(node)) {
        var times = known().computeIfAbsent(key(node), key -> new ArrayList<>());
        times.add(Quantities.elapsed(node, Instant.EPOCH).toMillis());
        if (times.size() > TIMES) {
          times.removeFirst();
        }
        // What was built last is at the end, and is forgotten last.
        var moved = known().remove(key(node));
        known().put(key(node), moved == null ? times : moved);
        learnt = true;
      }
    }
    if (learnt) {
      write();
    }
  }

  private static boolean isExperience(OperationNode node) {
    return node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_BUILD
        && node.getState() == OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED
        && node.getMachine().isEmpty()
        && node.hasStartedAt()
        && node.hasFinishedAt();
  }

  private static String key(OperationNode build) {
    return VERSION.matcher(Line.harmless(build.getName())).replaceFirst("");
  }

  private Map<String, List<Long>> known() {
    if (known.isEmpty()) {
      known = Optional.of(read());
    }
    return known.get();
  }

  private Map<String, List<Long>> read() {
    var result = new LinkedHashMap<String, List<Long>>();
    try {
      for (var line : Files.readAllLines(file)) {
        var words = List.of(line.split("\t", -1));
        var times = new ArrayList<Long>();
        words.stream().skip(1).map(Long::parseLong).forEach(times::add);
        result.put(words.getFirst(), times);
      }
    } catch (IOException | NumberFormatException e) {
      // None yet, or not ours. Without experience there is no estimate, which is no fault.
      result.clear();
    }
    return result;
  }

  private void write() {
    var text = new StringBuilder();
    known().entrySet().stream()
        .skip(Math.max(0, known().size() - PACKAGES))
        .forEach(entry -> {
          text.append(entry.getKey());
          entry.getValue().forEach(time -> text.append('\t').append(time));
          text.append('\n');
        });
    // Another build may end at this moment; the later one of the two is kept, and whole.
    var next = file.resolveSibling("build-times." + ProcessHandle.current().pid());
    try {
      try {
        Files.writeString(next, text, StandardCharsets.UTF_8);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      // The next build will have no estimate.
    }
  }
}
