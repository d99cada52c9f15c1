package dev.arda.lsp.feature;

import java.util.List;
import java.util.function.UnaryOperator;

/** What a place in a text names. */
sealed interface Place {

  /** The name as far as the cursor, without quotes and escapes. */
  String partial();

  /** All of the name, without quotes and escapes. */
  String name();

  /** Offset where it begins. */
  int start();

  /** Offset behind it. */
  int end();

  /**
   * Writes a name in place of this one, with the quotes and escapes that are needed there; writes
   * nothing for a name that would be read as something else there however it is written.
   */
  UnaryOperator<String> written();

  /**
   * An attribute of a value of the flake.
   *
   * @param below names from the flake's root to the value, {@link Selectors#ANY} where there are
   *     many
   * @param prefix the same as an unfinished selector
   * @param certain whether the text wants it to be there
   */
  record Attribute(
      List<String> below,
      String prefix,
      String partial,
      String name,
      int start,
      int end,
      UnaryOperator<String> written,
      boolean certain)
      implements Place {
    public Attribute {
      below = List.copyOf(below);
    }

    /** Selects the value that it names. */
    String selector() {
      return prefix + Selectors.name(name);
    }
  }

  /**
   * A host, a user or the like, by its name alone.
   *
   * @param kind what is named
   * @param binds whether it is named to be defined: any name is right
   */
  record Named(
      Kind kind,
      boolean binds,
      String partial,
      String name,
      int start,
      int end,
      UnaryOperator<String> written)
      implements Place {}

  /**
   * The key of a binding, of which is known elsewhere what it can be.
   *
   * @param can what that is
   */
  record Key(
      Keys can, String partial, String name, int start, int end, UnaryOperator<String> written)
      implements Place {}
}
