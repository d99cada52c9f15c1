package dev.arda.lsp.protocol;

import dev.arda.lsp.daemon.Workspaces;
import dev.arda.lsp.document.Document;
import dev.arda.lsp.feature.Definitions.Target;
import dev.arda.lsp.text.LineIndex;
import dev.arda.lsp.text.LineIndex.Encoding;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.lsp4j.Location;

/** Places in files, in the protocol's words. */
record Locations(Workspaces workspaces) {

  /** Where something is defined; empty if that file cannot be read. */
  Optional<Location> of(Document document, Target target, Positions positions) {
    return switch (target) {
      case Target.InText(Path path, int start, int end) ->
          workspaces
              .file(document, path)
              .or(document::file)
              .flatMap(file ->
                  workspaces
                      .read(file)
                      .map(text -> location(file, text.lines(), start, end, positions)));
      case Target.Evaluated(var position) -> {
        var file = Path.of(position.file());
        yield workspaces
            .read(file)
            .map(text -> {
              int offset = offset(text, position.line(), position.column());
              return location(file, text.lines(), offset, offset, positions);
            });
      }
    };
  }

  /** Nix counts lines and columns from 1, and columns in bytes. */
  private static int offset(NixText text, int line, int column) {
    return text.lines()
        .offset(new LineIndex.Place(line - 1, Math.max(0, column - 1)), Encoding.UTF_8);
  }

  private Location location(Path file, LineIndex lines, int start, int end, Positions positions) {
    return new Location(workspaces.uri(file), positions.range(lines, start, end));
  }
}
