package dev.arda.lsp.text;

import java.util.List;

/**
 * What a path means, as far as a text says it.
 *
 * @param path from the first name on that the text does not bind to another path; empty where it
 *     binds that name to something that is none, such as the result of a function. Names stand
 *     where they are written, which may be elsewhere in the text
 * @param bound whether the text says what the first name is, if only that it is an argument
 * @param inherited whether an {@code inherit} of the path's last name makes it, so that both are
 *     called the same
 * @param origin the same as the path; where that is empty, the path whose first name is bound to
 *     something that is none
 */
public record Meaning(
    List<AttrName> path, boolean bound, boolean inherited, List<AttrName> origin) {

  /** Copies the lists. */
  public Meaning {
    path = List.copyOf(path);
    origin = List.copyOf(origin);
  }
}
