package dev.arda.lsp.text;

/** One name of an attribute path, as it is written. */
public sealed interface AttrName {

  /** Offset of its first character, a quote included. */
  int start();

  /** Offset behind its last character, a quote included. */
  int end();

  /** The same in a text in which it stands elsewhere. */
  default AttrName movedBy(int distance) {
    return switch (this) {
      case Static(var name, int start, int end, boolean quoted) ->
          new Static(name, start + distance, end + distance, quoted);
      case Dynamic(int start, int end) -> new Dynamic(start + distance, end + distance);
    };
  }

  /**
   * A name that the text says.
   *
   * @param name without quotes and escapes; empty where a name is still missing
   * @param start offset of its first character
   * @param end offset behind its last character
   * @param quoted whether it is written as a string
   */
  record Static(String name, int start, int end, boolean quoted) implements AttrName {}

  /**
   * A name that only an evaluation knows.
   *
   * @param start offset of its first character
   * @param end offset behind its last character
   */
  record Dynamic(int start, int end) implements AttrName {}
}
