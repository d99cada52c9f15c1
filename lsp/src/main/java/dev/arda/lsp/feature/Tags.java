package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.NixText;
import dev.arda.lsp.text.StringContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tags of machines, as the text says them: the strings of lists that are called {@code tags}, and
 * the keys of {@code inventory.tags}, which list machines.
 */
final class Tags {

  /**
   * Where clan says which tags there are beside those of single machines: {@code all}, {@code
   * nixos} and {@code darwin}, and those of {@code inventory.tags}.
   */
  static final List<String> OF_CLAN =
      List.of("clanInternals", "inventoryClass", "inventorySerialization", "tags");

  private static final Path CLAN = Path.of("clan.nix");

  private Tags() {}

  /** Those of a document and of {@code clan.nix} and {@code flake.nix} beside it. */
  static Set<String> in(Scope scope) {
    var result = new TreeSet<String>();
    collect(scope.text(), scope.text().bindings(), List.of(), result);
    for (var file : List.of("clan.nix", "flake.nix")) {
      scope
          .files()
          .apply(Path.of(file))
          .ifPresent(text -> collect(text, text.bindings(), List.of(), result));
    }
    return result;
  }

  /** Whether the keys below a path are tags, each with a list of machines. */
  private static boolean listsMachines(List<String> path) {
    return NamingPlaces.key(path, CLAN)
        .filter(naming -> naming.kind() == Kind.TAG && naming.defines())
        .isPresent();
  }

  private static void collect(
      NixText text, List<Binding> bindings, List<String> around, Set<String> result) {
    for (var binding : bindings) {
      var path = new ArrayList<>(around);
      for (var name : binding.path()) {
        if (listsMachines(path) && name instanceof AttrName.Static said && !said.name().isEmpty()) {
          result.add(said.name());
        }
        path.addAll(Paths.named(List.of(name)));
      }
      if (path.getLast().equals("tags") && !listsMachines(path)) {
        text.strings(binding.valueStart(), binding.end()).stream()
            .filter(string -> !string.isDynamic() && string.isClosed())
            .map(StringContent::text)
            .filter(tag -> !tag.isEmpty())
            .forEach(result::add);
      }
      collect(text, binding.children(), path, result);
    }
  }
}
