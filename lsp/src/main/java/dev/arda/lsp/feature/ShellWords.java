package dev.arda.lsp.feature;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Writes parts of the commands of a shell: with the quotes that they need where they stand. */
final class ShellWords {

  private static final Pattern PLAIN = Pattern.compile("[\\w.@%+,:/-][\\w.@%+,:/#-]*");

  private ShellWords() {}

  /** Whether a place is behind the first word of its line, as an argument of a command is. */
  private static boolean isArgument(String text, int index) {
    int line = text.lastIndexOf('\n', index - 1) + 1;
    var before = text.substring(line, index);
    int blank = Math.max(before.lastIndexOf(' '), before.lastIndexOf('\t'));
    return blank > 0 && !before.substring(0, blank).isBlank();
  }

  /** The quote that is open at a place, of those that its line opens; NUL if none is. */
  private static char openQuote(String text, int index) {
    char open = 0;
    for (int i = text.lastIndexOf('\n', index - 1) + 1; i < index; i++) {
      char c = text.charAt(i);
      if (c == '\\' && open != '\'') {
        i++;
      } else if (c == '\'' || c == '"') {
        open = open == 0 ? c : open == c ? 0 : open;
      }
    }
    return open;
  }

  /**
   * Writes what is a part of a word where it is an argument of a command, and as it is elsewhere.
   *
   * @param index where it stands in what a string says
   * @param written what the command is to be given
   */
  static UnaryOperator<String> written(String text, int index, UnaryOperator<String> written) {
    return isArgument(text, index) ? argument(text, index, written) : written;
  }

  /** The same where it is known to be an argument. */
  static UnaryOperator<String> argument(String text, int index, UnaryOperator<String> written) {
    char open = openQuote(text, index);
    return name -> {
      var word = written.apply(name);
      return switch (open) {
        case '\'' -> word.replace("'", "'\\''");
        case '"' -> word.replaceAll("[\\\\\"$`]", "\\\\$0");
        default -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
      };
    };
  }
}
