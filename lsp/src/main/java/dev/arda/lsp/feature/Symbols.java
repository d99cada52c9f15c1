package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.Members;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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

  /** Those of a document, in its order. */
  public static List<Symbol> in(Scope scope) {
    return in(scope.text(), scope.around(), scope.path());
  }

  /**
   * One of a flake.
   *
   * @param file where it is bound, or where others of its kind are
   */
  public record Found(Path file, NixText text, Symbol symbol) {}

  /**
   * Those of a whole flake: what its files bind, then what only an evaluation knows, at the output
   * that has it.
   */
  public static List<Found> of(Scope scope) {
    var result = new ArrayList<Found>();
    for (var part : FlakeFiles.entry(scope)) {
      for (var symbol : in(part.text(), part.around(), part.file())) {
        result.add(new Found(part.file(), part.text(), symbol));
      }
    }
    for (var kind : List.of(Kind.HOST, Kind.USER)) {
      for (var below : Inventory.places(kind)) {
        addEvaluated(scope, kind, below, result);
      }
    }
    return result;
  }

  private static void addEvaluated(Scope scope, Kind kind, List<String> below, List<Found> result) {
    var place = Definitions.key(scope, below.subList(0, below.size() - 1), below.getLast());
    if (place.isEmpty() || !(place.get() instanceof Definitions.Target.InText key)) {
      return;
    }
    var text =
        FlakeFiles.entry(scope).stream()
            .filter(part -> part.file().equals(key.file()))
            .map(FlakeFiles.Part::text)
            .findFirst();
    for (var name : scope.view().names(Selectors.prefix(below)).names()) {
      boolean known =
          result.stream()
              .anyMatch(
                  one -> one.symbol().kind() == kind && one.symbol().name().equals(name.name()));
      if (!known) {
        text.ifPresent(written ->
            result.add(
                new Found(
                    key.file(),
                    written,
                    new Symbol(name.name(), kind, key.start(), key.end(), key.end()))));
      }
    }
  }

  /** Those of a file. */
  static List<Symbol> in(NixText text, List<String> around, Path file) {
    var result = new ArrayList<Symbol>();
    if (NamingPlaces.key(around, file).isPresent()) {
      collect(text, text.members(), around, file, result);
    } else {
      collect(text, text.bindings(), around, file, result);
    }
    result.sort(Comparator.comparingInt(Symbol::start));
    return result;
  }

  /** Names of hosts or users that the files of a flake define, in any of the ways there are. */
  static Set<String> written(Scope scope, Kind kind) {
    var result = new TreeSet<String>();
    var parts = new ArrayList<>(FlakeFiles.entry(scope));
    if (parts.stream().noneMatch(part -> part.file().equals(scope.path()))) {
      parts.add(new FlakeFiles.Part(scope.path(), List.of(), scope.text()));
    }
    for (var part : parts) {
      for (var symbol : in(part.text(), part.around(), part.file())) {
        if (symbol.kind() == kind) {
          result.add(symbol.name());
        }
      }
    }
    return result;
  }

  private static int valueStart(NixText text, Binding binding) {
    int at = binding.valueStart();
    while (at < binding.end() && Character.isWhitespace(text.text().charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDefinition(NamingPlaces.Naming naming) {
    return naming.defines() && (naming.kind() == Kind.HOST || naming.kind() == Kind.USER);
  }

  private static void collect(
      NixText text, List<Binding> bindings, List<String> around, Path file, List<Symbol> result) {
    for (var binding : bindings) {
      if (binding.local() && !NamingPlaces.isOfClan(Paths.named(binding.path()))) {
        continue;
      }
      var path = new ArrayList<>(around);
      for (var name : binding.path()) {
        var naming = NamingPlaces.key(path, file).filter(Symbols::isDefinition);
        if (naming.isPresent() && name instanceof AttrName.Static said && !said.name().isEmpty()) {
          result.add(
              new Symbol(
                  said.name(), naming.get().kind(), said.start(), said.end(), binding.end()));
        }
        path.addAll(Paths.named(List.of(name)));
      }
      boolean imports = text.text().startsWith("import ", valueStart(text, binding));
      if (NamingPlaces.key(path, file).isPresent()) {
        collect(text, text.members(binding), path, file, result);
      } else if (!imports) { // what an imported function is given is no attribute of its result
        collect(text, binding.children(), path, file, result);
      }
    }
  }

  private static void collect(
      NixText text, Members members, List<String> around, Path file, List<Symbol> result) {
    collect(text, members.bindings(), around, file, result);
    NamingPlaces.key(around, file)
        .filter(Symbols::isDefinition)
        .ifPresent(naming -> {
          for (var name : members.strings()) {
            int start = name.offsetOf(0) - 1;
            int end = name.offsetOf(name.text().length()) + 1;
            result.add(new Symbol(name.text(), naming.kind(), start, end, end));
          }
        });
  }
}
