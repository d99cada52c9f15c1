package dev.arda.lsp.protocol;

import dev.arda.lsp.document.Document;
import dev.arda.lsp.feature.Fault;
import dev.arda.lsp.feature.InlayHints;
import dev.arda.lsp.feature.Kind;
import dev.arda.lsp.feature.Symbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.SymbolKind;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** What features say, in the protocol's words. */
final class Convert {

  private Convert() {}

  static Hover hover(dev.arda.lsp.feature.Hover hover, Document document, Positions positions) {
    return new Hover(
        new MarkupContent(MarkupKind.MARKDOWN, hover.markdown()),
        positions.range(document.lines(), hover.start(), hover.end()));
  }

  static DocumentSymbol symbol(Symbols.Symbol symbol, Document document, Positions positions) {
    return new DocumentSymbol(
        symbol.name(),
        symbol.kind() == Kind.HOST ? SymbolKind.Class : SymbolKind.Interface,
        positions.range(
            document.lines(), symbol.start(), Math.max(symbol.end(), symbol.bindingEnd())),
        positions.range(document.lines(), symbol.start(), symbol.end()),
        symbol.kind().word());
  }

  static InlayHint hint(InlayHints.Hint hint, Document document, Positions positions) {
    var result =
        new InlayHint(
            positions.position(document.lines(), hint.offset()), Either.forLeft(hint.text()));
    result.setPaddingLeft(true);
    result.setTooltip(new MarkupContent(MarkupKind.MARKDOWN, hint.markdown()));
    return result;
  }

  /** Ways to repair a fault; the first is the likeliest. */
  static List<CodeAction> fixes(Fault fault, Diagnostic diagnostic, Document document) {
    var result = new ArrayList<CodeAction>();
    for (var fix : fault.fixes()) {
      var action = new CodeAction(fix.title());
      action.setKind(CodeActionKind.QuickFix);
      action.setDiagnostics(List.of(diagnostic));
      action.setIsPreferred(result.isEmpty());
      action.setEdit(
          new WorkspaceEdit(
              Map.of(document.uri(), List.of(new TextEdit(diagnostic.getRange(), fix.text())))));
      result.add(action);
    }
    return result;
  }
}
