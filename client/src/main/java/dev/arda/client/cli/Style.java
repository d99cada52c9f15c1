package dev.arda.client.cli;

/**
 * Colours, where they are wanted.
 *
 * @param coloured whether they are
 */
public record Style(boolean coloured) {

  public String error(String text) {
    return wrap("\u001b[1;31m", text);
  }

  public String warning(String text) {
    return wrap("\u001b[1;33m", text);
  }

  public String good(String text) {
    return wrap("\u001b[32m", text);
  }

  public String strong(String text) {
    return wrap("\u001b[1m", text);
  }

  public String faint(String text) {
    return wrap("\u001b[2m", text);
  }

  private String wrap(String code, String text) {
    return coloured ? code + text + "\u001b[0m" : text;
  }

  /**
   * The text with everything that could command a terminal written as {@code \}{@code u001b} and
   * the like.
   */
  public static String safe(String text) {
    StringBuilder result = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isHazard(c)) {
        if (result == null) {
          result = new StringBuilder(text.substring(0, i));
        }
        result.append("\\u%04x".formatted((int) c));
      } else if (result != null) {
        result.append(c);
      }
    }
    return result == null ? text : result.toString();
  }

  private static boolean isHazard(char c) {
    return (c < ' ' && c != '\n' && c != '\t')
        || (c >= 0x7f && c <= 0x9f)
        // Marks that reverse or isolate the direction of text.
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x200e
        || c == 0x200f;
  }
}
