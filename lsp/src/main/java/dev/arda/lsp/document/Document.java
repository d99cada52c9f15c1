package dev.arda.lsp.document;

import dev.arda.lsp.text.Edit;
import dev.arda.lsp.text.LineIndex;
import dev.arda.lsp.text.NixText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A text that is open in the editor, as it was at one moment. Immutable and thread-safe; it is read
 * as Nix when that is asked for first.
 */
public final class Document {

  private final String uri;
  private final Optional<Path> file;
  private final int version;
  private final String text;
  private final LineIndex lines;
  private final Once<NixText> nix;
  private final Supplier<Optional<Path>> realFile;
  private final Optional<Before> before;

  /**
   * A document.
   *
   * @param uri as the editor names it
   * @param version as the editor counts it
   * @param text what is written in it
   */
  public Document(String uri, int version, String text) {
    this.uri = uri;
    this.file = Uris.file(uri);
    this.version = version;
    this.text = text;
    this.lines = LineIndex.of(text);
    this.nix = new Once<>(() -> NixText.of(text));
    this.realFile = new Once<>(() -> file.flatMap(Document::real));
    this.before = Optional.empty();
  }

  private Document(Document old, int version, String text, Edit edit) {
    this.uri = old.uri;
    this.file = old.file;
    this.version = version;
    this.text = text;
    this.lines = old.lines.edited(text, edit);
    this.realFile = old.realFile;
    var known = old.nix.found();
    this.before =
        known.isPresent()
            ? known.map(read -> new Before(read, edit))
            : old.before.map(one -> new Before(one.read(), one.edit().then(edit)));
    this.nix =
        new Once<>(() ->
            before
                .map(one -> one.read().edited(text, one.edit()))
                .orElseGet(() -> NixText.of(text)));
  }

  /**
   * The last text that was read.
   *
   * @param edit what has become of it since
   */
  private record Before(NixText read, Edit edit) {}

  /** As the editor names it. */
  public String uri() {
    return uri;
  }

  /** The file it is, or will be when it is saved; empty for one that lies elsewhere. */
  public Optional<Path> file() {
    return file;
  }

  /**
   * The same by the real path of its directory: an editor may have come to it by a symbolic link.
   * Empty also if there is no such directory.
   */
  public Optional<Path> realFile() {
    return realFile.get();
  }

  private static Optional<Path> real(Path file) {
    var parent = file.getParent();
    try {
      return parent == null
          ? Optional.empty()
          : Optional.of(parent.toRealPath().resolve(file.getFileName()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** As the editor counts it. */
  public int version() {
    return version;
  }

  /** What is written in it. */
  public String text() {
    return text;
  }

  /** Its lines. */
  public LineIndex lines() {
    return lines;
  }

  /** It, read as Nix. */
  public NixText nix() {
    return nix.get();
  }

  /** The same with another text. */
  Document with(int newVersion, String newText) {
    return new Document(uri, newVersion, newText);
  }

  /**
   * The same with a part replaced.
   *
   * @param from offset of the part's first character
   * @param to offset behind its last
   */
  Document with(int newVersion, int from, int to, String replacement) {
    var edit = new Edit(from, to, from + replacement.length());
    var newText =
        new StringBuilder(text.length() + replacement.length())
            .append(text, 0, from)
            .append(replacement)
            .append(text, to, text.length())
            .toString();
    return new Document(this, newVersion, newText, edit);
  }
}
