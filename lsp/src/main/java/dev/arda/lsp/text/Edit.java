package dev.arda.lsp.text;

/**
 * What became of one text in another: a part of it was replaced. Offsets are in UTF-16 code units.
 *
 * @param start offset of the part's first character, in both texts
 * @param end offset behind its last in the old text
 * @param newEnd offset behind the last of what is there now, in the new text
 */
public record Edit(int start, int end, int newEnd) {

  /** Checks the order of the offsets. */
  public Edit {
    if (start < 0 || end < start || newEnd < start) {
      throw new IllegalArgumentException("not a part: %d, %d, %d".formatted(start, end, newEnd));
    }
  }

  /** How far what follows has moved. */
  public int distance() {
    return newEnd - end;
  }

  /** This edit and one after it as one, which replaces everything from the first to the last. */
  public Edit then(Edit later) {
    int from = Math.min(start, later.start());
    int to = Math.max(newEnd, later.end());
    return new Edit(from, to - distance(), to + later.distance());
  }
}
