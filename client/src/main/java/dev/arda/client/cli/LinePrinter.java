package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import dev.arda.client.Failure;
import dev.arda.v1.SelectorResult;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints one JSON object per selector and line, in the order in which they were asked. A value
 * whose turn it is passes through as it arrives; others wait in a {@link Spool}.
 */
final class LinePrinter implements ResultPrinter {

  private final Session session;
  private final List<String> selectors;
  private final Out out;
  private final Map<Integer, Spool> waiting = new HashMap<>();
  private final Map<Integer, SelectorResult> finished = new HashMap<>();
  private int turn;
  private boolean open;
  private int failed;

  LinePrinter(Session session, List<String> selectors) {
    this.session = session;
    this.selectors = selectors;
    this.out = session.console().out();
  }

  @Override
  public void chunk(int selector, ByteString json) {
    if (selector == turn) {
      open();
      out.bytes(json);
    } else {
      try {
        waiting
            .computeIfAbsent(selector, i -> new Spool(session.environment().temporaryDirectory()))
            .write(json);
      } catch (IOException e) {
        throw new OutputException(e);
      }
    }
  }

  @Override
  public void result(SelectorResult result) {
    finished.put(result.getSelectorIndex(), result);
    for (var due = finished.remove(turn); due != null; due = finished.remove(turn)) {
      print(due);
      turn++;
      open = false;
    }
  }

  private void open() {
    if (!open) {
      open = true;
      out.text("{\"selector\":" + JsonText.quote(selectors.get(turn)) + ",\"value\":");
    }
  }

  private void print(SelectorResult result) {
    switch (result.getOutcomeCase()) {
      case VALUE -> {
        open();
        var spool = waiting.remove(turn);
        if (spool != null) {
          out.write(stream -> copy(spool, stream));
        }
        out.text("}\n");
      }
      case ERROR -> {
        failed++;
        var failure = Failure.of(result.getError());
        out.text(
            "{\"selector\":%s,\"error\":{\"reason\":%s,\"message\":%s}}\n"
                .formatted(
                    JsonText.quote(selectors.get(turn)),
                    JsonText.quote(failure.reason()),
                    JsonText.quote(failure.message())));
      }
      case OUTCOME_NOT_SET -> failed++;
    }
    out.flush();
  }

  private static void copy(Spool spool, OutputStream stream) throws IOException {
    try (spool) {
      spool.copyTo(stream);
    }
  }

  @Override
  public int end() {
    if (turn < selectors.size()) {
      session
          .errors()
          .print("the daemon ended its answer without a result for " + selectors.get(turn));
      return ExitCode.FAILED;
    }
    if (failed > 0) {
      session.errors().print("%d of %d selectors failed".formatted(failed, selectors.size()));
      return ExitCode.FAILED;
    }
    return ExitCode.OK;
  }

  @Override
  public void close() {
    for (var spool : waiting.values()) {
      try {
        spool.close();
      } catch (IOException e) {
        // What is left of a temporary file is not worth an error of its own.
      }
    }
    out.flush();
  }
}
