package dev.arda.client.cli;

import java.io.OutputStream;

/** {@link Out} where an {@link OutputStream} is needed. */
final class OutStream extends OutputStream {

  private final Out out;

  OutStream(Out out) {
    this.out = out;
  }

  @Override
  public void write(int b) {
    out.write(stream -> stream.write(b));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    out.write(stream -> stream.write(bytes, offset, length));
  }
}
