package dev.arda.nix.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces secrets in text that people or logs see. A secret of several lines is replaced as a
 * whole and line by line, because output travels in lines. Immutable.
 */
final class Redaction {

  /** What stands in the place of a secret. */
  static final String MARK = "<redacted>";

  private static final int SHORTEST_LINE = 4;

  private final Optional<Pattern> secrets;

  Redaction(Collection<String> secrets) {
    var parts = new ArrayList<String>();
    for (var secret : secrets) {
      parts.add(secret);
      if (secret.indexOf('\n') >= 0) {
        secret.lines().filter(line -> line.length() >= SHORTEST_LINE).forEach(parts::add);
      }
    }
    // The longest first: of two secrets that begin alike nothing of the longer one may remain.
    this.secrets =
        parts.stream()
            .filter(part -> !part.isBlank())
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .reduce((one, other) -> one + "|" + other)
            .map(Pattern::compile);
  }

  /** The text without secrets. */
  String apply(String text) {
    return secrets
        .map(pattern -> pattern.matcher(text).replaceAll(Matcher.quoteReplacement(MARK)))
        .orElse(text);
  }
}
