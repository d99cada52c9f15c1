package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import java.util.ArrayList;
import java.util.List;

/** Finds the keys of a text that name a host, tag or role which must be defined elsewhere. */
final class NamingKeys {

  private NamingKeys() {}

  /** Offsets behind the names of those keys, quotes not included. */
  static List<Integer> starts(Scope scope) {
    var result = new ArrayList<Integer>();
    collect(scope, scope.text().bindings(), scope.around(), result);
    return result;
  }

  private static void collect(
      Scope scope, List<Binding> bindings, List<String> around, List<Integer> result) {
    for (var binding : bindings) {
      if (binding.local() && !NamingPlaces.isOfClan(Paths.named(binding.path()))) {
        continue;
      }
      var path = new ArrayList<>(around);
      for (var name : binding.path()) {
        boolean mustExist =
            Roles.areBelow(path)
                || NamingPlaces.key(path, scope.path())
                    .filter(NamingPlaces.Naming::mustExist)
                    .isPresent();
        if (mustExist && name instanceof AttrName.Static said && !said.name().isEmpty()) {
          result.add(said.quoted() ? said.end() - 1 : said.end());
        }
        path.addAll(Paths.named(List.of(name)));
      }
      collect(scope, binding.children(), path, result);
    }
  }
}
