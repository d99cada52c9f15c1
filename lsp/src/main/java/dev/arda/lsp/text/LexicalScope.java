package dev.arda.lsp.text;

/**
 * Where a name is what one function, {@code let} or {@code rec} binds to it, as far as nothing in
 * it binds it again.
 *
 * @param form what binds it
 * @param start offset where that begins
 * @param end offset behind the last character where the name is bound so
 * @param valueStart offset of the value that it is bound to; -1 where that is not written there
 */
public record LexicalScope(Form form, int start, int end, int valueStart) {

  /** What binds a name. */
  public enum Form {
    /** A function of one argument: {@code x: …}, {@code x@{ … }: …}. */
    ARGUMENT,
    /** The same, of which another function is the result: {@code x: y: …}. */
    CURRIED,
    /** A function of attributes: <code>{ x, ... }: …</code>. */
    ATTRIBUTE,
    /** {@code let x = …; in …}. */
    LET,
    /** <code>rec { x = …; }</code>. */
    RECURSIVE
  }

  /** Whether a function binds it. */
  public boolean isFunction() {
    return form == Form.ARGUMENT || form == Form.CURRIED || form == Form.ATTRIBUTE;
  }

  /** Whether a place is in it. */
  boolean holds(int offset) {
    return start <= offset && offset < end;
  }
}
