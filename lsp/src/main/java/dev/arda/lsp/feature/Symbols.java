package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lists the hosts and users that a text binds. */
public final class Symbols {

  private Symbols() {}

  /**
   * A host or user.
   *
   * @param name its name
   * @param kind which of them
   * @param start offset where its name begins
   * @param end offset where it ends
   * @param bindingEnd offset where its whole binding ends
   */
  public record Symbol(String name, Kind kind, int start, int end, int bindingEnd) {}

  /**
   * Those of a text, in its order.
   *
   * @param file where it lies in its flake
   */
  public static List<Symbol> in(NixText text, Path file) {
    var result = new ArrayList<Symbol>();
    collect(text.bindings(), List.of(), file, result);
    return result;
  }

  private static void collect(
      List<Binding> bindings, List<String> around, Path file, List<Symbol> result) {
    for (var binding : bindings) {
      if (binding.local()) {
        continue;
      }
      var path = new ArrayList<>(around);
      for (var name : binding.path()) {
        var naming = NamingPlaces.key(path, file).filter(NamingPlaces.Naming::defines);
        if (naming.isPresent() && name instanceof AttrName.Static said && !said.name().isEmpty()) {
          result.add(
              new Symbol(
                  said.name(), naming.get().kind(), said.start(), said.end(), binding.end()));
        }
        path.addAll(Paths.named(List.of(name)));
      }
      collect(binding.children(), path, file, result);
    }
  }
}
