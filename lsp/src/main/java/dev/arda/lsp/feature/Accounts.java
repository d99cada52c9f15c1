package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Accounts of machines, as the text says them: keys of {@code users.users} and the like. */
final class Accounts {

  private Accounts() {}

  /** Those of all files of a flake. */
  static Set<String> in(Scope scope) {
    var result = new TreeSet<String>();
    for (var part : FlakeFiles.all(scope)) {
      collect(part.text().bindings(), part.around(), part.file(), result);
    }
    return result;
  }

  private static void collect(
      List<Binding> bindings, List<String> around, Path file, Set<String> result) {
    for (var binding : bindings) {
      var path = new ArrayList<>(around);
      for (var name : binding.path()) {
        boolean account =
            NamingPlaces.key(path, file).filter(key -> key.kind() == Kind.ACCOUNT).isPresent();
        if (account && name instanceof AttrName.Static said && !said.name().isEmpty()) {
          result.add(said.name());
        }
        path.addAll(Paths.named(List.of(name)));
      }
      collect(binding.children(), path, file, result);
    }
  }
}
