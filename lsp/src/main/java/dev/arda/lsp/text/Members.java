package dev.arda.lsp.text;

import java.util.List;

/**
 * The attributes of a value, as far as the text says which there are.
 *
 * @param bindings those that bind them, in the order of the text
 * @param strings elements of lists that are their names
 * @param imports offsets of the paths of imported files that have others
 * @param variables names of the {@code let}s that say some of them
 */
public record Members(
    List<Binding> bindings,
    List<StringContent> strings,
    List<Integer> imports,
    List<String> variables) {

  /** Copies the lists. */
  public Members {
    bindings = List.copyOf(bindings);
    strings = List.copyOf(strings);
    imports = List.copyOf(imports);
    variables = List.copyOf(variables);
  }

  /** The text says none. */
  static Members none() {
    return new Members(List.of(), List.of(), List.of(), List.of());
  }
}
