package dev.arda.client.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Writes text as JSON. */
final class JsonText {

  private JsonText() {}

  /** A JSON string with its quotes. */
  static String quote(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
