package dev.arda.lsp.daemon;

import dev.arda.client.Environment;
import dev.arda.client.Trust;
import dev.arda.client.Trust.Decision;
import dev.arda.lsp.document.Document;
import dev.arda.lsp.document.Documents;
import dev.arda.lsp.document.FlakeRoot;
import dev.arda.lsp.document.SavedFiles;
import dev.arda.lsp.document.Uris;
import dev.arda.lsp.feature.Deed;
import dev.arda.lsp.feature.FlakeView;
import dev.arda.lsp.feature.Kind;
import dev.arda.lsp.feature.Scope;
import dev.arda.lsp.text.NixText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The flakes that the documents of this editor belong to. One that its user does not trust is only
 * read as text: the daemon is not asked, and no process is started, for its sake.
 *
 * <p>Thread-safe.
 */
public final class Workspaces {

  private final Environment environment;
  private final Trust trust;
  private final DaemonLink link;
  private final Patience patience;
  private final Documents documents;
  private final SavedFiles saved = new SavedFiles();
  private final Map<Path, DaemonView> views = new ConcurrentHashMap<>();
  private volatile boolean restricted;

  /** Nothing is known yet. */
  public Workspaces(
      Environment environment, DaemonLink link, Patience patience, Documents documents) {
    this.environment = environment;
    this.trust = Trust.of(environment);
    this.link = link;
    this.patience = patience;
    this.documents = documents;
  }

  /**
   * From now on nothing is evaluated, whatever was decided: the editor does not trust its folders.
   */
  public void restrict() {
    restricted = true;
  }

  /** A flake with a document in it. */
  private record Place(Path root, Path path) {}

  /** Whether a document is what its file holds, and so what evaluations read. */
  public boolean isSaved(Document document) {
    return document
        .realFile()
        .flatMap(saved::read)
        .filter(text -> text.text().equals(document.text()))
        .isPresent();
  }

  /** What features need to know about a document. */
  public Scope scope(Document document) {
    var place = place(document);
    if (place.isEmpty()) {
      var name = document.file().map(Path::getFileName).orElseGet(() -> Path.of("untitled.nix"));
      return new Scope(document.nix(), name, FlakeView.NOTHING, path -> Optional.empty());
    }
    var root = place.get().root();
    return new Scope(
        document.nix(),
        place.get().path(),
        view(root),
        path -> text(root.resolve(path).normalize()));
  }

  /** The directory of the flake that a document belongs to. */
  public Optional<Path> root(Document document) {
    return place(document).map(Place::root);
  }

  private static Optional<Place> place(Document document) {
    return document
        .file()
        .flatMap(file ->
            FlakeRoot.of(file)
                .flatMap(root ->
                    document.realFile().map(real -> new Place(root, root.relativize(real)))));
  }

  private Optional<NixText> text(Path file) {
    return documents.find(file).map(Document::nix).or(() -> saved.read(file));
  }

  /** A file of the flake that a document belongs to. */
  public Optional<Path> file(Document document, Path path) {
    return root(document).map(root -> root.resolve(path).normalize());
  }

  /** How the editor names a file that is open in it; any other by its path. */
  public String uri(Path file) {
    return documents.find(file).map(Document::uri).orElseGet(() -> Uris.of(file));
  }

  /** A file as it is in the editor, else as it is saved. */
  public Optional<NixText> read(Path file) {
    return text(file);
  }

  private FlakeView view(Path root) {
    return isTrusted(root) ? daemonView(root) : FlakeView.NOTHING;
  }

  private DaemonView daemonView(Path root) {
    return views.computeIfAbsent(root, there -> new DaemonView(link, patience, environment, there));
  }

  /**
   * Begins something with a host or user of a flake.
   *
   * @return empty if the flake is not trusted; nothing was done then
   */
  public Optional<Operations.Running> begin(
      Path root, Deed deed, Kind kind, String name, Operations.Listener listener) {
    return isTrusted(root)
        ? Optional.of(
            new Operations(link).begin(daemonView(root).context(), deed, kind, name, listener))
        : Optional.empty();
  }

  /** Whether a flake may be evaluated. */
  public boolean isTrusted(Path root) {
    return decision(root).filter(Decision.TRUSTED::equals).isPresent();
  }

  /** What features need to know about a flake as a whole; its {@code flake.nix} is the document. */
  public Optional<Scope> whole(Path root) {
    return text(root.resolve("flake.nix"))
        .map(flake ->
            new Scope(
                flake,
                Path.of("flake.nix"),
                view(root),
                path -> text(root.resolve(path).normalize())));
  }

  /** What the user decided about a flake; what cannot be read counts as nothing. */
  public Optional<Decision> decision(Path root) {
    if (restricted) {
      return Optional.of(Decision.REFUSED);
    }
    try {
      return trust.decision(root);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Keeps what the user decided about a flake.
   *
   * @throws IOException if it cannot be kept
   */
  public void decide(Path root, Decision decision) throws IOException, InterruptedException {
    var _ = trust.decide(root, decision);
  }

  /** A file of a flake was saved. Does not block. */
  public void saved(Path root) {
    if (isTrusted(root)) {
      var view = daemonView(root);
      view.touch();
      view.warm();
    }
  }

  /** Gets ready for questions about a flake, if it is trusted. Does not block. */
  public void warm(Path root) {
    if (isTrusted(root)) {
      daemonView(root).warm();
    }
  }
}
