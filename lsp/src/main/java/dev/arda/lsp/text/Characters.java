package dev.arda.lsp.text;

/** Which characters the words of Nix are made of. */
final class Characters {

  private Characters() {}

  static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isIdentifierStart(char c) {
    return isLetter(c) || c == '_';
  }

  static boolean isIdentifierPart(char c) {
    return isIdentifierStart(c) || isDigit(c) || c == '\'' || c == '-';
  }

  static boolean isPathPart(char c) {
    return isLetter(c) || isDigit(c) || c == '.' || c == '_' || c == '-' || c == '+';
  }

  static boolean isUriPart(char c) {
    return isLetter(c) || isDigit(c) || (c != '\0' && "%/?:@&=+$,-_.!~*'".indexOf(c) >= 0);
  }
}
