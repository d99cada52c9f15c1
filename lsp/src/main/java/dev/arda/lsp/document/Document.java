package dev.arda.lsp.document;

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
  private final Supplier<NixText> nix;
  private final Supplier<Optional<Path>> realFile;

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
  }

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
}
