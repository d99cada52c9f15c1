package dev.arda.client.cli.view;

import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The line that says how far an operation is as a whole, in as many words as there is room for. */
final class Summary {

  private enum Detail {
    FULL,
    SHORT,
    LEAST
  }

  private final OperationModel model;
  private final Estimate estimate;
  private final String separator;

  Summary(OperationModel model, Experience experience, boolean unicode) {
    this.model = model;
    this.estimate = new Estimate(model, experience);
    this.separator = unicode ? " · " : " - ";
  }

  /** The line; may be wider than that only where the least does not fit. */
  Line line(Instant now, Duration elapsed, String turning, int columns) {
    var line = new Line();
    for (var detail : Detail.values()) {
      line = line(now, elapsed, turning, detail);
      if (line.width() <= columns) {
        break;
      }
    }
    return line;
  }

  private Line line(Instant now, Duration elapsed, String turning, Detail detail) {
    var line = new Line().add(turning).add(" ");
    for (var part : parts(detail)) {
      line.add(part.ink, part.text).add(Ink.FAINT, separator);
    }
    line.add(Quantities.coarse(elapsed));
    if (detail == Detail.FULL) {
      estimate
          .remaining(now)
          .ifPresent(left -> line.add(", about " + Quantities.coarse(left) + " left"));
    }
    return line;
  }

  private record Part(Ink ink, String text) {}

  private List<Part> parts(Detail detail) {
    var result = new ArrayList<Part>();
    switch (model.state()) {
      case OPERATION_STATE_CANCELLING -> result.add(new Part(Ink.WARNING, "cancelling"));
      case OPERATION_STATE_QUEUED ->
          result.add(
              new Part(
                  Ink.PLAIN,
                  model.queuePosition() > 0
                      ? "waiting, %d before it".formatted(model.queuePosition())
                      : "waiting"));
      case OPERATION_STATE_UNSPECIFIED -> result.add(new Part(Ink.PLAIN, "starting"));
      case OPERATION_STATE_RUNNING,
          OPERATION_STATE_SUCCEEDED,
          OPERATION_STATE_FAILED,
          OPERATION_STATE_CANCELLED,
          OPERATION_STATE_INTERRUPTED,
          OPERATION_STATE_SKIPPED,
          UNRECOGNIZED -> {}
    }
    builds(detail, result);
    if (detail == Detail.LEAST && !result.isEmpty()) {
      return result;
    }
    moved(
        "downloaded",
        OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOADS,
        OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOAD_BYTES,
        model.downloadBytesPerSecond(),
        detail,
        result);
    moved(
        "copied",
        OperationCounterKind.OPERATION_COUNTER_KIND_COPIES,
        OperationCounterKind.OPERATION_COUNTER_KIND_COPY_BYTES,
        0,
        detail,
        result);
    targets(detail, result);
    return result;
  }

  private void builds(Detail detail, List<Part> result) {
    var builds = model.counter(OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS);
    if (isNothing(builds)) {
      return;
    }
    result.add(new Part(Ink.PLAIN, counted(detail == Detail.LEAST ? "" : " built", builds)));
    if (builds.getRunning() > 0 && detail == Detail.FULL) {
      result.add(new Part(Ink.PLAIN, builds.getRunning() + " running"));
    }
    failed(builds, result);
  }

  private static void failed(OperationCounter counter, List<Part> result) {
    if (counter.getFailed() > 0) {
      result.add(new Part(Ink.BAD, counter.getFailed() + " failed"));
    }
  }

  private static String counted(String verb, OperationCounter counter) {
    return counter.getExpected() > 0
        ? "%d/%d%s".formatted(counter.getDone(), counter.getExpected(), verb)
        : "%d%s".formatted(counter.getDone(), verb);
  }

  private void moved(
      String verb,
      OperationCounterKind things,
      OperationCounterKind amount,
      long rate,
      Detail detail,
      List<Part> result) {
    var counter = model.counter(things);
    var bytes = model.counter(amount);
    if (isNothing(counter) && isNothing(bytes)) {
      return;
    }
    var text = new StringBuilder();
    if (!isNothing(counter)) {
      text.append(counted(" " + verb, counter));
    }
    if (!isNothing(bytes) && detail != Detail.LEAST) {
      text.append(text.isEmpty() ? verb + " " : ", ")
          .append(
              bytes.getExpected() >= bytes.getDone()
                  ? Quantities.bytes(bytes.getDone(), bytes.getExpected())
                  : Quantities.bytes(bytes.getDone()));
      if (rate > 0 && detail == Detail.FULL && bytes.getDone() < bytes.getExpected()) {
        text.append(", ").append(Quantities.bytes(rate)).append("/s");
      }
    }
    result.add(new Part(Ink.PLAIN, text.toString()));
    failed(counter, result);
  }

  private void targets(Detail detail, List<Part> result) {
    var targets = model.counter(OperationCounterKind.OPERATION_COUNTER_KIND_TARGETS);
    if (targets.getExpected() > 1 && detail == Detail.FULL) {
      boolean hosts = model.operation().getKind() == OperationKind.OPERATION_KIND_DEPLOY;
      result.add(
          new Part(
              Ink.PLAIN,
              "%d/%d %s"
                  .formatted(
                      targets.getDone(), targets.getExpected(), hosts ? "hosts" : "targets")));
      if (hosts) {
        failed(targets, result); // of others, what failed is told of the builds
      }
    }
  }

  private static boolean isNothing(OperationCounter counter) {
    return counter.getDone() == 0
        && counter.getRunning() == 0
        && counter.getFailed() == 0
        && counter.getExpected() == 0;
  }
}
