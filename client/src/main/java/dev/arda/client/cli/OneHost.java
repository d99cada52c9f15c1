package dev.arda.client.cli;

import picocli.CommandLine.ParseResult;

/** The one word that names a host. */
final class OneHost {

  private OneHost() {}

  /**
   * The word.
   *
   * @throws UsageException if there is none, or more than one
   */
  static String of(ParseResult arguments) {
    var words = Arguments.words(arguments);
    if (words.size() != 1 || words.getFirst().isEmpty()) {
      throw new UsageException("one host is to be named");
    }
    return words.getFirst();
  }
}
