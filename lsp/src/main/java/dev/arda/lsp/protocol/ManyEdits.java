package dev.arda.lsp.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.lsp4j.ResourceOperation;
import org.eclipse.lsp4j.SnippetTextEdit;
import org.eclipse.lsp4j.TextDocumentEdit;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** Edits of several files. */
record ManyEdits(List<OfFile> files) {
  /** Copies the list. */
  ManyEdits {
    files = List.copyOf(files);
  }

  /**
   * Those of one.
   *
   * @param version that of the document that they are meant for; empty if it is not open
   */
  record OfFile(String uri, Optional<Integer> version, List<TextEdit> edits) {
    /** Copies the list. */
    OfFile {
      edits = List.copyOf(edits);
    }
  }

  /**
   * As an editor takes them.
   *
   * @param versioned whether it takes versions, by which it sees that a document has changed since
   */
  WorkspaceEdit toEdit(boolean versioned) {
    if (versioned) {
      return new WorkspaceEdit(
          files.stream()
              .map(ManyEdits::versioned)
              .map(Either::<TextDocumentEdit, ResourceOperation>forLeft)
              .toList());
    }
    Map<String, List<TextEdit>> changes = new LinkedHashMap<>();
    files.forEach(file -> changes.put(file.uri(), file.edits()));
    return new WorkspaceEdit(changes);
  }

  /** A file that is not open has null as its version. */
  private static TextDocumentEdit versioned(OfFile file) {
    var document = new VersionedTextDocumentIdentifier();
    document.setUri(file.uri());
    file.version().ifPresent(document::setVersion);
    return new TextDocumentEdit(
        document, file.edits().stream().map(Either::<TextEdit, SnippetTextEdit>forLeft).toList());
  }
}
