package dev.arda.nix.core.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A recorded stream, and everything that its decoder tells. */
final class RecordedStream implements BuildLogListener {

  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  final BuildLog log;
  final Map<String, BuildStep> steps = new LinkedHashMap<>();
  final Map<String, Transfer> transfers = new LinkedHashMap<>();
  final List<BuildTotals> totals = new ArrayList<>();
  final List<String> lines = new ArrayList<>();
  final List<String> warnings = new ArrayList<>();

  RecordedStream() {
    this(CLOCK);
  }

  RecordedStream(InstantSource clock) {
    log = new BuildLog(this, clock);
  }

  /** Decodes a whole recording. */
  static RecordedStream of(String name, boolean succeeded) {
    var result = new RecordedStream();
    read(name).forEach(result.log::standardError);
    result.log.finish(succeeded);
    return result;
  }

  static List<String> read(String name) {
    try (var in = RecordedStream.class.getResourceAsStream("streams/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no recording " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The states of the builds by the names of the derivations. */
  Map<String, BuildStep.State> states() {
    var result = new LinkedHashMap<String, BuildStep.State>();
    steps.forEach((path, step) -> result.put(name(path), step.state()));
    return result;
  }

  BuildStep step(String name) {
    return steps.values().stream()
        .filter(step -> name(step.drvPath()).equals(name))
        .findFirst()
        .orElseThrow();
  }

  BuildTotals last() {
    return totals.isEmpty() ? BuildTotals.NONE : totals.getLast();
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 34).replace(".drv", "");
  }

  @Override
  public void build(BuildStep step) {
    steps.put(step.drvPath(), step);
  }

  @Override
  public void transfer(Transfer transfer) {
    transfers.put(transfer.path(), transfer);
  }

  @Override
  public void totals(BuildTotals now) {
    totals.add(now);
  }

  @Override
  public void line(String drvPath, String line) {
    lines.add((drvPath.isEmpty() ? "" : name(drvPath)) + "> " + line);
  }

  @Override
  public void warning(String text) {
    warnings.add(text);
  }
}
