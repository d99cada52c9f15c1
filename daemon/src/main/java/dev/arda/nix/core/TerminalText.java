package dev.arda.nix.core;

import java.util.regex.Pattern;

/**
 * Makes text that somebody else wrote safe to show on a terminal (ECMA-48; CWE-150): removes
 * control sequences with their parameters and every other control character except line feed and
 * tab.
 */
public final class TerminalText {

  private static final Pattern SEQUENCES =
      Pattern.compile(
          // CSI: parameters, intermediates, one final character.
          "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]?"
              // OSC, DCS, SOS, PM and APC carry text up to BEL or ST. Without an end in the
              // text, up to the end of the line, so that one cannot hide what follows.
              + "|(?:\\x1b[\\]PX^_]|[\\x9d\\x90\\x98\\x9e\\x9f])[^\\x07\\x1b\\x9c\\n]*"
              + "(?:\\x07|\\x9c|\\x1b\\\\)?"
              // Two- and three-character escapes.
              + "|\\x1b[ -/]*[0-~]?"
              // C0 except \t and \n (\r before \n is half of a line's end), DEL and C1.
              + "|[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]");

  private TerminalText() {}

  /** The text without control sequences and control characters. */
  public static String strip(String text) {
    return SEQUENCES.matcher(text).replaceAll("");
  }
}
