package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import dev.arda.v1.SelectorResult;

/** Prints the results of a selection while they arrive. */
interface ResultPrinter extends AutoCloseable {

  /** A part of the JSON text of a value. */
  void chunk(int selector, ByteString json);

  /** The end of one selector. */
  void result(SelectorResult result);

  /** The end of the selection; the exit code. */
  int end();

  @Override
  void close();
}
