package dev.arda.lsp.text;

import java.util.List;

/**
 * One binding, {@code path = value;}, and those inside its value. An {@code inherit} is one binding
 * for each name.
 *
 * @param path the names on its left side; never empty
 * @param local whether it belongs to a {@code let}
 * @param inherited whether it is a name of an {@code inherit}
 * @param valueStart offset where its value begins, behind the {@code =}
 * @param end offset behind its semicolon, or where it ends without one
 * @param children bindings inside its value that are no further ones' children, in the order of the
 *     text
 */
public record Binding(
    List<AttrName> path,
    boolean local,
    boolean inherited,
    int valueStart,
    int end,
    List<Binding> children) {

  /** Copies the lists. */
  public Binding {
    path = List.copyOf(path);
    children = List.copyOf(children);
  }

  /** Offset of its first character. */
  public int start() {
    return path.getFirst().start();
  }
}
