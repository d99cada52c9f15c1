package dev.arda.lsp.feature;

import dev.arda.lsp.feature.References.Occurrence;
import dev.arda.lsp.feature.References.Rewriting;
import dev.arda.lsp.feature.References.Subject;
import dev.arda.lsp.feature.Symbols.Symbol;
import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.LexicalScope;
import dev.arda.lsp.text.LexicalScope.Form;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where the files of a flake define a host or user: as a key, by an {@code inherit}, as an element
 * of a list of names; and where the variable is used that the key is in.
 */
final class HostDefinitions {

  private static final List<List<String>> HIVES =
      List.of(List.of("colmena"), List.of("colmenaHive"));

  private final Scope scope;
  private final Subject subject;
  private final Map<Path, List<Symbol>> keys = new LinkedHashMap<>();
  private final Map<Path, NixText> texts = new LinkedHashMap<>();

  private HostDefinitions(Scope scope, Subject subject) {
    this.scope = scope;
    this.subject = subject;
  }

  /** Finds them. */
  static HostDefinitions of(Scope scope, Subject subject) {
    var result = new HostDefinitions(scope, subject);
    for (var part : FlakeFiles.entry(scope)) {
      result.add(part);
    }
    if (!result.texts.containsKey(scope.path())) {
      result.add(new FlakeFiles.Part(scope.path(), List.of(), scope.text()));
    }
    return result;
  }

  private void add(FlakeFiles.Part part) {
    texts.put(part.file(), part.text());
    var found =
        Symbols.in(part.text(), part.around(), part.file()).stream()
            .filter(symbol -> symbol.kind() == subject.kind())
            .filter(symbol -> symbol.name().equals(subject.name()))
            .toList();
    if (!found.isEmpty()) {
      keys.put(part.file(), found);
    }
  }

  /** Those in a file. */
  List<Occurrence> in(FlakeFiles.Part part) {
    var result = new ArrayList<Occurrence>();
    for (var key : keys.getOrDefault(part.file(), List.of())) {
      result.add(
          new Occurrence(part.file(), key.start(), key.end(), true, rewriting(part.text(), key)));
      for (var use : uses(part.text(), key)) {
        result.add(
            new Occurrence(
                part.file(), use.start(), use.end(), false, rewriting(part.text(), use)));
      }
    }
    return result;
  }

  private static Rewriting rewriting(NixText text, Symbol key) {
    boolean quoted = text.text().charAt(key.start()) == '"';
    return text.inherit(key.start())
        .map(inherit ->
            new Rewriting(
                inherit.start(),
                inherit.end(),
                name ->
                    inherit.replaced(
                        NixText.attributeName(name), NixText.attributeName(key.name()))))
        .orElseGet(() -> new Rewriting(key.start(), key.end(), written(quoted)));
  }

  /** An inherited name is taken by its new name, and still is what it was called. */
  static Rewriting rewriting(NixText text, AttrName.Static use) {
    return text.inherit(use.start())
        .map(inherit ->
            new Rewriting(
                inherit.start(),
                inherit.end(),
                name ->
                    inherit.replaced(
                        NixText.attributeName(use.name()), NixText.attributeName(name))))
        .orElseGet(() -> new Rewriting(use.start(), use.end(), written(use.quoted())));
  }

  private static UnaryOperator<String> written(boolean quoted) {
    return name -> quoted ? NixText.quoted(name) : NixText.attributeName(name);
  }

  /** Where a key is taken from the variable whose set it is in: {@code hosts.web}. */
  private static List<AttrName.Static> uses(NixText text, Symbol key) {
    var result = new ArrayList<AttrName.Static>();
    var variable = text.around(key.start()).filter(Binding::local);
    if (variable.isEmpty()) {
      return result;
    }
    for (var path : text.selections()) {
      boolean same =
          path.size() > 1
              && path.getFirst() instanceof AttrName.Static first
              && Paths.named(variable.get().path()).equals(List.of(first.name()))
              && text.binder(first.name(), first.start())
                  .filter(binds -> binds.valueStart() == variable.get().valueStart())
                  .isPresent();
      if (same && path.get(1) instanceof AttrName.Static name && name.name().equals(key.name())) {
        result.add(name);
      }
    }
    return result;
  }

  /** Why it cannot have another name; empty if it can. */
  Optional<String> refusal() {
    if (keys.isEmpty() && !isDefinedOtherwise()) {
      return Optional.of(
          "where '%s' is defined is not in the files that are read".formatted(subject.name()));
    }
    return keys.entrySet().stream()
            .anyMatch(file ->
                isVariable(Objects.requireNonNull(texts.get(file.getKey())), file.getValue()))
        ? Optional.of(
            "'%s' is also a variable, in the `rec` that defines it".formatted(subject.name()))
        : Optional.empty();
  }

  /** Users are also those of a machine; a hive has hosts that nothing else has. */
  private boolean isDefinedOtherwise() {
    return subject.kind() == Kind.USER
        ? !scope.view().names("homeConfigurations.").has(subject.name())
        : HIVES.stream().anyMatch(hive -> Definitions.key(scope, hive, subject.name()).isPresent());
  }

  private boolean isVariable(NixText text, List<Symbol> found) {
    return text.variables(subject.name()).stream()
        .flatMap(use -> text.binder(subject.name(), use).stream())
        .filter(binds -> binds.form() == Form.RECURSIVE)
        .map(LexicalScope::valueStart)
        .anyMatch(value ->
            found.stream().anyMatch(key -> key.end() <= value && value <= key.bindingEnd()));
  }
}
