package dev.arda.lsp.protocol;

import com.google.gson.JsonObject;
import dev.arda.client.Environment;
import dev.arda.lsp.daemon.DaemonLink;
import dev.arda.lsp.daemon.Patience;
import dev.arda.lsp.daemon.Workspaces;
import dev.arda.lsp.document.Document;
import dev.arda.lsp.document.Documents;
import dev.arda.lsp.feature.Completer;
import dev.arda.lsp.feature.Definitions;
import dev.arda.lsp.feature.FlakeView;
import dev.arda.lsp.feature.Hovers;
import dev.arda.lsp.feature.InlayHints;
import dev.arda.lsp.feature.Symbols;
import dev.arda.lsp.text.LineIndex.Encoding;
import dev.arda.lsp.text.LineIndex.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeLens;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.PrepareRenameResult;
import org.eclipse.lsp4j.RelatedFullDocumentDiagnosticReport;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.WorkspaceSymbol;
import org.jspecify.annotations.Nullable;

/** Answers one editor. */
public final class Server implements AutoCloseable {

  private final String version;
  private final Documents documents = new Documents();
  private final DaemonLink link;
  private final Workspaces workspaces;
  private final Locations locations;
  private final TrustQuestion trust;
  private final ParentWatch parent;
  private final FaultReports faults;
  private final HostNames hosts;
  private final ProgressReports progress;
  private final DeedCommands deeds;
  private final Set<Path> folders = ConcurrentHashMap.newKeySet();
  private final SettingsNews settings;
  private volatile boolean versioned;
  private volatile Positions positions = new Positions(Encoding.UTF_16);

  /**
   * A server.
   *
   * @param editor the editor
   * @param environment the process
   * @param patience with the daemon
   * @param version arda's
   * @param onOrphaned runs when the process that the editor named as its own has ended
   */
  public Server(
      Editor editor,
      Environment environment,
      Patience patience,
      String version,
      Runnable onOrphaned) {
    this.version = version;
    this.link = new DaemonLink(environment, patience, new DaemonNews(editor));
    this.workspaces = new Workspaces(environment, link, patience, documents);
    this.locations = new Locations(workspaces);
    this.trust = new TrustQuestion(editor, workspaces);
    this.parent = new ParentWatch(onOrphaned);
    this.faults = new FaultReports(editor, documents, workspaces, () -> positions);
    this.hosts = new HostNames(workspaces, documents);
    this.progress = new ProgressReports(editor);
    this.settings = new SettingsNews(editor);
    this.deeds = new DeedCommands(editor, workspaces, progress);
  }

  CompletableFuture<JsonObject> initialize(Introduction introduction) {
    positions = Positions.negotiate(introduction);
    introduction.process().ifPresent(parent::watch);
    progress.negotiate(introduction);
    faults.negotiate(introduction);
    settings.negotiate(introduction);
    versioned = introduction.takesVersions();
    if (Preferences.restricts(introduction.options())) {
      workspaces.restrict();
    }
    folders.addAll(Folders.of(introduction.folders()));
    var answer = new JsonObject();
    answer.add("capabilities", Capabilities.with(positions, faults.arePulled()));
    var info = new JsonObject();
    info.addProperty("name", "arda");
    info.addProperty("version", version);
    answer.add("serverInfo", info);
    return CompletableFuture.completedFuture(answer);
  }

  void initialized() {
    settings.ask();
    // Questions will come, so the connection is made meanwhile.
    Thread.ofVirtual().name("arda-folders").start(() -> folders.forEach(workspaces::warm));
  }

  void cancelProgress(Given params) {
    params.token().ifPresent(progress::cancel);
  }

  void didOpen(Given params) {
    var document = new Document(params.uri(), params.version(), params.text());
    documents.open(document);
    Thread.ofVirtual()
        .start(() ->
            workspaces
                .root(document)
                .ifPresent(root -> {
                  trust.askAbout(root);
                  workspaces.warm(root);
                  faults.changed(document.uri());
                }));
  }

  void didChange(Given params) {
    documents.change(params.uri(), params.version(), params.changes(), positions.encoding());
    faults.changed(params.uri());
  }

  void didSave(Given params) {
    documents
        .find(params.uri())
        .ifPresent(document ->
            Thread.ofVirtual().start(() -> workspaces.root(document).ifPresent(workspaces::saved)));
    // What is saved counts for all documents of its flake.
    documents.all().forEach(document -> faults.saved(document.uri()));
  }

  void didClose(Given params) {
    documents.close(params.uri());
    faults.closed(params.uri());
  }

  void didChangeConfiguration(Given params) {
    settings.changed(params.settings());
  }

  void didChangeWorkspaceFolders(Given params) {
    folders.removeAll(Folders.of(params.removedFolders()));
    folders.addAll(Folders.of(params.addedFolders()));
  }

  CompletableFuture<@Nullable CompletionAnswer> completion(Given params) {
    return at(
        params.uri(),
        params.place(),
        (document, offset) ->
            Completer.at(workspaces.scope(document), offset)
                .map(found -> new CompletionAnswer(found, document, positions)));
  }

