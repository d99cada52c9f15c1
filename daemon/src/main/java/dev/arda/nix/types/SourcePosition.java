package dev.arda.nix.types;

/**
 * A place in a source file.
 *
 * @param file path or description of the file, as Nix names it
 * @param line from 1
 * @param column from 1; 0 if unknown
 */
public record SourcePosition(String file, int line, int column) {

  /** As compilers print it: {@code file:line:column}, without the column if it is unknown. */
  @Override
  public String toString() {
    return column > 0 ? file + ":" + line + ":" + column : file + ":" + line;
  }
}
