package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.LexicalScope;
import dev.arda.lsp.text.NixText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out which of a flake's values an attribute path in a text means. */
final class Paths {

  private Paths() {}

  /**
   * Where in the flake a path leads.
   *
   * @param names from the flake's root on, where they are written, which may be elsewhere in the
   *     text
   * @param certain whether the path can mean nothing else: names that a {@code with} makes can, and
   *     what some function is given by the name {@code self}
   */
  record Root(List<AttrName> names, boolean certain) {
    Root {
      names = List.copyOf(names);
    }

    /** The names alone, {@link Selectors#ANY} among them. */
    List<String> path() {
      return named(names);
    }
  }

  /**
   * Where in the flake a path leads that begins with {@code self} or {@code inputs}, or in {@code
   * flake.nix} with the name of an input; or with a name that the text gives such a path. Empty
   * where that name is bound to something else.
   *
   * @param names the path; a name that only an evaluation knows stands for any
   */
  static Optional<Root> root(Scope scope, List<AttrName> names) {
    if (names.isEmpty()) {
      return Optional.empty();
    }
    var meaning = scope.text().meaning(names);
    var found = root(scope, meaning.path(), true);
    return found.isPresent() || meaning.bound()
        ? found
        : with(scope, names.getFirst().start(), names);
  }

  /** The same for names that a {@code with} may have made. */
  static Optional<Root> with(Scope scope, int offset, List<AttrName> names) {
    return scope.text().withs(offset).stream()
        .flatMap(set -> {
          var path = new ArrayList<>(set);
          path.addAll(names);
          return root(scope, path, false).stream();
        })
        .findFirst();
  }

  private static Optional<Root> root(Scope scope, List<AttrName> names, boolean certain) {
    if (names.isEmpty() || !(names.getFirst() instanceof AttrName.Static first)) {
      return Optional.empty();
    }
    boolean isInput = scope.isFlakeFile() && TextNames.inputs(scope.text()).contains(first.name());
    boolean isSelf = first.name().equals("self");
    boolean areInputs = first.name().equals("inputs");
    var sense = isSelf || areInputs || isInput ? sense(scope, first) : Sense.ANOTHER;
    if (sense == Sense.ANOTHER) {
      return Optional.empty();
    }
    boolean sure = certain && sense == Sense.SURE;
    var rest = names.subList(1, names.size());
    if (isSelf) {
      return Optional.of(new Root(outputs(rest), sure));
    }
    if (areInputs) {
      return rest.isEmpty() || !isNamed(rest.getFirst(), "self")
          ? Optional.of(new Root(names, sure))
          : Optional.of(new Root(outputs(rest.subList(1, rest.size())), sure));
    }
    var result = new ArrayList<AttrName>();
    result.add(new AttrName.Static("inputs", first.start(), first.start(), false));
    result.addAll(names);
    return Optional.of(new Root(result, sure));
  }

  /** Nix has the outputs of a flake in it once more, as {@code self.outputs}. */
  private static List<AttrName> outputs(List<AttrName> ofSelf) {
    return !ofSelf.isEmpty() && isNamed(ofSelf.getFirst(), "outputs")
        ? ofSelf.subList(1, ofSelf.size())
        : ofSelf;
  }

  /** What a name such as {@code self} is at a place. */
  private enum Sense {
    /** What the flake's outputs are given by this name. */
    SURE,
    /** A function is given it by this name, as modules are by {@code specialArgs}. */
    LIKELY,
    /** Something that is called so. */
    ANOTHER
  }

  private static Sense sense(Scope scope, AttrName.Static name) {
    var text = scope.text();
    return text.binder(name.name(), name.start())
        .map(binds -> binds.isFunction() ? given(text, binds) : bound(text, binds, name.name()))
        .orElse(Sense.SURE);
  }

  private static Sense given(NixText text, LexicalScope function) {
    boolean outputs =
        text.bindings().stream()
            .filter(binding -> named(binding.path()).equals(List.of("outputs")))
            .anyMatch(binding -> text.begins(binding.valueStart(), function.start()));
    if (outputs) {
      return Sense.SURE;
    }
    boolean whole = text.isWhole(function.start());
    return switch (function.form()) {
      case ATTRIBUTE -> whole ? Sense.SURE : Sense.LIKELY;
      case ARGUMENT -> whole ? Sense.LIKELY : Sense.ANOTHER;
      // As overlays are: `self: super: …`.
      case CURRIED, LET, RECURSIVE -> Sense.ANOTHER;
    };
  }

  /** {@code let nixpkgs = inputs.nixpkgs; in …} changes nothing. */
  private static Sense bound(NixText text, LexicalScope binds, String name) {
    if (binds.valueStart() < 0) {
      return Sense.ANOTHER;
    }
    var value = text.text().substring(binds.valueStart());
    var same = name.equals("inputs") ? "self.inputs" : "inputs." + name;
    int end = value.indexOf(';');
    return end >= 0 && value.substring(0, end).strip().equals(same) ? Sense.SURE : Sense.ANOTHER;
  }

  private static boolean isNamed(AttrName name, String wanted) {
    return name instanceof AttrName.Static said && said.name().equals(wanted);
  }

  /** Names as they are, with {@link Selectors#ANY} where only an evaluation knows. */
  static List<String> named(List<AttrName> names) {
    return names.stream()
        // Not by a switch over types: the first of those takes Java some milliseconds.
        .map(name -> name instanceof AttrName.Static said ? said.name() : Selectors.ANY)
        .toList();
  }
}