  /** The item comes back as the editor sent it, whatever else is in it. */
  CompletableFuture<JsonObject> resolve(Given params) {
    var item = params.json();
    var data = ResolveData.of(item.get("data"));
    var document = data.flatMap(known -> documents.find(known.uri()));
    if (data.isEmpty() || document.isEmpty()) {
      return CompletableFuture.completedFuture(item);
    }
    return Work.start(() -> {
      workspaces
          .scope(document.get())
          .view()
          .describe(data.get().selector(), FlakeView.Haste.SOME)
          .ifPresent(known -> {
            var documentation = new JsonObject();
            documentation.addProperty("kind", MarkupKind.MARKDOWN);
            documentation.addProperty("value", known.markdown());
            item.add("documentation", documentation);
          });
      return item;
    });
  }

  CompletableFuture<@Nullable Hover> hover(Given params) {
    return at(
        params.uri(),
        params.place(),
        (document, offset) ->
            Hovers.at(workspaces.scope(document), offset)
                .map(found -> Convert.hover(found, document, positions)));
  }

  CompletableFuture<List<Location>> definition(Given params) {
    var place = params.place();
    return about(
        params.uri(),
        document ->
            Definitions.at(workspaces.scope(document), positions.offset(document, place))
                .flatMap(target -> locations.of(document, target, positions))
                .map(List::of)
                .orElse(List.of()));
  }

  CompletableFuture<List<DocumentSymbol>> documentSymbols(Given params) {
    return about(
        params.uri(),
        document ->
            Symbols.in(workspaces.scope(document)).stream()
                .map(symbol -> Convert.symbol(symbol, document, positions))
                .toList());
  }

  CompletableFuture<List<CodeAction>> codeActions(Given params) {
    var from = params.start();
    var to = params.end();
    var wished = params.wishedKinds();
    return about(
        params.uri(),
        document -> {
          int start = positions.offset(document, from);
          int end = positions.offset(document, to);
          var result =
              new ArrayList<>(
                  faults.of(document).stream()
                      .filter(fault -> fault.start() <= end && start <= fault.end())
                      .flatMap(fault ->
                          Convert.fixes(fault, faults.diagnostic(document, fault), document)
                              .stream())
                      .toList());
          if (wished.isEmpty() || wished.contains(CodeActionKind.Empty)) {
            result.addAll(deeds.actions(document, start));
          }
          return result;
        });
  }

  CompletableFuture<RelatedFullDocumentDiagnosticReport> diagnostics(Given params) {
    return documents
        .find(params.uri())
        .map(document -> Work.start(() -> faults.report(document)))
        .orElseGet(() ->
            CompletableFuture.completedFuture(new RelatedFullDocumentDiagnosticReport(List.of())));
  }

  CompletableFuture<List<Location>> references(Given params) {
    var place = params.place();
    boolean withDeclaration = params.includesDeclaration();
    return about(
        params.uri(),
        document ->
            hosts.references(
                document, positions.offset(document, place), withDeclaration, positions));
  }

  CompletableFuture<@Nullable PrepareRenameResult> prepareRename(Given params) {
    return at(
        params.uri(),
        params.place(),
        (document, offset) -> hosts.prepareRename(document, offset, positions));
  }

  CompletableFuture<@Nullable WorkspaceEdit> rename(Given params) {
    var name = params.newName();
    return at(
        params.uri(),
        params.place(),
        (document, offset) ->
            Optional.of(hosts.rename(document, offset, name, positions).toEdit(versioned)));
  }

  CompletableFuture<List<WorkspaceSymbol>> workspaceSymbols(Given params) {
    var query = params.query();
    return Work.start(() -> {
      var roots = new LinkedHashSet<>(folders);
      documents.all().forEach(document -> workspaces.root(document).ifPresent(roots::add));
      return hosts.symbols(List.copyOf(roots), query, positions);
    });
  }

  CompletableFuture<List<CodeLens>> codeLenses(Given params) {
    return about(params.uri(), document -> deeds.lenses(document, positions));
  }

  CompletableFuture<List<InlayHint>> inlayHints(Given params) {
    var from = params.start();
    var to = params.end();
    return about(
        params.uri(),
        document ->
            settings.now().inlayHints()
                ? InlayHints.in(
                        workspaces.scope(document),
                        positions.offset(document, from),
                        positions.offset(document, to))
                    .stream()
                    .map(hint -> Convert.hint(hint, document, positions))
                    .toList()
                : List.of());
  }

  CompletableFuture<@Nullable Object> executeCommand(Given params) {
    var command = params.command();
    var arguments = params.arguments();
    return Work.<@Nullable Object>start(() -> {
      deeds.execute(command, arguments);
      return null;
    });
  }

  /** Answers about a document as it is now; nothing about one that is not open. */
  private <T> CompletableFuture<List<T>> about(String uri, Function<Document, List<T>> answer) {
    return documents
        .find(uri)
        .map(document -> Work.start(() -> answer.apply(document)))
        .orElseGet(() -> CompletableFuture.completedFuture(List.of()));
  }

  /** Answers about a place in a document as it is now; null where there is nothing to say. */
  private <T> CompletableFuture<@Nullable T> at(
      String uri, Place place, BiFunction<Document, Integer, Optional<T>> answer) {
    var document = documents.find(uri);
    if (document.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    int offset = positions.offset(document.get(), place);
    return Work.<@Nullable T>start(() -> answer.apply(document.get(), offset).orElse(null));
  }

  /** Lets the daemon go. */
  @Override
  public void close() {
    link.close();
  }
}
