package dev.arda.client.cli.view;

/** The terminal that a live view is drawn on. Not thread-safe. */
public interface Screen extends AutoCloseable {

  /**
   * How large it is.
   *
   * @param columns at least 1
   * @param rows at least 1
   */
  record Size(int columns, int rows) {
    /** What terminals have where they do not say it. */
    static final Size USUAL = new Size(80, 24);
  }

  /** Its size at this moment. */
  Size size();

  /**
   * Takes the terminal for a view, if it was not taken already: keys are not echoed into the
   * picture.
   *
   * @return whether this process may draw; not while it is in the background of a shell, nor on a
   *     terminal that cannot redraw
   */
  boolean acquire();

  /** Puts the terminal back to how it was found, until it is taken again. */
  void release();

  /** Puts the terminal back to how it was found. */
  @Override
  void close();
}
