package dev.arda.lsp.feature;

import dev.arda.lsp.feature.NamingPlaces.Existence;
import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import java.util.ArrayList;
import java.util.List;

/** Finds the keys and lists of a text that name a host, tag or role which is defined elsewhere. */
final class NamingKeys {

  private NamingKeys() {}

  /**
   * A name.
   *
   * @param end offset behind it, quotes not included
   */
  record Named(int end, Existence existence) {}

  /** Those names, in the order of the text. */
  static List<Named> in(Scope scope) {
    var result = new ArrayList<Named>();
    collect(scope, scope.text().bindings(), scope.around(), result);
    return result;
  }

  private static void collect(
      Scope scope, List<Binding> bindings, List<String> around, List<Named> result) {
    for (var binding : bindings) {
      if (binding.local() && !NamingPlaces.isOfClan(Paths.named(binding.path()))) {
        continue;
      }
      var path = new ArrayList<>(around);
      for (var name : binding.path()) {
        var existence =
            Roles.areBelow(path)
                ? Existence.NEEDED
                : NamingPlaces.key(path, scope.path())
                    .map(NamingPlaces.Naming::existence)
                    .orElse(Existence.OPEN);
        if (existence != Existence.OPEN
            && name instanceof AttrName.Static said
            && !said.name().isEmpty()) {
          result.add(new Named(said.quoted() ? said.end() - 1 : said.end(), existence));
        }
        path.addAll(Paths.named(List.of(name)));
      }
      if (NamingPlaces.areMembers(path)) {
        scope.text().strings(binding.valueStart(), binding.end()).stream()
            .filter(string -> !string.isDynamic() && string.isClosed())
            .map(string -> string.offsetOf(string.text().length()))
            .forEach(end -> result.add(new Named(end, Existence.NEEDED)));
      }
      collect(scope, binding.children(), path, result);
    }
  }
}
