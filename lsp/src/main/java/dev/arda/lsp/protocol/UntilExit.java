package dev.arda.lsp.protocol;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that ends when it is told to, since an editor may say that it ends before it does. */
final class UntilExit extends FilterInputStream {

  private volatile boolean ended;

  UntilExit(InputStream in) {
    super(in);
  }

  /** Nothing more is read. */
  void end() {
    ended = true;
  }

  @Override
  public int read() throws IOException {
    return ended ? -1 : super.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return ended ? -1 : super.read(bytes, offset, length);
  }

  @Override
  public void close() {
    // Whoever gave the stream closes it.
  }
}
