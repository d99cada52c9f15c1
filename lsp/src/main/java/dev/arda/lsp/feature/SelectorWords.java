package dev.arda.lsp.feature;

import dev.arda.lsp.feature.StringPlaces.Form;
import dev.arda.lsp.feature.StringPlaces.Part;
import java.util.List;
import java.util.regex.Pattern;

/** Finds the selectors that commands are given which a string says: {@code arda eval …}. */
final class SelectorWords {

  private static final Pattern COMMAND =
      Pattern.compile("(?:^|[\\s;&|(])(?:arda|clan)\\s+(?:-\\S+\\s+)*(?:eval|select)\\s");

  private SelectorWords() {}

  /** Adds those of a text. */
  static void in(String text, List<Part> result) {
    var commands = COMMAND.matcher(text);
    while (commands.find()) {
      addWords(text, commands.end(), result);
    }
  }

  /** The arguments of a command on the rest of its line. */
  private static void addWords(String text, int from, List<Part> result) {
    int start = from;
    while (true) {
      while (start < text.length() && " \t'".indexOf(text.charAt(start)) >= 0) {
        start++;
      }
      boolean isDouble = isDoubleQuoted(text, start);
      if (isDouble) {
        start++;
      }
      int end = isDouble ? quoteEnd(text, start) : argumentEnd(text, start);
      boolean ends = !isDouble && start < text.length() && isEnd(text, start);
      if (ends || start > text.length()) {
        return;
      }
      boolean option = end > start && text.charAt(start) == '-';
      if (!option && (!isDouble || isRead(text, start))) {
        result.add(new Part(Form.SELECTOR, start, end));
      }
      if (end >= text.length()) {
        return;
      }
      start = isDouble && text.charAt(end) == '"' ? end + 1 : end;
    }
  }

  private static boolean isEnd(String text, int index) {
    return "\r\n;|&)".indexOf(text.charAt(index)) >= 0;
  }

  /** Whether a word is all between double quotes, which the shell takes away. */
  private static boolean isDoubleQuoted(String text, int start) {
    if (start >= text.length() || text.charAt(start) != '"') {
      return false;
    }
    int behind = quoteEnd(text, start + 1) + 1;
    return behind >= text.length()
        || " \t".indexOf(text.charAt(behind)) >= 0
        || isEnd(text, behind);
  }

  /**
   * Whether what begins inside of double quotes is what the command gets: the shell takes
   * backslashes away.
   */
  static boolean isRead(String text, int start) {
    return text.substring(start, quoteEnd(text, start)).indexOf('\\') < 0;
  }

  /** The end of what is between double quotes, or of its line. */
  static int quoteEnd(String text, int from) {
    int end = from;
    while (end < text.length() && "\"\r\n".indexOf(text.charAt(end)) < 0) {
      end += text.charAt(end) == '\\' && end + 1 < text.length() ? 2 : 1;
    }
    return end;
  }

  /** The end of an argument; blanks belong to it where it is in quotes. */
  private static int argumentEnd(String text, int from) {
    int end = wordEnd(text, from);
    int line = text.indexOf('\n', from);
    int quote = text.indexOf('\'', from);
    boolean quoted = from > 0 && text.charAt(from - 1) == '\'' && quote >= end;
    return quoted && (line < 0 || quote < line) ? quote : end;
  }

  /** The end of what is between single quotes, or without any. */
  static int wordEnd(String text, int from) {
    int end = from;
    while (end < text.length() && " \t\n\r'".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return end;
  }
}
