package dev.arda.lsp.text;

import static dev.arda.lsp.text.Characters.isDigit;
import static dev.arda.lsp.text.Characters.isIdentifierPart;
import static dev.arda.lsp.text.Characters.isLetter;
import static dev.arda.lsp.text.Characters.isPathPart;
import static dev.arda.lsp.text.Characters.isUriPart;

import java.util.List;
import java.util.Set;

/**
 * Where the words of a text end, outside of strings. It is asked about places from the first to the
 * last: what was looked for and not found is not looked for again from the next word of the same
 * run.
 */
final class Words {

  private static final Set<String> KEYWORDS =
      Set.of("assert", "else", "if", "in", "inherit", "let", "rec", "then", "with");

  private static final List<String> LONG_OPERATORS =
      List.of("...", "->", "==", "!=", "<=", ">=", "&&", "||", "++", "//", "|>", "<|");

  private final String text;
  private int noPathBefore;
  private int noUriBefore;

  /** Those of a text. */
  Words(String text) {
    this.text = text;
  }

  /** Whether a word is one of the language's own. */
  static boolean isKeyword(String word) {
    return KEYWORDS.contains(word);
  }

  private char at(int index) {
    return index < text.length() ? text.charAt(index) : '\0';
  }

  /** End of the identifier that begins at a place. */
  int identifierEnd(int begin) {
    int end = begin + 1;
    while (isIdentifierPart(at(end))) {
      end++;
    }
    return end;
  }

  /** End of the number that begins at a place, with a digit or a point. */
  int numberEnd(int begin) {
    int end = begin;
    while (isDigit(at(end))) {
      end++;
    }
    if (at(end) == '.' && isDigit(at(end + 1))) {
      end++;
      while (isDigit(at(end))) {
        end++;
      }
    }
    if (end > begin && (at(end) == 'e' || at(end) == 'E')) {
      int exponent = at(end + 1) == '-' || at(end + 1) == '+' ? end + 2 : end + 1;
      while (isDigit(at(exponent))) {
        exponent++;
        end = exponent;
      }
    }
    return Math.max(end, begin + 1);
  }

  /** End of the path that begins at a place, before its first interpolation; the place: none. */
  int pathEnd(int begin) {
    if (begin < noPathBefore) {
      return begin;
    }
    int end = begin;
    if (at(end) == '~' && at(end + 1) == '/') {
      end++;
    } else {
      while (isPathPart(at(end))) {
        end++;
      }
    }
    boolean found = false;
    while (at(end) == '/') {
      if (isPathPart(at(end + 1))) {
        end++;
        while (isPathPart(at(end))) {
          end++;
        }
        found = true;
      } else if (text.startsWith("${", end + 1)) {
        return end + 1;
      } else {
        break;
      }
    }
    if (!found) {
      noPathBefore = end;
      return begin;
    }
    if (text.startsWith("${", end)) {
      return end;
    }
    // A slash at the end is an error of the language, but it is what a half-typed path looks like.
    return at(end) == '/' && at(end + 1) != '/' && at(end + 1) != '*' ? end + 1 : end;
  }

  /** End of the URI that begins at a place; the place: none does. */
  int uriEnd(int begin) {
    if (!isLetter(at(begin)) || begin < noUriBefore) {
      return begin;
    }
    int end = begin + 1;
    while (isLetter(at(end)) || isDigit(at(end)) || "+-.".indexOf(at(end)) >= 0) {
      end++;
    }
    if (at(end) != ':' || !isUriPart(at(end + 1))) {
      noUriBefore = end;
      return begin;
    }
    end += 2;
    while (isUriPart(at(end))) {
      end++;
    }
    return end;
  }

  /** End of the {@code <path>} that begins at a place; the place: none does. */
  int searchPathEnd(int begin) {
    if (at(begin) != '<') {
      return begin;
    }
    int end = begin + 1;
    while (isPathPart(at(end)) || (at(end) == '/' && end > begin + 1)) {
      end++;
    }
    return at(end) == '>' && end > begin + 1 ? end + 1 : begin;
  }

  /** End of the operator of several characters that begins at a place; the place: none does. */
  int longOperatorEnd(int begin) {
    char first = at(begin);
    for (var operator : LONG_OPERATORS) {
      if (operator.charAt(0) == first && text.startsWith(operator, begin)) {
        return begin + operator.length();
      }
    }
    return begin;
  }
}
