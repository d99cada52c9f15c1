package dev.arda.lsp.document;

import dev.arda.lsp.text.LineIndex.Encoding;
import dev.arda.lsp.text.LineIndex.Place;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is open. Changes come from one thread, in the order the editor made them; any thread may
 * look.
 */
public final class Documents {

  private final Map<String, Document> open = new ConcurrentHashMap<>();

  /**
   * A part of a document that was replaced.
   *
   * @param from where it began; empty with {@code to}: the whole text was replaced
   * @param to where it ended
   * @param text what is there now
   */
  public record Change(Optional<Place> from, Optional<Place> to, String text) {}

  /** A document was opened. */
  public void open(Document document) {
    open.put(document.uri(), document);
  }

  /** A document was closed. */
  public void close(String uri) {
    open.remove(uri);
  }

  /**
   * A document was changed. Places that do not exist are taken for the nearest that do; a document
   * that is not open is left alone.
   *
   * @param changes in order, each on the text that those before it left; without any the document
   *     is the same, of another version
   */
  public void change(String uri, int version, List<Change> changes, Encoding encoding) {
    var document = open.get(uri);
    if (document == null) {
      return;
    }
    if (changes.isEmpty()) {
      document = document.with(version, 0, 0, "");
    }
    for (var change : changes) {
      document = apply(document, version, change, encoding);
    }
    open.put(uri, document);
  }

  private static Document apply(Document document, int version, Change change, Encoding encoding) {
    if (change.from().isEmpty() || change.to().isEmpty()) {
      return document.with(version, change.text());
    }
    int from = document.lines().offset(change.from().get(), encoding);
    int to = Math.max(from, document.lines().offset(change.to().get(), encoding));
    return document.with(version, from, to, change.text());
  }

  /** A document that is open. */
  public Optional<Document> find(String uri) {
    return Optional.ofNullable(open.get(uri));
  }

  /** The open document of a file, by whatever symbolic links the editor came to it. */
  public Optional<Document> find(Path file) {
    return open.values().stream()
        .filter(document ->
            document.file().filter(file::equals).isPresent()
                || document.realFile().filter(file::equals).isPresent())
        .findFirst();
  }

  /** Everything that is open. */
  public Collection<Document> all() {
    return List.copyOf(open.values());
  }
}
