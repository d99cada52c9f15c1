package dev.arda.client.cli.view;

import dev.arda.client.cli.Style;

/** How a piece of text looks where there are colours. */
enum Ink {
  PLAIN,
  FAINT,
  STRONG,
  GOOD,
  BAD,
  WARNING;

  String apply(Style style, String text) {
    return switch (this) {
      case PLAIN -> text;
      case FAINT -> style.faint(text);
      case STRONG -> style.strong(text);
      case GOOD -> style.good(text);
      case BAD -> style.error(text);
      case WARNING -> style.warning(text);
    };
  }
}
