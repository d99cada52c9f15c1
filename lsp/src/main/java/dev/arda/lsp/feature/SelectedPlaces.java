package dev.arda.lsp.feature;

import dev.arda.lsp.feature.References.Occurrence;
import dev.arda.lsp.feature.References.Rewriting;
import dev.arda.lsp.feature.References.Subject;
import dev.arda.lsp.feature.Symbols.Symbol;
import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.LexicalScope;
import dev.arda.lsp.text.LexicalScope.Form;
import dev.arda.lsp.text.Mention;
import dev.arda.lsp.text.NixText;
import dev.arda.lsp.text.StringContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Finds where a host or user is selected in the code of a file: from the flake, or from a set that
 * has it in a variable; also by what a {@code with} or a {@code rec} makes a variable.
 */
final class SelectedPlaces {

  /** What a {@code with} cannot make a variable: Nix takes its own. */
  private static final Set<String> GLOBALS =
      Set.of(
          "true",
          "false",
          "null",
          "or",
          "abort",
          "baseNameOf",
          "break",
          "builtins",
          "derivation",
          "derivationStrict",
          "dirOf",
          "fetchGit",
          "fetchMercurial",
          "fetchTarball",
          "fetchTree",
          "fromTOML",
          "import",
          "isNull",
          "map",
          "placeholder",
          "removeAttrs",
          "scopedImport",
          "throw",
          "toString");

  private final Scope scope;
  private final Path file;
  private final Subject subject;
  private final List<Symbol> keys;

  private SelectedPlaces(Scope scope, Path file, Subject subject, List<Symbol> keys) {
    this.scope = scope;
    this.file = file;
    this.subject = subject;
    this.keys = keys;
  }

  /**
   * Those in a file.
   *
   * @param keys where the file defines it
   */
  static List<Occurrence> in(Scope scope, Path file, Subject subject, List<Symbol> keys) {
    var places = new SelectedPlaces(scope, file, subject, keys);
    var result = new ArrayList<Occurrence>();
    for (var mention : scope.text().mentions(subject.name())) {
      switch (mention.form()) {
        case SELECTED -> places.selected(mention, result);
        case VARIABLE -> places.variable(mention, result);
        case KEY, ARGUMENT -> {}
      }
    }
    for (var value : scope.text().values()) {
      places.named(value.content(), result);
    }
    return result;
  }

  private AttrName.Static name(Mention mention) {
    boolean quoted = "\"$".indexOf(scope.text().text().charAt(mention.start())) >= 0;
    return new AttrName.Static(subject.name(), mention.start(), mention.end(), quoted);
  }

  private boolean isIt(List<AttrName> set, AttrName.Static name) {
    var path = new ArrayList<>(set);
    path.add(name);
    return !set.isEmpty()
        && (Paths.root(scope, set)
                .filter(root -> Kind.below(root.path()) == subject.kind())
                .isPresent()
            || keys.stream().anyMatch(key -> scope.text().leads(path, key.start())));
  }

  /** A string that a function is given to select by. */
  private void named(StringContent string, List<Occurrence> result) {
    int start = string.offsetOf(0);
    int end = string.offsetOf(string.text().length());
    boolean says = !string.isDynamic() && string.text().equals(subject.name());
    if (says
        && scope
            .text()
            .namedIn(start)
            .filter(set -> isIt(set, new AttrName.Static(subject.name(), start, end, true)))
            .isPresent()) {
      result.add(
          new Occurrence(file, start, end, false, new Rewriting(start, end, string::escape)));
    }
  }

  private void selected(Mention mention, List<Occurrence> result) {
    var name = name(mention);
    if (isIt(mention.parents(), name)) {
      add(mention, HostDefinitions.rewriting(scope.text(), name), result);
    }
  }

  private void variable(Mention mention, List<Occurrence> result) {
    var text = scope.text();
    var binder = text.binder(subject.name(), mention.start());
    if (binder.isPresent()) {
      if (isOfKey(binder.get())) {
        var variable = new Rewriting(mention.start(), mention.end(), UnaryOperator.identity());
        add(
            mention,
            text.inherit(mention.start()).isEmpty()
                ? variable
                : HostDefinitions.rewriting(text, name(mention)),
            result);
      }
      return;
    }
    var sets = text.withSets(mention.start());
    for (int i = 0; i < sets.size(); i++) {
      var set = sets.get(i);
      if (isIt(set, name(mention))) {
        if (text.inherit(mention.start()).isEmpty()) {
          add(
              mention,
              new Rewriting(
                  mention.start(), mention.end(), written(text, mention.start(), set, i > 0)),
              result);
        }
        return;
      }
    }
  }

  /** Whether a recursive set binds a variable that the key in it makes. */
  private boolean isOfKey(LexicalScope binder) {
    return binder.form() == Form.RECURSIVE
        && binder.valueStart() >= 0
        && keys.stream()
            .anyMatch(
                key -> key.end() <= binder.valueStart() && binder.valueStart() <= key.bindingEnd());
  }

  private void add(Mention mention, Rewriting rewriting, List<Occurrence> result) {
    result.add(new Occurrence(file, mention.start(), mention.end(), false, rewriting));
  }

  /**
   * Writes a name that a {@code with} makes: it is selected from its set where as a variable it
   * would be something else.
   *
   * @param set the path of the set as it is written
   * @param covered whether there is another {@code with} between the two
   */
  static UnaryOperator<String> written(
      NixText text, int offset, List<AttrName> set, boolean covered) {
    var source = text.text().substring(set.getFirst().start(), set.getLast().end());
    return name -> {
      var plain = NixText.attributeName(name);
      boolean variable =
          plain.equals(name)
              && !covered
              && !GLOBALS.contains(name)
              && !name.startsWith("__")
              && text.binder(name, offset).isEmpty();
      return variable ? name : source + "." + plain;
    };
  }
}
