package dev.arda.lsp.protocol;

import dev.arda.lsp.daemon.Workspaces;
import dev.arda.lsp.document.Document;
import dev.arda.lsp.document.Documents;
import dev.arda.lsp.document.Uris;
import dev.arda.lsp.feature.Fuzzy;
import dev.arda.lsp.feature.Kind;
import dev.arda.lsp.feature.References;
import dev.arda.lsp.feature.Renaming;
import dev.arda.lsp.feature.Scope;
import dev.arda.lsp.feature.Symbols;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.PrepareRenameResult;
import org.eclipse.lsp4j.SymbolKind;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceSymbol;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** References, renaming and workspace symbols: where hosts and users are named, across files. */
record HostNames(Workspaces workspaces, Documents documents) {

  /** {@code textDocument/references}. */
  List<Location> references(
      Document document, int offset, boolean withDeclaration, Positions positions) {
    var scope = workspaces.scope(document);
    var result = new ArrayList<Location>();
    References.at(scope, offset)
        .ifPresent(subject -> {
          for (var one : References.of(scope, subject)) {
            if (withDeclaration || !one.binds()) {
              located(document, one.file())
                  .map(file ->
                      new Location(
                          file.uri(), positions.range(file.text().lines(), one.start(), one.end())))
                  .ifPresent(result::add);
            }
          }
        });
    return result;
  }

  /**
   * {@code textDocument/prepareRename}; empty where there is nothing that can be renamed.
   *
   * @throws ResponseErrorException if there is something, and it cannot be
   */
  Optional<PrepareRenameResult> prepareRename(Document document, int offset, Positions positions) {
    var scope = workspaces.scope(document);
    return References.at(scope, offset)
        .map(subject -> movable(scope, subject))
        .map(subject ->
            new PrepareRenameResult(
                positions.range(document.lines(), subject.start(), subject.end()), subject.name()));
  }

  /**
   * {@code textDocument/rename}.
   *
   * @throws ResponseErrorException if there is nothing to rename, or it cannot be called so
   */
  ManyEdits rename(Document document, int offset, String name, Positions positions) {
    var scope = workspaces.scope(document);
    var subject =
        References.at(scope, offset)
            .map(found -> movable(scope, found))
            .orElseThrow(() -> Refusal.ofState("there is no host or user here"));
    var renaming = Renaming.of(scope, subject, name);
    renaming
        .refusal()
        .ifPresent(why -> {
          throw Refusal.ofParams(why);
        });
    var files = new ArrayList<ManyEdits.OfFile>();
    for (var file : renaming.files()) {
      located(document, file.file())
          .ifPresent(found -> {
            if (!found.text().text().equals(file.before().text())) {
              throw Refusal.of(
                  ResponseErrorCode.ContentModified, file.file() + " has changed meanwhile");
            }
            var edits =
                file.edits().stream()
                    .filter(edit -> !edit.isKept(file.before()))
                    .map(edit ->
                        new TextEdit(
                            positions.range(file.before().lines(), edit.start(), edit.end()),
                            edit.text()))
                    .toList();
            if (!edits.isEmpty()) {
              files.add(new ManyEdits.OfFile(found.uri(), found.version(), edits));
            }
          });
    }
    return new ManyEdits(files);
  }

  private static References.Subject movable(Scope scope, References.Subject subject) {
    Renaming.refusal(scope, subject)
        .ifPresent(why -> {
          throw Refusal.ofState(why);
        });
    return subject;
  }

  /**
   * A file with what is written in it.
   *
   * @param version that of the document, if it is open
   */
  private record Located(String uri, NixText text, Optional<Integer> version) {}

  private Optional<Located> located(Document document, Path path) {
    return workspaces.file(document, path).or(document::file).flatMap(this::located);
  }

  private Optional<Located> located(Path file) {
    var open = documents.find(file);
    return open.isPresent()
        ? open.map(one -> new Located(one.uri(), one.nix(), Optional.of(one.version())))
        : workspaces.read(file).map(text -> new Located(Uris.of(file), text, Optional.empty()));
  }

  /**
   * {@code workspace/symbol}: the hosts and users of flakes.
   *
   * @param roots the flakes' directories
   * @param query what their names should be like; empty for all
   */
  List<WorkspaceSymbol> symbols(List<Path> roots, String query, Positions positions) {
    var result = new ArrayList<WorkspaceSymbol>();
    for (var root : roots) {
      var scope = workspaces.whole(root);
      for (var found : scope.map(Symbols::of).orElse(List.of())) {
        var symbol = found.symbol();
        if (Fuzzy.matches(query, symbol.name())) {
          located(root.resolve(found.file()).normalize())
              .map(file ->
                  new WorkspaceSymbol(
                      symbol.name(),
                      symbol.kind() == Kind.HOST ? SymbolKind.Class : SymbolKind.Interface,
                      Either.forLeft(
                          new Location(
                              file.uri(),
                              positions.range(file.text().lines(), symbol.start(), symbol.end()))),
                      symbol.kind().word()))
              .ifPresent(result::add);
        }
      }
    }
    return result;
  }
}
