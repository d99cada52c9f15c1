package dev.arda.lsp.protocol;

import dev.arda.client.Environment;
import dev.arda.lsp.daemon.DaemonLink;
import dev.arda.lsp.daemon.Patience;
import dev.arda.lsp.daemon.Workspaces;
import dev.arda.lsp.document.Document;
import dev.arda.lsp.document.Documents;
import dev.arda.lsp.document.Documents.Change;
import dev.arda.lsp.feature.Completer;
import dev.arda.lsp.feature.Definitions;
import dev.arda.lsp.feature.FlakeView;
import dev.arda.lsp.feature.Hovers;
import dev.arda.lsp.feature.InlayHints;
import dev.arda.lsp.feature.Symbols;
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
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.CodeLens;
import org.eclipse.lsp4j.CodeLensParams;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.DidChangeWorkspaceFoldersParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.DocumentDiagnosticParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.ExecuteCommandParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.PrepareRenameParams;
import org.eclipse.lsp4j.PrepareRenameResult;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RelatedFullDocumentDiagnosticReport;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.ServerInfo;
import org.eclipse.lsp4j.SetTraceParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentPositionParams;
import org.eclipse.lsp4j.WorkDoneProgressCancelParams;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.WorkspaceSymbol;
import org.eclipse.lsp4j.WorkspaceSymbolParams;
import org.jspecify.annotations.Nullable;

/** Answers one editor. */
public final class Server implements ServerMethods, AutoCloseable {

  private final Editor editor;
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
  private volatile Preferences preferences = Preferences.DEFAULT;
  private volatile Positions positions = new Positions(dev.arda.lsp.text.LineIndex.Encoding.UTF_16);

  /**
   * A server.
   *
   * @param methods the editor
   * @param environment the process
   * @param patience with the daemon
   * @param version arda's
   * @param onOrphaned runs when the process that the editor named as its own has ended
   */
  public Server(
      EditorMethods methods,
      Environment environment,
      Patience patience,
      String version,
      Runnable onOrphaned) {
    this.editor = new Editor(methods);
    this.version = version;
    this.link = new DaemonLink(environment, patience, new DaemonNews(editor));
    this.workspaces = new Workspaces(environment, link, patience, documents);
    this.locations = new Locations(workspaces);
    this.trust = new TrustQuestion(editor, workspaces);
    this.parent = new ParentWatch(onOrphaned);
    this.faults = new FaultReports(editor, documents, workspaces, () -> positions);
    this.hosts = new HostNames(workspaces, documents);
    this.progress = new ProgressReports(editor);
    this.deeds = new DeedCommands(editor, workspaces, progress);
  }

  @Override
  public CompletableFuture<InitializeResult> initialize(InitializeParams params) {
    positions = Positions.negotiate(params);
    parent.watch(Optional.ofNullable(params.getProcessId()));
    progress.negotiate(params);
    faults.negotiate(params);
    preferences = preferences.with(params.getInitializationOptions());
    if (Preferences.restricts(params.getInitializationOptions())) {
      workspaces.restrict();
    }
    folders.addAll(Folders.of(params));
    return CompletableFuture.completedFuture(
        new InitializeResult(
            Capabilities.with(positions, faults.arePulled()), new ServerInfo("arda", version)));
  }

  @Override
  public void initialized(InitializedParams params) {
    // Questions will come, so the connection is made meanwhile.
    Thread.ofVirtual().name("arda-folders").start(() -> folders.forEach(workspaces::warm));
  }

  @Override
  public CompletableFuture<@Nullable Object> shutdown() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void exit() {}

  @Override
  public void setTrace(SetTraceParams params) {}

  @Override
  public void cancelProgress(WorkDoneProgressCancelParams params) {
    progress.cancel(params.getToken());
  }

