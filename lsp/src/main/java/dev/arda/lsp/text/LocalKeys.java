package dev.arda.lsp.text;

import dev.arda.lsp.text.LexicalScope.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out which keys of a text the paths lead to that begin with a variable of a {@code let} or a
 * recursive set: {@code hosts.web} to the key of <code>hosts = { web = …; }</code>, also through
 * functions that keep names.
 *
 * @param text the text
 */
record LocalKeys(NixText text) {

  /**
   * Whether a path leads to a key.
   *
   * @param path as it is written
   * @param key offset of the key, or of the string in a list that is one
   */
  boolean leads(List<AttrName> path, int key) {
    var origin = text.meaning(path).origin();
    if (origin.isEmpty() || !(origin.getFirst() instanceof AttrName.Static first)) {
      return false;
    }
    return text.binder(first.name(), first.start())
        .filter(scope -> scope.form() == Form.LET || scope.form() == Form.RECURSIVE)
        .filter(scope -> isMember(scope, origin, key) || isAddress(scope, origin, key))
        .isPresent();
  }

  /** Whether the value of the variable has the key, by whatever functions keep it. */
  private boolean isMember(LexicalScope scope, List<AttrName> path, int key) {
    return path.size() == 2
        && scope.valueStart() >= 0
        && text.around(scope.valueStart())
            .filter(variable -> variable.valueStart() == scope.valueStart())
            .map(text::members)
            .filter(members ->
                members.bindings().stream().anyMatch(one -> one.start() == key)
                    || members.strings().stream().anyMatch(one -> one.offsetOf(0) - 1 == key))
            .isPresent();
  }

  private boolean isAddress(LexicalScope scope, List<AttrName> path, int key) {
    var address = address(scope, key);
    if (address.isEmpty() || address.get().size() != path.size()) {
      return false;
    }
    for (int i = 0; i < path.size(); i++) {
      if (!(path.get(i) instanceof AttrName.Static one)
          || !(address.get().get(i) instanceof AttrName.Static other)
          || !one.name().equals(other.name())) {
        return false;
      }
    }
    return true;
  }

  /** The names from the bindings of a scope down to a key; empty if it is not in their sets. */
  private Optional<List<AttrName>> address(LexicalScope scope, int key) {
    var result = new ArrayList<AttrName>();
    var level = text.bindings();
    while (true) {
      Optional<Binding> around = Optional.empty();
      for (var binding : level) {
        boolean inScope = scope.start() < binding.start();
        boolean isMember = result.isEmpty() || text.isMember(binding.start());
        if (binding.start() <= key && key < binding.path().getLast().end()) {
          for (var name : binding.path()) {
            result.add(name);
            if (name.start() == key) {
              return inScope && isMember && scope.holds(key)
                  ? Optional.of(result)
                  : Optional.empty();
            }
          }
          return Optional.empty();
        }
        if (!binding.inherited() && binding.valueStart() <= key && key < binding.end()) {
          if (inScope && !isMember) {
            return Optional.empty();
          }
          if (inScope) {
            result.addAll(binding.path());
          }
          around = Optional.of(binding);
        }
      }
      if (around.isEmpty()) {
        return Optional.empty();
      }
      level = around.get().children();
    }
  }
}
