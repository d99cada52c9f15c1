package dev.arda.lsp.protocol;

import dev.arda.lsp.daemon.Workspaces;
import dev.arda.lsp.document.Document;
import dev.arda.lsp.document.Documents;
import dev.arda.lsp.feature.Fault;
import dev.arda.lsp.feature.Faults;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.RelatedFullDocumentDiagnosticReport;

/**
 * Tells the editor what is wrong in its documents: a moment after the last change, and again while
 * the evaluation behind it goes on. A report is of the version that it names; one that is overtaken
 * is not sent.
 *
 * <p>An editor that asks for faults itself, and can be told to ask again, is told nothing else: it
 * would show both.
 */
final class FaultReports {

  /** After the last key. */
  private static final long PAUSE_MILLIS = 300;

  /** How often it is looked again while something is not known yet: two minutes in all. */
  private static final int MOST_ATTEMPTS = 20;

  /** The last of the pauses in between, each of which is no shorter than the one before. */
  private static final int LONGEST_SECONDS = 8;

  /** How often it is looked whether git tracks a file meanwhile, which no editor tells. */
  private static final long GIT_MILLIS = 3_000;

  private final Editor editor;
  private final Documents documents;
  private final Workspaces workspaces;
  private final Supplier<Positions> positions;

  private volatile boolean pulled;

  /** What was told last, by document. */
  private final Map<String, Report> told = new ConcurrentHashMap<>();

  FaultReports(
      Editor editor, Documents documents, Workspaces workspaces, Supplier<Positions> positions) {
    this.editor = editor;
    this.documents = documents;
    this.workspaces = workspaces;
    this.positions = positions;
  }

  /** Learns whether the editor asks. */
  void negotiate(Introduction introduction) {
    pulled = introduction.asksForFaults();
  }

  /** Whether the editor asks for faults. */
  boolean arePulled() {
    return pulled;
  }

  /** {@code textDocument/diagnostic}. */
  RelatedFullDocumentDiagnosticReport report(Document document) {
    var faults = document.realFile().map(file -> faults(document, file));
    var found = faults.map(Faults.Report::faults).orElse(List.of());
    if (!overtaken(document)) {
      told.put(document.uri(), new Report(document, found));
      faults.ifPresent(report -> examineAgain(document, report, 1));
    }
    return new RelatedFullDocumentDiagnosticReport(
        found.stream().map(fault -> diagnostic(document, fault)).toList());
  }

  /**
   * What was told about a document.
   *
   * @param document as it was then
   */
  record Report(Document document, List<Fault> faults) {}

  /** What was told about a document last, if it has not changed since. */
  List<Fault> of(Document document) {
    var report = told.get(document.uri());
    return report != null && report.document() == document ? report.faults() : List.of();
  }

  /** A document was opened or changed. */
  void changed(String uri) {
    if (!pulled) {
      examineLater(uri, PAUSE_MILLIS, 1);
    }
  }

  /** A document of its flake was saved. */
  void saved(String uri) {
    examineLater(uri, PAUSE_MILLIS, 1);
  }

  private void examineLater(String uri, long millis, int attempt) {
    var asked = documents.find(uri);
    Executor later = CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
    asked.ifPresent(document ->
        later.execute(() -> Thread.ofVirtual().start(() -> examine(document, attempt))));
  }

  private void examine(Document document, int attempt) {
    if (overtaken(document) || document.realFile().isEmpty()) {
      return;
    }
    var report = faults(document, document.realFile().get());
    if (overtaken(document)) {
      return;
    }
    var before = told.put(document.uri(), new Report(document, report.faults()));
    if (before != null ? !before.faults().equals(report.faults()) : !report.faults().isEmpty()) {
      if (pulled) {
        editor.refreshFaults();
      } else {
        editor.publish(params(document, report.faults()));
      }
    }
    examineAgain(document, report, attempt);
  }

  private Faults.Report faults(Document document, Path file) {
    return Faults.in(workspaces.scope(document), file, workspaces.isSaved(document));
  }

  private void examineAgain(Document document, Faults.Report report, int attempt) {
    if (!report.settled() && attempt < MOST_ATTEMPTS) {
      int seconds = Math.clamp(attempt - 3, 1, LONGEST_SECONDS);
      examineLater(document.uri(), seconds * 1_000L, attempt + 1);
    } else if (report.awaitsGit()) {
      examineLater(document.uri(), GIT_MILLIS, attempt);
    }
  }

  private boolean overtaken(Document document) {
    return documents.find(document.uri()).filter(now -> now == document).isEmpty();
  }

  /** A document was closed. */
  void closed(String uri) {
    var before = told.remove(uri);
    if (before != null && !before.faults().isEmpty() && !pulled) {
      editor.publish(new PublishDiagnosticsParams(uri, List.of()));
    }
  }

  private PublishDiagnosticsParams params(Document document, List<Fault> faults) {
    var diagnostics = faults.stream().map(fault -> diagnostic(document, fault)).toList();
    return new PublishDiagnosticsParams(document.uri(), diagnostics, document.version());
  }

  /** A fault in the protocol's words. */
  Diagnostic diagnostic(Document document, Fault fault) {
    var result = new Diagnostic();
    result.setRange(positions.get().range(document.lines(), fault.start(), fault.end()));
    result.setSeverity(
        switch (fault.severity()) {
          case ERROR -> DiagnosticSeverity.Error;
          case WARNING -> DiagnosticSeverity.Warning;
          case HINT -> DiagnosticSeverity.Hint;
        });
    result.setSource("arda");
    result.setCode(fault.code());
    result.setMessage(fault.message());
    return result;
  }
}