  @Override
  public void didOpen(DidOpenTextDocumentParams params) {
    var opened = params.getTextDocument();
    var document = new Document(opened.getUri(), opened.getVersion(), opened.getText());
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

  @Override
  public void didChange(DidChangeTextDocumentParams params) {
    documents.change(
        params.getTextDocument().getUri(),
        params.getTextDocument().getVersion(),
        params.getContentChanges().stream().map(Server::change).toList(),
        positions.encoding());
    faults.changed(params.getTextDocument().getUri());
  }

  private static Change change(TextDocumentContentChangeEvent event) {
    var range = Optional.ofNullable(event.getRange());
    return new Change(
        range.map(r -> Positions.place(r.getStart())),
        range.map(r -> Positions.place(r.getEnd())),
        event.getText());
  }

  @Override
  public void didSave(DidSaveTextDocumentParams params) {
    documents
        .find(params.getTextDocument().getUri())
        .ifPresent(document ->
            Thread.ofVirtual().start(() -> workspaces.root(document).ifPresent(workspaces::saved)));
    // What is saved counts for all documents of its flake.
    documents.all().forEach(document -> faults.saved(document.uri()));
  }

  @Override
  public void didClose(DidCloseTextDocumentParams params) {
    documents.close(params.getTextDocument().getUri());
    faults.closed(params.getTextDocument().getUri());
  }

  @Override
  public void didChangeConfiguration(DidChangeConfigurationParams params) {
    preferences = preferences.with(params.getSettings());
  }

  @Override
  public void didChangeWatchedFiles(DidChangeWatchedFilesParams params) {}

  @Override
  public void didChangeWorkspaceFolders(DidChangeWorkspaceFoldersParams params) {
    folders.removeAll(Folders.of(params.getEvent().getRemoved()));
    folders.addAll(Folders.of(params.getEvent().getAdded()));
  }

  @Override
  public CompletableFuture<@Nullable CompletionAnswer> completion(CompletionParams params) {
    return at(
        params,
        (document, offset) ->
            Completer.at(workspaces.scope(document), offset)
                .map(found -> new CompletionAnswer(found, document, positions)));
  }

  @Override
  public CompletableFuture<CompletionItem> resolve(CompletionItem item) {
    var data = ResolveData.of(item.getData());
    var document = data.flatMap(known -> documents.find(known.uri()));
    if (data.isEmpty() || document.isEmpty()) {
      return CompletableFuture.completedFuture(item);
    }
    return Work.start(() -> {
      workspaces
          .scope(document.get())
          .view()
          .describe(data.get().selector(), FlakeView.Haste.SOME)
          .ifPresent(known ->
              item.setDocumentation(new MarkupContent(MarkupKind.MARKDOWN, known.markdown())));
      return item;
    });
  }

  @Override
  public CompletableFuture<@Nullable Hover> hover(HoverParams params) {
    return at(
        params,
        (document, offset) ->
            Hovers.at(workspaces.scope(document), offset)
                .map(found -> Convert.hover(found, document, positions)));
  }

  @Override
  public CompletableFuture<List<Location>> definition(DefinitionParams params) {
    return about(
        params.getTextDocument(),
        document ->
            Definitions.at(
                    workspaces.scope(document), positions.offset(document, params.getPosition()))
                .flatMap(target -> locations.of(document, target, positions))
                .map(List::of)
                .orElse(List.of()));
  }

  @Override
  public CompletableFuture<List<DocumentSymbol>> documentSymbols(DocumentSymbolParams params) {
    return about(
        params.getTextDocument(),
        document ->
            Symbols.in(workspaces.scope(document)).stream()
                .map(symbol -> Convert.symbol(symbol, document, positions))
                .toList());
  }

  @Override
  public CompletableFuture<List<CodeAction>> codeActions(CodeActionParams params) {
    return about(
        params.getTextDocument(),
        document -> {
          int start = positions.offset(document, params.getRange().getStart());
          int end = positions.offset(document, params.getRange().getEnd());
          var result =
              new ArrayList<>(
                  faults.of(document).stream()
                      .filter(fault -> fault.start() <= end && start <= fault.end())
                      .flatMap(fault ->
                          Convert.fixes(fault, faults.diagnostic(document, fault), document)
                              .stream())
                      .toList());
          var only = params.getContext().getOnly();
          if (only == null || only.isEmpty() || only.contains(CodeActionKind.Empty)) {
            result.addAll(deeds.actions(document, start));
          }
          return result;
        });
  }

  @Override
  public CompletableFuture<RelatedFullDocumentDiagnosticReport> diagnostics(
      DocumentDiagnosticParams params) {
    return documents
        .find(params.getTextDocument().getUri())
        .map(document -> Work.start(() -> faults.report(document)))
        .orElseGet(() ->
            CompletableFuture.completedFuture(new RelatedFullDocumentDiagnosticReport(List.of())));
  }

  @Override
  public CompletableFuture<List<Location>> references(ReferenceParams params) {
    return about(
        params.getTextDocument(),
        document ->
            hosts.references(
                document,
                positions.offset(document, params.getPosition()),
                params.getContext().isIncludeDeclaration(),
                positions));
  }

  @Override
  public CompletableFuture<@Nullable PrepareRenameResult> prepareRename(
      PrepareRenameParams params) {
    return at(params, (document, offset) -> hosts.prepareRename(document, offset, positions));
  }

  @Override
  public CompletableFuture<@Nullable WorkspaceEdit> rename(RenameParams params) {
    return at(
        params,
        (document, offset) ->
            Optional.of(hosts.rename(document, offset, params.getNewName(), positions)));
  }

  @Override
  public CompletableFuture<List<WorkspaceSymbol>> workspaceSymbols(WorkspaceSymbolParams params) {
    return Work.start(() -> {
      var roots = new LinkedHashSet<>(folders);
      documents.all().forEach(document -> workspaces.root(document).ifPresent(roots::add));
      return hosts.symbols(List.copyOf(roots), params, positions);
    });
  }

  @Override
  public CompletableFuture<List<CodeLens>> codeLenses(CodeLensParams params) {
    return about(params.getTextDocument(), document -> deeds.lenses(document, positions));
  }

  @Override
  public CompletableFuture<List<InlayHint>> inlayHints(InlayHintParams params) {
    return about(
        params.getTextDocument(),
        document ->
            preferences.inlayHints()
                ? InlayHints.in(
                        workspaces.scope(document),
                        positions.offset(document, params.getRange().getStart()),
                        positions.offset(document, params.getRange().getEnd()))
                    .stream()
                    .map(hint -> Convert.hint(hint, document, positions))
                    .toList()
                : List.of());
  }

  @Override
  public CompletableFuture<@Nullable Object> executeCommand(ExecuteCommandParams params) {
    return Work.<@Nullable Object>start(() -> {
      deeds.execute(params);
      return null;
    });
  }

  /** Answers about a document as it is now; nothing about one that is not open. */
  private <T> CompletableFuture<List<T>> about(
      TextDocumentIdentifier identifier, Function<Document, List<T>> answer) {
    return documents
        .find(identifier.getUri())
        .map(document -> Work.start(() -> answer.apply(document)))
        .orElseGet(() -> CompletableFuture.completedFuture(List.of()));
  }

  /** Answers about a place in a document as it is now; null where there is nothing to say. */
  private <T> CompletableFuture<@Nullable T> at(
      TextDocumentPositionParams params, BiFunction<Document, Integer, Optional<T>> answer) {
    var document = documents.find(params.getTextDocument().getUri());
    if (document.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    int offset = positions.offset(document.get(), params.getPosition());
    return Work.<@Nullable T>start(() -> answer.apply(document.get(), offset).orElse(null));
  }

  /** Lets the daemon go. */
  @Override
  public void close() {
    link.close();
  }
}
