package dev.arda.lsp.feature;

import dev.arda.lsp.feature.References.Occurrence;
import dev.arda.lsp.feature.References.Rewriting;
import dev.arda.lsp.feature.References.Subject;
import dev.arda.lsp.feature.Symbols.Symbol;
import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Where a file defines it. */
  List<Symbol> keys(Path file) {
    return keys.getOrDefault(file, List.of());
  }

  /** Why it cannot have another name; empty if it can. */
  Optional<String> refusal() {
    if (keys.isEmpty() && !isDefinedOtherwise()) {
      return Optional.of(
          "where '%s' is defined is not in the files that are read".formatted(subject.name()));
    }
    return Optional.empty();
  }

  /** Accounts are defined by each of their keys; a hive has hosts that nothing else has. */
  private boolean isDefinedOtherwise() {
    return subject.kind() == Kind.ACCOUNT
        || HIVES.stream()
            .anyMatch(hive -> Definitions.key(scope, hive, subject.name()).isPresent());
  }
}
