package dev.arda.lsp.protocol;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.lsp4j.WorkDoneProgressBegin;
import org.eclipse.lsp4j.WorkDoneProgressEnd;
import org.eclipse.lsp4j.WorkDoneProgressNotification;
import org.eclipse.lsp4j.WorkDoneProgressReport;

/**
 * Work that goes on, in the editor's words. Nothing is sent before the editor has agreed to a
 * token, nor to one that does not know progress; each beginning has one end.
 */
final class ProgressReports {

  private final Editor editor;
  private final Map<String, Runnable> cancels = new ConcurrentHashMap<>();
  private volatile boolean known;

  ProgressReports(Editor editor) {
    this.editor = editor;
  }

  /** Learns whether the editor shows progress. */
  void negotiate(Introduction introduction) {
    known = introduction.showsProgress();
  }

  /** {@code window/workDoneProgress/cancel}. */
  void cancel(String token) {
    Optional.ofNullable(cancels.get(token)).ifPresent(Runnable::run);
  }

  /**
   * Begins.
   *
   * @param onCancel runs when the person gives it up
   */
  Report begin(String title, Runnable onCancel) {
    var token = UUID.randomUUID().toString();
    var report = new Report(token);
    if (known) {
      cancels.put(token, onCancel);
      var _ =
          editor
              .createProgress(token)
              .whenComplete((agreed, failure) -> report.opened(failure == null, title));
    }
    return report;
  }

  /** One piece of work. Thread-safe. */
  final class Report {
    private final String token;

    // Guarded by this.
    private boolean open;
    private boolean ended;
    private String ending = "";

    private Report(String token) {
      this.token = token;
    }

    private synchronized void opened(boolean yes, String title) {
      if (!yes) {
        return;
      }
      open = true;
      var begin = new WorkDoneProgressBegin();
      begin.setTitle(title);
      begin.setCancellable(true);
      begin.setPercentage(0);
      send(begin);
      if (ended) {
        finish();
      }
    }

    /**
     * It moved.
     *
     * @param percent empty if that is not known
     */
    synchronized void move(OptionalInt percent, String message) {
      if (open && !ended) {
        var report = new WorkDoneProgressReport();
        report.setCancellable(true);
        report.setMessage(message);
        percent.ifPresent(report::setPercentage);
        send(report);
      }
    }

    /** It is over; only the first time counts. */
    synchronized void end(String message) {
      if (!ended) {
        ended = true;
        ending = message;
        cancels.remove(token);
        if (open) {
          finish();
        }
      }
    }

    private void finish() {
      var end = new WorkDoneProgressEnd();
      end.setMessage(ending);
      send(end);
    }

    private void send(WorkDoneProgressNotification what) {
      editor.progress(token, what);
    }
  }
}
