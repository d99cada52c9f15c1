package dev.arda.lsp.text;

import java.util.List;
import java.util.Optional;

/**
 * Where in a Nix text a cursor is, as far as it can be told from what is written: what is being
 * named there, and what encloses it.
 *
 * @param enclosing names of all bindings around the cursor, outermost first, as one path: in {@code
 *     outputs = _: { nixosConfigurations = { | }; };} it is {@code outputs.nixosConfigurations}
 * @param local whether one of these bindings belongs to a {@code let}
 * @param path the attribute path that is being written, if the cursor is at a name
 * @param string the string that the cursor is in, unless that string is a name of a path
 */
public record CursorContext(
    List<AttrName> enclosing,
    boolean local,
    Optional<PathAtCursor> path,
    Optional<StringAtCursor> string) {

  /** Copies the list. */
  public CursorContext {
    enclosing = List.copyOf(enclosing);
  }

  /**
   * An attribute path with the cursor in its last name.
   *
   * @param parents the names before that one
   * @param partial that name up to the cursor, without quotes and escapes; may be empty
   * @param start offset where the name begins, its quote included
   * @param end offset where it ends, also what stands behind the cursor
   * @param quoted whether it is written as a string
   * @param namesBinding whether the path names a binding, left of a {@code =}, or else a value
   * @param asked whether it is only asked whether that value is there: {@code self ? a.|}
   */
  public record PathAtCursor(
      List<AttrName> parents,
      String partial,
      int start,
      int end,
      boolean quoted,
      boolean namesBinding,
      boolean asked) {

    /** Copies the list. */
    public PathAtCursor {
      parents = List.copyOf(parents);
    }
  }

  /**
   * A string with the cursor in it.
   *
   * @param content all of it, as far as it goes: an open string ends with its line
   * @param index where in {@link StringContent#text} the cursor is
   * @param application the attribute paths before it that it is applied to, in the order of the
   *     text: for {@code lib.select self "|"} these are {@code lib.select} and {@code self}
   */
  public record StringAtCursor(StringContent content, int index, List<List<AttrName>> application) {

    /** Copies the list. */
    public StringAtCursor {
      application = List.copyOf(application);
    }
  }
}
