package dev.arda.lsp.feature;

import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.NixText;
import dev.arda.lsp.text.StringContent;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tags of machines, as the text says them: the strings of lists that are called {@code tags}. */
final class Tags {

  private Tags() {}

  /** Those of a document and of {@code clan.nix} and {@code flake.nix} beside it. */
  static Set<String> in(Scope scope) {
    var result = new TreeSet<String>();
    collect(scope.text(), scope.text().bindings(), result);
    for (var file : List.of("clan.nix", "flake.nix")) {
      scope.files().apply(Path.of(file)).ifPresent(text -> collect(text, text.bindings(), result));
    }
    return result;
  }

  private static void collect(NixText text, List<Binding> bindings, Set<String> result) {
    for (var binding : bindings) {
      if (Paths.named(binding.path()).getLast().equals("tags")) {
        text.strings(binding.valueStart(), binding.end()).stream()
            .filter(string -> !string.isDynamic() && string.isClosed())
            .map(StringContent::text)
            .filter(tag -> !tag.isEmpty())
            .forEach(result::add);
      }
      collect(text, binding.children(), result);
    }
  }
}
